"""The cells of an export as text, from CSV of any dialect or from Excel."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from pat.errors import FileFormatError
from pat.readers.binary import content_of
from pat.readers.encodings import text_of
from pat.readers.excel import excel_sheets, is_excel
from pat.readers.tables import DECIMAL_COMMA, records_of, separator_of

#: Bytes of text and of workbooks. Exports are small: 8 MB are 40,000 rows of a cell counter.
LARGEST_TEXT, LARGEST_WORKBOOK = 8_000_000, 20_000_000


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of text cells, all that are not blank.

    Parameters
    ----------
    rows : list of list of str
    lines : list of int
        Line of the file, or row of the sheet, of each row.
    decimal : str
        The decimal sign, "." or ",".
    beside : tuple of str
        Names of other sheets that hold something and were not read.
    """

    rows: list[list[str]]
    lines: list[int]
    decimal: str = "."
    beside: tuple[str, ...] = ()

    def column(self, titles: Sequence[str]) -> int | None:
        """Return where the first row has one of these titles; None where it has none."""
        there = [plain_title(cell) for cell in self.rows[0]]
        wanted = (plain_title(title) for title in titles)
        return next((there.index(title) for title in wanted if title in there), None)

    def cells(self, titles: Sequence[str]) -> list[str]:
        """Return the cells below the first of these titles, empty where there is none of them."""
        at = self.column(titles)
        return [row[at] if at is not None and at < len(row) else "" for row in self.rows[1:]]


def read_grid(path: Path) -> Grid:
    """Return the cells of a file: an Excel workbook by its first bytes, else text.

    Raises
    ------
    FileFormatError
        If the file cannot be read, is empty or too large.
    """
    content = content_of(path, at_most=LARGEST_WORKBOOK)
    if is_excel(content):
        return _of_sheets(excel_sheets(content))
    if len(content) > LARGEST_TEXT:
        msg = f"expected at most {LARGEST_TEXT} bytes of text; got {len(content)}"
        raise FileFormatError(msg)
    return text_grid(text_of(content, expected="CSV or Excel"))


def text_grid(text: str) -> Grid:
    """Return the cells of CSV text, its separator found out."""
    lines, rows = records_of(text)
    if not rows:
        msg = "the file is empty"
        raise FileFormatError(msg)
    rows = [[cell.strip() for cell in row] for row in rows]
    comma = separator_of(text.lstrip("\r\n").partition("\n")[0]) != "," and any(
        "," in cell and DECIMAL_COMMA.fullmatch(cell) for row in rows for cell in row
    )
    return Grid(rows, lines, "," if comma else ".")


def plain_title(title: str) -> str:
    """Return a title without what differs between versions: case, blanks, kinds of µ.

    >>> plain_title("Average diameter  (µm)") == plain_title("average diameter (μm)")
    True
    """
    return re.sub(r"\s+", "", normalize("NFKC", title)).casefold()


def check_table(grid: Grid) -> None:
    """Refuse a table of which nobody can tell what belongs to which title.

    Raises
    ------
    FileFormatError
        If a title comes twice, or a row has cells beyond the last title.
    """
    titles = [plain_title(title) for title in grid.rows[0] if title]
    twice = next((title for title in grid.rows[0] if titles.count(plain_title(title)) > 1), None)
    if twice is not None:
        msg = f"expected each column once; got {twice!r} twice"
        raise FileFormatError(msg)
    for line, row in zip(grid.lines[1:], grid.rows[1:], strict=True):
        if any(row[len(grid.rows[0]) :]):
            msg = (
                f"row {line}: expected {len(grid.rows[0])} cells as there are titles; got "
                f"{len(row)}; where the comma is the decimal sign, separate by semicolons"
            )
            raise FileFormatError(msg)


def _of_sheets(sheets: Sequence[tuple[str, list[list[str]]]]) -> Grid:
    """Return the first sheet that holds anything."""
    filled = []
    for name, rows in sheets:
        kept = [(i, row) for i, row in enumerate(rows, start=1) if any(map(str.strip, row))]
        if kept:
            filled.append((name, kept))
    if not filled:
        msg = "the workbook is empty"
        raise FileFormatError(msg)
    first = filled[0][1]
    rows = [[cell.strip() for cell in row] for _, row in first]
    return Grid(rows, [i for i, _ in first], beside=tuple(name for name, _ in filled[1:]))
