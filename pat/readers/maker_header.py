"""What the headers of instrument makers tell, in the words of our own header."""

import re
from collections.abc import Callable, Sequence

from pat.readers.cells import number

#: A line of a header: a name, one of the signs makers put behind it, a value.
LINE = re.compile(r"#?\s*(?P<name>[^;,=\t]+?)\s*(?:=\s*|[;,\t]\s*)(?P<value>.*?)[;,\s]*")
#: A line that our own files have; whatever it says, it says it in our words.
OURS = re.compile(r"\s*#+\s*\w+\s*:")
GERMAN_DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)")
ISO_DATE = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)")


def told_by_maker(header: Sequence[str]) -> list[str]:
    """Return the lines of `header` that makers are known to write, as `# key: value` lines.

    >>> told_by_maker(["#Acq. time (s)=\\t10", "Date;2023-01-31 16:32:22", "c code;RUW"])
    ['# exposure_s: 10', '# time: 2023-01-31T16:32:22']
    """
    told: dict[str, str] = {}
    for line in header:
        match = None if OURS.match(line) else LINE.fullmatch(line.strip())
        if match is None:
            continue
        ours, read = KNOWN.get(match["name"].lower(), ("", _text))
        value = read(match["value"].strip()) if ours else None
        if value:
            told.setdefault(ours, value)
    return [f"# {name}: {value}" for name, value in told.items()]


def _text(value: str) -> str | None:
    return value if value.isprintable() else None


def _number(value: str) -> str | None:
    found = number(value)
    if found is None:
        found = number(value, decimal=",")
    return None if found is None else f"{found:.10g}"


def _from_milliseconds(value: str) -> str | None:
    found = number(value)
    return None if found is None else f"{found / 1000:.10g}"


def _time(value: str) -> str | None:
    german, iso = GERMAN_DATE.fullmatch(value), ISO_DATE.fullmatch(value)
    if german:
        return f"{german[3]}-{german[2]}-{german[1]}T{german[4]}"
    return f"{iso[1]}T{iso[2]}" if iso else None


#: A maker's name for a fact: our name, and how its value is read.
KNOWN: dict[str, tuple[str, Callable[[str], str | None]]] = {
    # BWTek BWSpec
    "date": ("time", _time),
    "intigration times(ms)": ("exposure_s", _from_milliseconds),
    "average number": ("accumulations", _number),
    "laser_wavelength": ("laser_nm", _number),
    "model": ("instrument", _text),
    # Wasatch ENLIGHTEN
    "timestamp": ("time", _time),
    "integration time": ("exposure_s", _from_milliseconds),
    "scan averaging": ("accumulations", _number),
    "laser wavelength": ("laser_nm", _number),
    "laser power mw": ("laser_mw", _number),
    "serial number": ("serial_number", _text),
    # Horiba LabSpec
    "acquired": ("time", _time),
    "acq. time (s)": ("exposure_s", _number),
    "accumulations": ("accumulations", _number),
    "laser (nm)": ("laser_nm", _number),
    "instrument": ("instrument", _text),
}
