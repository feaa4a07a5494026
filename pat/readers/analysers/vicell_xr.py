"""The three layouts of Beckman Vi-CELL XR as one table with one row of titles."""

import re
from dataclasses import replace
from itertools import pairwise

from pat.errors import FileFormatError
from pat.readers.analysers.grid import Grid
from pat.readers.cells import number
from pat.readers.findings import names_in_words

#: Rows above the titles: program, folder, serial number.
MOST_ABOVE = 6
#: `Viability (%) : 97.0` of a text report; a title may itself have blanks and signs.
PAIR = re.compile(r"([^:]+?) :\s*(.*)")
#: Below these the report has distributions and single images.
ENDS = ("size distribution plot data", "image plot data", "sizedata")


def is_vicell_xr(grid: Grid) -> bool:
    """Return whether the first cell says so."""
    return grid.rows[0][0].startswith("Vi-CELL XR")


def xr_table(grid: Grid) -> Grid:
    """Return the values of an export as a table.

    A run summary has two rows of titles, one below the other; a report, as a sheet or as text,
    has pairs of title and value.

    Raises
    ------
    FileFormatError
        If it has neither.
    """
    serial = next((row[0] for row in grid.rows[:MOST_ABOVE] if row[0].startswith("Unit S/N")), "")
    at = next((i for i, row in enumerate(grid.rows[:MOST_ABOVE]) if row[0] == "Sample ID"), None)
    if at is not None and len([cell for cell in grid.rows[at] if cell]) > 2:
        return _summary(grid, at=at, device=serial.partition(":")[2].strip())
    pairs = _pairs(grid)
    if "Sample ID" not in pairs:
        there = names_in_words(row[0] for row in grid.rows[:8])
        msg = f"expected a row of titles with 'Sample ID' below 'Vi-CELL XR'; got {there}"
        raise FileFormatError(msg)
    return Grid([list(pairs), list(pairs.values())], [grid.lines[0], grid.lines[0]])


def _summary(grid: Grid, *, at: int, device: str) -> Grid:
    above, below = grid.rows[at], grid.rows[at + 1] if len(grid.rows) > at + 1 else []
    below = below + [""] * (len(above) - len(below))
    titles = [f"{first} {second}".strip() for first, second in zip(above, below, strict=False)]
    body = [
        (line, [*(row + [""] * (len(titles) - len(row)))[: len(titles)], device])
        for line, row in zip(grid.lines[at + 2 :], grid.rows[at + 2 :], strict=True)
        if not _is_numbering(row)
    ]
    rows = [[*titles, "Unit S/N"], *(row for _, row in body)]
    return replace(grid, rows=rows, lines=[grid.lines[at], *(line for line, _ in body)])


def _is_numbering(row: list[str]) -> bool:
    """Return whether a row numbers the columns, as a hidden one of some versions does."""
    numbers = [number(cell) for cell in row if cell]
    return len(numbers) > 4 and all(
        later is not None and earlier is not None and 0 < later - earlier < 3
        for earlier, later in pairwise(numbers)
    )


def _pairs(grid: Grid) -> dict[str, str]:
    """Return title and value of every pair of a report, the first of each title."""
    pairs: dict[str, str] = {}
    for row in grid.rows[1:]:
        line = ",".join(row)
        if line.casefold().startswith(ENDS):
            break
        text = PAIR.fullmatch(line.rstrip(","))
        filled = [cell for cell in row if cell]
        found = [text.groups()] if text else list(zip(filled[::2], filled[1::2], strict=False))
        for title, value in found:
            pairs.setdefault(title, value)
    return pairs
