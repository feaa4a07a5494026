"""Text of many columns: an axis among others, several spectra beside it, or a matrix."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.readers.axis import first_break
from pat.readers.spectrum_text import DIALECTS, Dialect
from pat.spectra import KEY_COLUMNS, AxisKind, describe_axis

#: Titles of an axis, the best first: a Raman shift is measured against the laser line.
AXIS_TITLES = {
    "raman shift": AxisKind.RAMAN_SHIFT,
    "wave": AxisKind.RAMAN_SHIFT,  # Renishaw's text export of a Raman map
    "x-axis": AxisKind.RAMAN_SHIFT,  # WITec; the line of units below it says what it is
    "wavenumber": AxisKind.WAVENUMBER,
    "wavelength": AxisKind.WAVELENGTH,
}
#: Titles of the intensities of a spectrometer that writes more than one column of them.
INTENSITY = re.compile(r"dark subtracted #\d+|processed|intensity")
PLACES = {"x": "position_x_um", "y": "position_y_um", "z": "position_z_um"}
#: Numbers in the first line from which on it is the axis of a matrix.
FEWEST_CHANNELS = 8
BEGINS_NUMBER = re.compile(r"\s*[+-]?[\d.,]")
MISSING = frozenset({"", "NA", "NaN", "nan"})
#: Signs among which most files of two columns have their first numbers.
HEAD_SIGNS = 4096
#: Lines among which titles are looked for.
MOST_HEADER_LINES = 1000
#: Shift and wavelength of one line must agree to what two decimals of nm allow.
SHIFT_CM1 = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Spectra (n_spectra, n_channels) on one axis, and the lines above the numbers."""

    header: list[str]
    axis: FloatArray
    intensities: FloatArray
    axis_kind: AxisKind
    told: pd.DataFrame = field(default_factory=pd.DataFrame)  # a row a spectrum, may be empty


def many_columns(text: str, *, name: str) -> Columns | None:
    """Return the spectra of text in three columns or more, or None where it has no such.

    Raises
    ------
    FileFormatError
        If the columns are there, but which of them are axis and intensity is not said.
    """
    if _is_two_columns(text[:HEAD_SIGNS]):
        return None
    lines = [line for line in text.splitlines() if line.strip()]
    matrix = _across(lines)
    if matrix is not None:
        return matrix
    titled = _title_line(lines)
    if titled is not None:
        at, separator, titles = titled
        first = at + 1 + _is_words(lines[at + 1 :][:1])
        dialect = _settled(Dialect(separator, "."), lines[first:])
        values = _table(lines[first:], dialect=dialect, width=len(titles))
        return _titled(lines[:first], values, titles=titles)
    found = _first_row(lines)
    if found is None or found[2] < 3:
        return None
    first, dialect, width = found
    values = _table(lines[first:], dialect=dialect, width=width)
    return _untitled(lines[:first], values, is_solis=name.lower().endswith(".asc"))


def _is_two_columns(head: str) -> bool:
    """Return whether the beginning of a text says for the whole that it has two columns."""
    lines = [line for line in head.splitlines()[:-1] if line.strip()]
    found = _first_row(lines)
    return (
        found is not None and found[2] < 3 and _title_line(lines) is None and _across(lines) is None
    )


def _title_line(lines: Sequence[str]) -> tuple[int, str, list[str]] | None:
    """Return the line that names an axis among three columns or more, and its titles."""
    for line, below in pairwise(lines[:MOST_HEADER_LINES]):
        if BEGINS_NUMBER.match(line) and BEGINS_NUMBER.match(below):
            return None
        separator = max(";\t,", key=line.count)
        titles = [cell.strip(" #\"'\t").lower() for cell in line.split(separator)]
        titles = [title for title in titles if title]
        if len(titles) > 2 and any(_base(title) in AXIS_TITLES for title in titles):
            return lines.index(line), separator, titles
    return None


def _is_words(lines: Sequence[str]) -> bool:
    """Return whether a line under the titles is one of units."""
    return any(re.match(r"\s*[a-z]", line, re.IGNORECASE) for line in lines)


def _first_row(lines: Sequence[str]) -> tuple[int, Dialect, int] | None:
    """Return the first line of numbers that a like one follows, its dialect and its width."""
    for i, line in enumerate(lines[:MOST_HEADER_LINES]):
        if i + 1 == len(lines) or not BEGINS_NUMBER.match(line):
            continue
        for dialect in DIALECTS:
            cells, below = dialect.numbers(line), dialect.numbers(lines[i + 1])
            if cells and below and len(cells) == len(below):
                return i, _settled(dialect, lines[i:]), len(cells)
    return None


def _settled(dialect: Dialect, lines: Sequence[str]) -> Dialect:
    body = "".join(lines)
    if dialect.decimal == "." and dialect.separator != "," and "," in body and "." not in body:
        return Dialect(dialect.separator, ",")
    return dialect


def _table(lines: Sequence[str], *, dialect: Dialect, width: int) -> FloatArray:
    """Return the rows as numbers, NaN where a cell is empty."""
    decimal = dialect.decimal
    rows: list[list[str]] = []
    for line in lines:
        cells = dialect.cells(line if decimal == "." else line.replace(",", "."))
        if len(cells) != width:
            msg = f"expected {width} columns in every line; got {len(cells)} in {line[:60]!r}"
            raise FileFormatError(msg)
        rows.append(cells)
    try:
        numbers = [np.nan if cell in MISSING else float(cell) for row in rows for cell in row]
    except ValueError as error:
        msg = f"expected numbers in {width} columns; {error}"
        raise FileFormatError(msg) from error
    return np.array(numbers).reshape(-1, width)


def _base(title: str) -> str:
    return re.split(r"[(\[/]", title, maxsplit=1)[0].strip()


def _titled(header: list[str], values: FloatArray, *, titles: list[str]) -> Columns:
    bases = [_base(title) for title in titles]
    at, kind = next(
        (bases.index(base), kind) for base, kind in AXIS_TITLES.items() if base in bases
    )
    units = header[-1].lower() if bases[at] == "x-axis" else ""
    if bases[at] == "x-axis" and "rel. 1/cm" not in units:
        kind = _witec_kind(units)
    wanted = [i for i, title in enumerate(titles) if INTENSITY.fullmatch(title)]
    if at == 0 and not wanted:
        wanted = list(range(1, len(titles)))
    if not wanted:
        msg = f"expected a column of intensities; got {', '.join(titles)}"
        raise FileFormatError(msg)
    # pixels outside the region of interest have no place on the axis or no intensity
    values = values[np.isfinite(values[:, at]) & np.isfinite(values[:, wanted]).any(axis=1)]
    if kind is AxisKind.WAVENUMBER and _is_shift(header, values, bases=bases, at=at):
        kind = AxisKind.RAMAN_SHIFT
    places = [i for i, base in enumerate(bases) if base in PLACES]
    if places:
        return _map(header, values, at=at, wanted=wanted, places=places, bases=bases)
    axis = _checked_axis(values[:, at])
    return Columns(header, axis, values[:, wanted].T.copy(), kind)


def _witec_kind(units: str) -> AxisKind:
    first = units.split("\t", 1)[0].strip()
    if first == "nm":
        return AxisKind.WAVELENGTH
    msg = f"expected an axis in rel. 1/cm or nm; got {first[:40]!r}"
    raise FileFormatError(msg)


def _is_shift(header: Sequence[str], values: FloatArray, *, bases: list[str], at: int) -> bool:
    """Return whether what is called a wavenumber is counted from the laser line."""
    laser = next((m for line in header if (m := re.match(r"laser.wavelength\W+(\d+)[.,](\d+)",
                                                         line.lower()))), None)  # fmt: skip
    if laser is None or "wavelength" not in bases:
        return False
    shift = 1e7 / float(f"{laser[1]}.{laser[2]}") - 1e7 / values[:, bases.index("wavelength")]
    return bool(np.nanmax(np.abs(shift - values[:, at])) <= SHIFT_CM1)


def _map(
    header: list[str],
    values: FloatArray,
    *,
    at: int,
    wanted: Sequence[int],
    places: Sequence[int],
    bases: Sequence[str],
) -> Columns:
    """Return a map written point below point, a spectrum a point."""
    point = values[:, list(places)]
    starts = np.flatnonzero(np.r_[True, np.any(np.diff(point, axis=0) != 0, axis=1)])
    n_channels = len(values) // len(starts)
    if len(wanted) != 1 or not np.array_equal(starts, np.arange(len(starts)) * n_channels):
        msg = "expected a map of one intensity, every point with the same channels"
        raise FileFormatError(msg)
    axes = values[:, at].reshape(len(starts), -1)
    if not np.all(axes == axes[0]):
        msg = "expected a map on one axis; got several"
        raise FileFormatError(msg)
    told = pd.DataFrame({PLACES[bases[i]]: values[starts, i] for i in places})
    intensities = values[:, wanted[0]].reshape(len(starts), -1)
    return Columns(header, _checked_axis(axes[0]), intensities, AxisKind.RAMAN_SHIFT, told)


def _untitled(header: list[str], values: FloatArray, *, is_solis: bool) -> Columns:
    """Return the spectra of Andor Solis, which writes a kinetic series without any title."""
    if is_solis and not header:
        return Columns(header, _checked_axis(values[:, 0]), values[:, 1:].T.copy(),
                       AxisKind.RAMAN_SHIFT)  # fmt: skip
    msg = (
        f"expected two columns, axis and intensity, or titles that say which of them are; "
        f"got {values.shape[1]}"
    )
    raise FileFormatError(msg)


def _across(lines: Sequence[str]) -> Columns | None:
    """Return a matrix whose first line is the axis, or None where that is no axis.

    Beside the axis stand either empty cells, above what each line begins with (LabSpec), or
    names of further columns.
    """
    if len(lines) < 2:
        return None
    separator = max(";\t,", key=lines[0].count)
    cells = [cell.strip().strip('"') for cell in lines[0].split(separator)]
    dialect = Dialect(separator, "," if separator != "," and "." not in lines[0] else ".")
    numbers = [dialect.numbers(cell) for cell in cells]
    channels = [i for i, value in enumerate(numbers) if value is not None and len(value) == 1]
    others = [i for i in range(len(cells)) if i not in set(channels)]
    if len(channels) < FEWEST_CHANNELS or channels[-1] - channels[0] + 1 != len(channels):
        return None
    if not others:
        return None
    axis = _checked_axis(np.array([value[0] for value in numbers if value is not None]))
    rows = [[cell.strip() for cell in line.split(separator)] for line in lines[1:]]
    if any(len(row) != len(cells) for row in rows):
        msg = f"expected {len(cells)} columns in every line of the matrix"
        raise FileFormatError(msg)
    body = [separator.join(row[channels[0] : channels[-1] + 1]) for row in rows]
    intensities = _table(body, dialect=dialect, width=len(channels))
    told = _beside(rows, others=others, names=[cells[i] for i in others])
    return Columns([], axis, intensities, AxisKind.RAMAN_SHIFT, told)


def _beside(
    rows: Sequence[Sequence[str]], *, others: Sequence[int], names: Sequence[str]
) -> pd.DataFrame:
    taken = {*KEY_COLUMNS, "excluded", "row"}
    columns: dict[str, object] = {}
    for number, (at, name) in enumerate(zip(others, names, strict=True), start=1):
        title = re.sub(r"\W+", "_", name.lower()).strip("_") or f"series_{number}"
        column = pd.Series([row[at].strip('"') for row in rows], dtype="str")
        plain = pd.to_numeric(column, errors="coerce")
        columns[f"{title}_told" if title in taken else title] = (
            column if plain.isna().any() else plain
        )
    return pd.DataFrame(columns)


def _checked_axis(axis: FloatArray) -> FloatArray:
    if axis.size < 2 or not np.isfinite(axis).all() or first_break(axis) is not None:
        msg = f"expected a rising or falling axis; got {describe_axis(axis)}"
        raise FileFormatError(msg)
    return axis.copy()
