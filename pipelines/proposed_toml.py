"""The campaign.toml to paste for a folder that has none, from what its tables show."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from pat.arrays import FloatArray
from pat.errors import InputError
from pat.readers import read_spectrum_file
from pat.spectra import AxisKind, describe_axis

_KEYS = {
    "vessel", "time", "elapsed_h", "sample", "scan", "kind", "analyte", "value", "unit", "method",
    "replicate",
}  # fmt: skip
_ROWS_READ = 20

#: Absorbances do not reach this, counts hardly stay below it.
_MOST_ABSORBANCE = 10.0
#: Wavelengths of near infrared, and of what a 785 nm laser scatters, start above this.
_LEAST_NM = 780.0
#: Where wavelengths end: near infrared in this range, scattered light below the other.
_INFRARED_NM, _SCATTERED_NM = (1900.0, 2600.0), 1150.0


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    """The axis of a folder's spectra, and some intensities."""

    axis: FloatArray
    intensities: FloatArray


def proposed_toml(folder: Path) -> str:
    """Return the text; a ? stands for what only the user knows, a comment for what to check."""
    lines = [
        f"id = {_text(folder.resolve().name)}",
        'description = "?"',
        *_axis_lines(folder),
        '# timezone = "?"            # IANA name, where times carry no offset',
        "# saturation = ?            # counts at full scale",
    ]
    for analyte in _analytes(folder / "assays.csv"):
        lines += ["", f"[analytes.{_key(analyte)}]", 'unit = "?"']
    for tag in _online_columns(folder):
        if tag not in _KEYS:
            lines += ["", f"[online.{_key(tag)}]", 'unit = "?"']
    return "\n".join(lines)


def _axis_lines(folder: Path) -> list[str]:
    seen = _sight(folder)
    if seen is None:
        others = ", ".join(f'"{kind}"' for kind in AxisKind)
        return [f'axis = "?"                  # {others}', 'intensity = "?"']
    kind, intensity = likely_axis(seen.axis, seen.intensities)
    return [
        f'axis = "{kind}"    # a guess from channels {describe_axis(seen.axis)}: check',
        f'intensity = "{intensity}"',
    ]


def likely_axis(axis: FloatArray, intensities: FloatArray) -> tuple[AxisKind, str]:
    """Return what an axis most likely is, and what is measured on it.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,)
    intensities : ndarray of any shape
        Small numbers are taken for absorbance, others for counts.
    """
    low, high = float(axis.min()), float(axis.max())
    finite = np.abs(intensities[np.isfinite(intensities)])
    if finite.size > 0 and float(np.median(finite)) < _MOST_ABSORBANCE:
        is_nm = low >= _LEAST_NM and _INFRARED_NM[0] <= high <= _INFRARED_NM[1]
        return (AxisKind.WAVELENGTH if is_nm else AxisKind.WAVENUMBER), "absorbance"
    is_nm = low >= _LEAST_NM and high <= _SCATTERED_NM
    return (AxisKind.WAVELENGTH if is_nm else AxisKind.RAMAN_SHIFT), "counts"


def _sight(folder: Path) -> _Sight | None:
    if (folder / "spectra.parquet").exists():
        return _of_parquet(folder / "spectra.parquet")
    if (folder / "spectra.csv").exists():
        header, *rows = islice(_rows(folder / "spectra.csv"), _ROWS_READ) or [[]]
        return _of_cells(header, rows)
    for file in sorted((folder / "spectra").glob("*")) if (folder / "spectra").is_dir() else []:
        try:
            spectra = read_spectrum_file(file)
        except InputError:
            continue
        return _Sight(spectra.axis, spectra.intensities)
    return None


def _of_parquet(file: Path) -> _Sight | None:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        table = ParquetFile(file)
        batch = next(table.iter_batches(batch_size=_ROWS_READ), None)
    except (OSError, ArrowException):
        return None
    if batch is None:
        return None
    columns = [[str(cell) for cell in column.to_pylist()] for column in batch.columns]
    return _of_cells(list(batch.schema.names), list(zip(*columns, strict=True)))


def _of_cells(header: Sequence[str], rows: Iterable[Sequence[str]]) -> _Sight | None:
    places = [place for place, name in enumerate(header) if np.isfinite(_number(name))]
    if len(places) < 2:
        return None
    cells = [[_number(row[place]) for place in places if place < len(row)] for row in rows]
    values = np.array([cell for row in cells for cell in row], dtype=np.float64)
    return _Sight(np.array([_number(header[place]) for place in places]), values)


def _number(text: str) -> float:
    """Return the number that a cell is, NaN where it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")


def _analytes(assays: Path) -> list[str]:
    """Return the analytes of a wide or a long table, in its order."""
    rows = list(_rows(assays))
    header = [cell.strip() for cell in rows[0]] if rows else []
    if "analyte" not in header:
        return [column for column in header if column and column not in _KEYS]
    place = header.index("analyte")
    names = [row[place].strip() for row in rows[1:] if len(row) > place and row[place].strip()]
    return list(dict.fromkeys(names))


def _online_columns(folder: Path) -> list[str]:
    if (folder / "online.parquet").exists():
        from pyarrow import ArrowException
        from pyarrow.parquet import read_schema

        try:
            return list(read_schema(folder / "online.parquet").names)
        except (OSError, ArrowException):
            return []
    header = next(iter(_rows(folder / "online.csv")), [])
    return [cell.strip() for cell in header if cell.strip()]


def _rows(table: Path) -> list[list[str]]:
    """Return the cells of a text table; none where it is missing or no text."""
    try:
        text = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return []
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    return list(csv.reader(text.splitlines(), delimiter=separator))


def _key(name: str) -> str:
    """Return a name as a key of TOML, quoted where it must be."""
    bare = name.replace("_", "").replace("-", "")
    return name if bare.isascii() and bare.isalnum() else _text(name)


def _text(text: str) -> str:
    """Return text as a string of TOML."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
