"""One file of reference assays, whoever wrote it, into one row a measured value.

The seam is `read_assay_export`. It tells the form by the content: the tables of Nova BioProfile
FLEX2, Beckman Vi-CELL BLU and XR, Roche Cedex HiRes and ChemoMetec NC-View, wide and long tables
of a laboratory, all of them as CSV of any dialect or Excel; and the Allotrope JSON that the
program allotropy makes of many more. It raises `FileFormatError` for what it cannot read.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from pat.errors import FileFormatError
from pat.readers.analysers.allotrope import read_allotrope
from pat.readers.analysers.form import form_cells
from pat.readers.analysers.grid import LARGEST_TEXT, Grid, read_grid
from pat.readers.analysers.makers import TABLES, VI_CELL_XR
from pat.readers.analysers.plain import PLAIN, plain_cells
from pat.readers.analysers.values import finished
from pat.readers.analysers.vicell_xr import is_vicell_xr, xr_table
from pat.readers.binary import content_of
from pat.readers.encodings import text_of

#: SampleResults[analyser]YYYY-MM-DD_HHMMSS.csv, when a FLEX2 exported it.
FLEX2_NAME = re.compile(r"SampleResults(.*?)(\d{4}-\d\d-\d\d_\d{6})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class AssayExport:
    """What one file says that was measured.

    Parameters
    ----------
    form : str
        Maker and instrument, or "plain table".
    values : DataFrame
        One row a measured value, in the order of the file. Text columns are NaN where empty.

        source_sample : the sample as the export names it.
        vessel : as the export names it, often NaN.
        time : when the sample was DRAWN (UTC), NaT where the export does not tell.
        elapsed_h : hours since inoculation, where a plain table gives them.
        measured_at : when it was analysed (UTC); never the time of the assay.
        measured_local : the same as printed, without a zone.
        analyte : the name that all analysers share (glucose, viable_cell_density ...); of a
            plain table as titled.
        title : the column's title in the file.
        value : float64 in `unit`; NaN where censored, or where the cell holds no number.
        censored, limit : "<" or ">" and its bound, in `unit`.
        unit : NaN where the file states none.
        flag : what the analyser flagged, or the cell that holds no number; NaN where all is well.
        replicate : "1", "2" ... where the file numbers them or measures one sample again.
        method, device : form or stated method; the instrument's number.
        source_file, row : the file's name, and the line or the row of the sheet.
    warnings : tuple of str
        What deserves doubt: units not stated, times not settled, cells without a number.
    """

    form: str
    values: pd.DataFrame
    warnings: tuple[str, ...]


def read_assay_export(path: Path, *, timezone: str | None) -> AssayExport:
    """Return what an export says.

    Parameters
    ----------
    path : Path
    timezone : str or None
        IANA zone of the analyser's clock; without it times without an offset are left empty.

    Raises
    ------
    FileFormatError
        If the file cannot be read or is in no form known here.
    """
    path = Path(path)
    try:
        return _read(path, timezone=timezone)
    except FileFormatError as error:
        msg = f"{path.name}: {error}"
        raise FileFormatError(msg) from error


def _read(path: Path, *, timezone: str | None) -> AssayExport:
    if path.suffix.lower() == ".json":
        text = text_of(content_of(path, at_most=LARGEST_TEXT), expected="Allotrope JSON")
        cells, name, doubts = read_allotrope(text)
        return _export(name, cells, doubts, grid=Grid([], []), path=path, timezone=timezone)
    grid = read_grid(path)
    if is_vicell_xr(grid):
        form, grid = VI_CELL_XR, xr_table(grid)
    else:
        form = next((form for form in TABLES if form.fits(grid)), PLAIN)
    cells, doubts = plain_cells(grid) if form is PLAIN else form_cells(form, grid)
    return _export(form.name, cells, doubts, grid=grid, path=path, timezone=timezone)


def _export(
    form: str,
    cells: pd.DataFrame,
    doubts: list[str],
    *,
    grid: Grid,
    path: Path,
    timezone: str | None,
) -> AssayExport:
    named = FLEX2_NAME.fullmatch(path.stem)
    if named and named[1]:
        cells = cells.assign(device=named[1])
    values, warnings = finished(
        cells,
        decimal=grid.decimal,
        timezone=timezone,
        exported=_time(named[2]) if named else None,
        source_file=path.name,
    )
    if grid.beside:
        warnings.append(f"only the first sheet is read; left out: {', '.join(grid.beside)}")
    return AssayExport(form, values, (*doubts, *warnings))


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d_%H%M%S")  # noqa: DTZ007 -- the analyser's clock
    except ValueError:
        return None
