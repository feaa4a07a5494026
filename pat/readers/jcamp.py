"""JCAMP-DX: Raman and infrared spectra, one or several blocks a file."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.readers.axis import first_break, same_axis
from pat.readers.jcamp_table import ordinates, pairs
from pat.readers.spectrum_header import header_keys
from pat.readers.vibrational import check_vibrational
from pat.spectra import AxisKind, Spectra, describe_axis

TABLES = ("XYDATA", "XYPOINTS", "PEAKTABLE", "PEAKASSIGNMENTS", "NTUPLES", "RADATA")
VIBRATIONAL = re.compile(r"RAMAN|INFRARED|\bFT-?IR\b|\bN?IR\b")
NO_SPECTRUM = re.compile(r"INTERFEROGRAM|PEAK|ASSIGNMENT")
PER_CM = re.compile(r"(1/CM|CM-1|CM\^-1|WAVE ?NUMBERS?.*|RAMAN SHIFT.*)")
NANOMETRES = re.compile(r"(NM|NANOMET(ER|RE)S?|WAVELENGTH ?[(/] ?NM\)?)")
MOMENT = re.compile(
    r"(\d{4})[/-](\d\d)[/-](\d\d)[ T]+(\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\d*"
    r"\s*([+-]\d\d:\d\d|Z)?"
)
#: FIRSTY is printed short, and by some programs in another rounding.
FIRST_Y = 0.05
#: Channels a line may be off: abscissas are rounded, and some libraries count one too far in
#: their first line. ##NPOINTS= tells of lost values.
LINE_X = 1.1


@dataclass(slots=True)
class Block:
    """One block: its labels, squeezed to letters and digits, and the lines of its table."""

    labels: dict[str, str] = field(default_factory=dict)
    tables: list[tuple[str, str]] = field(default_factory=list)  # label and form
    lines: list[str] = field(default_factory=list)

    def number(self, label: str, default: float | None = None) -> float:
        """Return a label's number, or the default where there is no such label."""
        text = self.labels.get(label, "")
        if not text and default is not None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            msg = f"expected a number in ##{label}=; got {text[:40]!r}"
            raise FileFormatError(msg)
        return value


def read_jcamp(path: Path, *, timezone: str | None = None) -> Spectra:
    """Return the spectra of a JCAMP-DX file, one for each block that holds a table.

    Raises
    ------
    FileFormatError
        If the file holds something else than Raman or infrared spectra on one axis in
        1/cm or nm, or its numbers do not agree with its own checks.
    """
    try:
        lines = path.read_bytes().decode("latin-1").splitlines()
        return _spectra(_blocks(lines), name=path.name, timezone=timezone)
    except FileFormatError as error:
        msg = f"{path.name}: {error}"
        raise FileFormatError(msg) from error
    except OSError as error:
        msg = f"{path.name}: cannot be read ({error.strerror or error})"
        raise FileFormatError(msg) from error


def _spectra(blocks: Sequence[Block], *, name: str, timezone: str | None) -> Spectra:
    blocks = [block for block in blocks if block.tables]
    if not blocks:
        msg = "expected a JCAMP-DX file with a table of data; got none"
        raise FileFormatError(msg)
    kinds = {_axis_kind(block) for block in blocks}
    if len(kinds) > 1:
        msg = f"expected blocks of one kind; got {', '.join(sorted(kinds))}"
        raise FileFormatError(msg)
    axis, first = _table(blocks[0])
    intensities = [first]
    for block in blocks[1:]:
        other, intensity = _table(block)
        if not same_axis(axis, other):
            got = f"{describe_axis(axis)} and {describe_axis(other)}"
            msg = f"expected blocks on one axis; got {got}: export them one a file"
            raise FileFormatError(msg)
        intensities.append(intensity)
    (kind,) = kinds
    if not blocks[0].labels.get("DATATYPE"):
        check_vibrational(axis, kind=kind)
    keys = pd.DataFrame([_told(block, timezone=timezone) for block in blocks])
    if len(blocks) > 1:
        keys["scan"] = [str(number) for number in range(len(blocks))]
    return Spectra(axis, np.array(intensities), keys.assign(source_file=name), kind)


def _blocks(lines: Sequence[str]) -> list[Block]:
    blocks: list[Block] = []
    in_table = False
    for raw in lines:
        line = raw.split("$$", 1)[0].rstrip()
        if line.startswith("##"):
            label, _, value = line[2:].partition("=")
            label = re.sub(r"[\s\-/_]", "", label).upper()
            if label == "TITLE" or not blocks:
                blocks.append(Block())
            in_table = label in TABLES
            if in_table:
                blocks[-1].tables.append((label, value.strip()))
            blocks[-1].labels.setdefault(label, value.strip())
        elif in_table and line.strip():
            blocks[-1].lines.append(line)
    return blocks


def _axis_kind(block: Block) -> AxisKind:
    """Return what the abscissa is, once the block is known to be a vibrational spectrum."""
    said = block.labels.get("DATATYPE", "").upper()
    if said and (not VIBRATIONAL.search(said) or NO_SPECTRUM.search(said)):
        msg = f"expected a Raman or infrared spectrum; got ##DATA TYPE= {said[:60]}"
        raise FileFormatError(msg)
    form = block.tables[0]
    if len(block.tables) > 1 or form[0] not in ("XYDATA", "XYPOINTS"):
        got = " and ".join(label for label, _ in block.tables[:2])
        msg = f"expected one table ##XYDATA= or ##XYPOINTS= a block; got {got}"
        raise FileFormatError(msg)
    units = block.labels.get("XUNITS", "").upper()
    if NANOMETRES.fullmatch(units):
        return AxisKind.WAVELENGTH
    if PER_CM.fullmatch(units):
        return AxisKind.RAMAN_SHIFT if "RAMAN" in said or "RAMAN" in units else AxisKind.WAVENUMBER
    msg = f"expected ##XUNITS= 1/CM or NANOMETERS; got {units[:40] or 'none'}"
    raise FileFormatError(msg)


def _table(block: Block) -> tuple[FloatArray, FloatArray]:
    """Return axis and intensity (n_channels,) of a block, both scaled and checked."""
    n_points = block.number("NPOINTS")
    if not 2 <= n_points <= sum(map(len, block.lines)) * 1000 or n_points % 1:
        msg = f"expected ##NPOINTS= that fits the table; got {n_points:g}"
        raise FileFormatError(msg)
    form = re.sub(r"\s", "", block.tables[0][1]).upper()
    if form.startswith("(XY..XY"):
        axis, intensity = _from_pairs(block, n_points=int(n_points))
    elif form.startswith("(X++(Y..Y)"):
        axis, intensity = _from_ordinates(block, n_points=int(n_points))
    else:
        msg = f"expected a table (X++(Y..Y)) or (XY..XY); got {form[:40]}"
        raise FileFormatError(msg)
    if not np.isfinite(axis).all() or first_break(axis) is not None:
        msg = f"expected a rising or falling axis; got {describe_axis(axis)}"
        raise FileFormatError(msg)
    _check_first_y(block, intensity)
    return axis, intensity


def _from_pairs(block: Block, *, n_points: int) -> tuple[FloatArray, FloatArray]:
    table = pairs(block.lines)
    if len(table) != n_points:
        msg = f"expected ##NPOINTS= {n_points} pairs; got {len(table)}"
        raise FileFormatError(msg)
    axis = table[:, 0] * block.number("XFACTOR", 1.0)
    step = abs(float(axis[-1] - axis[0])) / (n_points - 1)
    for label, value in (("FIRSTX", axis[0]), ("LASTX", axis[-1])):
        said = block.number(label, float(value))
        if not abs(said - value) <= step:
            msg = f"expected ##{label}= {said:g} as the table has it; got {value:g}"
            raise FileFormatError(msg)
    return axis, table[:, 1] * block.number("YFACTOR", 1.0)


def _from_ordinates(block: Block, *, n_points: int) -> tuple[FloatArray, FloatArray]:
    first, factor = block.number("FIRSTX"), block.number("XFACTOR", 1.0)
    if "LASTX" in block.labels:
        last = block.number("LASTX")
    else:
        last = first + block.number("DELTAX") * (n_points - 1)
    starts, values = ordinates(block.lines, n_points=n_points)
    axis = np.linspace(first, last, n_points)
    step = abs(last - first) / (n_points - 1)
    for x, index in starts:
        if index < n_points and not abs(x * factor - axis[index]) <= LINE_X * step:
            msg = (
                f"an abscissa check fails: a line says {x * factor:.10g} "
                f"where ##FIRSTX= and ##LASTX= give {axis[index]:.10g}"
            )
            raise FileFormatError(msg)
    return axis, values * block.number("YFACTOR", 1.0)


def _check_first_y(block: Block, intensity: FloatArray) -> None:
    said = block.number("FIRSTY", float(intensity[0]))
    room = FIRST_Y * max(abs(said), 0.01 * float(np.nanmax(np.abs(intensity))))
    if not abs(said - intensity[0]) <= room and not math.isnan(intensity[0]):
        msg = f"expected ##FIRSTY= {said:g} as the table has it; got {intensity[0]:g}"
        raise FileFormatError(msg)


def _told(block: Block, *, timezone: str | None) -> dict[str, object]:
    """Return title, instrument and time of a block, as far as they are certain."""
    told: dict[str, object] = {}
    for name, label in (("title", "TITLE"), ("instrument", "SPECTROMETERDATASYSTEM")):
        if block.labels.get(label):
            told[name] = block.labels[label]
    moment = block.labels.get("LONGDATE") or " ".join(
        block.labels.get(label, "") for label in ("DATE", "TIME")
    )
    when = MOMENT.match(moment)
    if when:
        year, month, day, clock, offset = when.groups()
        iso = f"{year}-{month}-{day}T{clock}{offset or ''}"
        told |= header_keys([f"# time: {iso}"], timezone=timezone)
    return told
