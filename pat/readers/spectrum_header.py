"""The header of a spectrum's own file: `# key: value` lines, and what they tell."""

import json
import re
from collections.abc import Mapping, Sequence

import pandas as pd

from pat.errors import FileFormatError
from pat.readers.cells import number
from pat.readers.times import iso, parse_times
from pat.spectra import KEY_COLUMNS, Kind, Spectra

LINE = re.compile(r"\s*#+\s*([A-Za-z]\w*)\s*:\s*(.*?)\s*")
#: Keys of a spectrum that its header may tell; the name of the file is its own.
TOLD = tuple(column for column in KEY_COLUMNS if column != "source_file")
#: What only a campaign folder can say of a spectrum.
NOT_TOLD = frozenset({"source_file", "excluded"})


def header_text(spectra: Spectra) -> str:
    """Return the header lines of one spectrum, each ending its line."""
    row = spectra.keys.iloc[0]
    lines = []
    for name in spectra.keys.columns:
        value = row[name]
        if name in NOT_TOLD or pd.isna(value) or (name == "kind" and value == Kind.CULTURE.value):
            continue
        lines.append(f"# {name}: {_written(value, is_key=name in TOLD)}\n")
    return "".join(lines)


def header_keys(lines: Sequence[str], *, timezone: str | None) -> dict[str, object]:
    """Return what `# key: value` lines tell: keys as text, the rest as numbers where they are.

    Raises
    ------
    FileFormatError
        If time, elapsed_h or kind is none.
    """
    told: dict[str, object] = {}
    for line in lines:
        match = LINE.fullmatch(line)
        if match is None or not match[2]:
            continue
        name, value = match[1], _read(match[2])
        if name not in TOLD and isinstance(value, str) and not match[2].startswith('"'):
            plain = number(value)
            told[name] = value if plain is None else plain
        else:
            told[name] = value
    return checked_keys(told, timezone=timezone)


def checked_keys(told: Mapping[str, object], *, timezone: str | None) -> dict[str, object]:
    """Return what a header tells with time and elapsed_h read; what no file may tell is left out.

    Raises
    ------
    FileFormatError
        If time, elapsed_h or kind is none.
    """
    told = {name: value for name, value in told.items() if name not in NOT_TOLD}
    kinds = [kind.value for kind in Kind]
    if told.get("kind", Kind.CULTURE.value) not in kinds:
        msg = f"expected a kind of {', '.join(kinds)}; got {told['kind']!r}"
        raise FileFormatError(msg)
    if "elapsed_h" in told:
        elapsed = number(str(told["elapsed_h"]))
        if elapsed is None:
            msg = f"expected elapsed_h in hours; got {told['elapsed_h']!r}"
            raise FileFormatError(msg)
        told["elapsed_h"] = elapsed
    if "time" in told:
        times, wrong = parse_times([told["time"]], timezone=timezone)
        if wrong and timezone is None and "no offset" in wrong[0]:
            told["time_local"] = told.pop("time")
        elif wrong:
            raise FileFormatError(wrong[0])
        else:
            told["time"] = times.iloc[0]
    return told


def spectrum_keys(told: Mapping[str, object], *, source_file: str) -> pd.DataFrame:
    """Return one row of keys for a spectrum."""
    columns = {name: [value] for name, value in told.items()}
    return pd.DataFrame({**columns, "source_file": [source_file]})


def _written(value: object, *, is_key: bool) -> str:
    if isinstance(value, pd.Timestamp):
        return iso(value) if value.tzinfo is not None else value.isoformat()
    if not isinstance(value, str):
        return repr(value.item() if hasattr(value, "item") else value)
    plain = value.isprintable() and value == value.strip() and not value.startswith('"')
    return value if plain and (is_key or number(value) is None) else json.dumps(value)


def _read(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        text = json.loads(value)
    except json.JSONDecodeError:
        return value
    return text if isinstance(text, str) else value
