"""Tables of a laboratory's own, wide or long, by the titles that people give their columns."""

import re
from dataclasses import replace

import pandas as pd

from pat.errors import FileFormatError
from pat.readers.analysers.form import ROLES, Form, Quantity, form_cells
from pat.readers.analysers.grid import Grid, check_table, plain_title
from pat.readers.analysers.values import RAW, reading_of
from pat.readers.cells import is_channel
from pat.readers.findings import names_in_words
from pat.readers.units import is_unit

NAME = "plain table"
#: glucose (g/L), lactate [mmol/L]
TITLE = re.compile(r"(.+?)\s*[\[(]([^\[\]()]+)[\])]")
PLAIN = Form(
    name=NAME,
    known_by=(),
    quantities={},
    sample=("source_sample", "sample", "sample id", "sample_id", "sample name",
            "sample identifier"),
    vessel=("vessel", "vessel id", "reactor", "bioreactor", "culture"),
    drawn=("time", "sample time", "sampling time", "sampled", "sampled at", "drawn", "drawn at"),
    elapsed_h=("elapsed_h", "elapsed h", "age (h)", "culture age (h)"),
    analysed=("measured_at", "measured at", "analysed", "analysed at", "analysis time",
              "analysis date/time"),
    device=("device", "instrument", "analyser", "analyzer"),
    flag=("flag", "flags", "status"),
    replicate=("replicate", "replica", "repeat"),
    method=("method", "assay"),
)  # fmt: skip
ANALYTE = ("analyte", "parameter", "component", "test", "test name")
VALUE = ("value", "result", "concentration")
UNIT = ("unit", "units")


def plain_cells(grid: Grid) -> tuple[pd.DataFrame, list[str]]:
    """Return the filled cells of a table, columns `RAW`, and warnings.

    Raises
    ------
    FileFormatError
        If nothing says which sample or culture a row is of, or nothing is measured.
    """
    placed = grid.column(PLAIN.vessel) is not None and (
        grid.column(PLAIN.drawn) is not None or grid.column(PLAIN.elapsed_h) is not None
    )
    if grid.column(PLAIN.sample) is None and not placed:
        there = names_in_words(cell for cell in grid.rows[0] if cell)
        msg = (
            "expected an analyser's export, or a table with a column source_sample, or vessel "
            f"and time; got {there or 'no titles'}"
        )
        raise FileFormatError(msg)
    check_table(grid)
    if grid.column(ANALYTE) is not None and grid.column(VALUE) is not None:
        return _long(grid), []
    form = replace(PLAIN, quantities=_quantities(grid))
    return form_cells(form, grid)


def _quantities(grid: Grid) -> dict[str, Quantity]:
    """Return what the columns of numbers hold, by title."""
    own = {plain_title(title) for role in ROLES for title in getattr(PLAIN, role)}
    found = {}
    for title in grid.rows[0]:
        if not title or plain_title(title) in own or is_channel(title, decimal=grid.decimal):
            continue
        texts = [text for text in grid.cells((title,)) if text]
        readings = [reading_of(text, decimal=grid.decimal) for text in texts]
        if any(reading.flag is None for reading in readings):
            found[title] = _quantity(title)
    if not found:
        there = names_in_words(cell for cell in grid.rows[0] if cell)
        msg = f"expected a column of measured values; got {there}"
        raise FileFormatError(msg)
    return found


def _quantity(title: str) -> Quantity:
    named = TITLE.fullmatch(title)
    return Quantity(named[1], named[2]) if named and is_unit(named[2]) else Quantity(title)


def _long(grid: Grid) -> pd.DataFrame:
    roles = {role: grid.cells(getattr(PLAIN, role)) for role in ROLES}
    cells = pd.DataFrame({**roles, "row": grid.lines[1:]}).rename(
        columns={"sample": "source_sample"}
    )
    cells = cells.assign(analyte=grid.cells(ANALYTE), text=grid.cells(VALUE), unit=grid.cells(UNIT))
    value = grid.column(VALUE)
    assert value is not None
    cells["title"] = grid.rows[0][value]
    return cells.loc[(cells["text"] != "") & (cells["analyte"] != ""), list(RAW)]
