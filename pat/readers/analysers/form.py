"""The form of an export: a row a sample, a column a quantity, told by its titles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from pat.errors import FileFormatError
from pat.readers.analysers.grid import Grid, check_table
from pat.readers.analysers.values import RAW
from pat.readers.cells import number
from pat.readers.findings import names_in_words

#: Titles that a column goes by, the commonest first.
Titles = tuple[str, ...]


class Quantity(NamedTuple):
    """What a column holds, under the name that all analysers share, and its unit if known."""

    analyte: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """How one maker's program, or a laboratory, lays out its table.

    Parameters
    ----------
    name : str
        Maker and instrument; it is the method of the values.
    known_by : tuple of Titles
        A table with one title of each is of this form.
    needs : tuple of Titles
        Columns without which a file of this form is refused.
    quantities : mapping
        By title, what is measured. The unit may be overruled by a row of units.
    sample, vessel, drawn, elapsed_h, analysed, device, flag, replicate, method : Titles
        Columns that tell the rest, where there are any. `drawn` is when the sample was taken,
        `analysed` when it was measured.
    unit_doubt : str
        What to say where the units are those the instrument leaves the factory with.
    """

    name: str
    known_by: tuple[Titles, ...]
    quantities: Mapping[str, Quantity]
    sample: Titles
    needs: tuple[Titles, ...] = ()
    vessel: Titles = ()
    drawn: Titles = ()
    elapsed_h: Titles = ()
    analysed: Titles = ()
    device: Titles = ()
    flag: Titles = ()
    replicate: Titles = ()
    method: Titles = ()
    unit_doubt: str = field(default="", kw_only=True)

    def fits(self, grid: Grid) -> bool:
        """Return whether a table is of this form."""
        return all(grid.column(titles) is not None for titles in self.known_by)


def form_cells(form: Form, grid: Grid) -> tuple[pd.DataFrame, list[str]]:
    """Return the filled cells of a table, columns `RAW`, and warnings.

    Raises
    ------
    FileFormatError
        If a column is missing that the form needs, or there is no row.
    """
    _check_titles(form, grid)
    check_table(grid)
    units, grid = _without_units_row(form, grid)
    if len(grid.rows) < 2:
        msg = f"the {form.name} export has no rows"
        raise FileFormatError(msg)
    roles = {role: grid.cells(getattr(form, role)) for role in ROLES}
    common = pd.DataFrame({**roles, "row": grid.lines[1:]}).rename(
        columns={"sample": "source_sample"}
    )
    parts = []
    there = {
        title: what for title, what in form.quantities.items() if grid.column((title,)) is not None
    }
    for order, (title, what) in enumerate(there.items()):
        unit = units.get(title) or what.unit
        texts = grid.cells((title,))
        part = common.assign(title=title, analyte=what.analyte, unit=unit, text=texts, order=order)
        parts.append(part[part["text"] != ""])
    cells = pd.concat(parts).sort_values(["row", "order"], kind="stable", ignore_index=True)
    if not form.method:
        cells["method"] = form.name
    doubt = [form.unit_doubt] if form.unit_doubt and not units and len(cells) else []
    return cells[list(RAW)], doubt


ROLES = (
    "sample", "vessel", "drawn", "elapsed_h", "analysed", "device", "flag", "replicate", "method",
)  # fmt: skip


def _check_titles(form: Form, grid: Grid) -> None:
    missing = [titles[0] for titles in form.needs if grid.column(titles) is None]
    if not any(grid.column((title,)) is not None for title in form.quantities):
        missing.append(next(iter(form.quantities)))
    if missing:
        there = names_in_words(cell for cell in grid.rows[0] if cell)
        words = " and ".join(f"{title!r}" for title in missing)
        msg = f"expected a column {words}, as {form.name} writes it; got {there}"
        raise FileFormatError(msg)


def _without_units_row(form: Form, grid: Grid) -> tuple[dict[str, str], Grid]:
    """Return the units that the row below the titles gives, and the table without it."""
    if len(grid.rows) < 2:
        return {}, grid
    below = {title: grid.cells((title,))[0] for title in form.quantities}
    named = grid.cells(form.sample)[0] or grid.cells(form.analysed)[0]
    filled = {title: cell for title, cell in below.items() if cell}
    if named or not filled or any(number(cell) is not None for cell in filled.values()):
        return {}, grid
    units = {title: _unit(cell) for title, cell in filled.items() if cell != "-"}
    rest = Grid([grid.rows[0], *grid.rows[2:]], [grid.lines[0], *grid.lines[2:]], grid.decimal)
    return units, rest


def _unit(cell: str) -> str:
    return "/".join(part.strip() for part in cell.split("/"))
