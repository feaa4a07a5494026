"""Sheets of Excel workbooks as text, through python-calamine and xlrd (the extra `excel`)."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from importlib import import_module
from types import ModuleType

from pat.errors import FileFormatError

#: Bytes that a workbook may unpack to; a sheet of 10,000 rows and 40 columns has 16 million.
LARGEST_UNPACKED = 20_000_000
#: Cells in the box around all that are filled; calamine sets aside every one of them.
MOST_CELLS = 400_000
#: Characters of text, every repeat of a shared one counted: calamine copies it into each cell.
MOST_TEXT = 20_000_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What of a workbook is needed: not its pictures, charts and macros.
PARTS = re.compile(r"(\[Content_Types\]\.xml|_rels/.*|xl/[^/]*\.xml|xl/_rels/.*|xl/worksheets/.*)")
#: Rows and cells of a sheet, and where they say that they stand.
ROW, CELL = re.compile(rb"<(?:\w+:)?row\b"), re.compile(rb"<(?:\w+:)?c\b")
ADDRESS = re.compile(rb"""\br\s*=\s*["']\s*(\d{1,9})\s*["']""")
CELL_COLUMN = re.compile(rb"""<(?:\w+:)?c\b(?:[^>]*?\br\s*=\s*["']\s*([A-Za-z]{1,4})\d)?""")
#: Bytes unpacked at a time.
BLOCK = 1 << 16

Sheets = list[tuple[str, list[list[str]]]]


def is_excel(content: bytes) -> bool:
    """Return whether a file begins like a workbook, new (.xlsx) or old (.xls)."""
    return content.startswith((ZIP, OLE))


def excel_sheets(content: bytes) -> Sheets:
    """Return name and rows of every sheet, a cell as the text that a CSV file would have.

    Rows start at row 1 and column A. Dates are ISO 8601, formulas their last value.

    Raises
    ------
    FileFormatError
        If the extra `excel` is not installed, or the file is no workbook, broken, or unpacks to
        more than a table of measurements can be.
    """
    try:
        return list(_old_sheets(content) if content.startswith(OLE) else _new_sheets(content))
    except FileFormatError:
        raise
    except Exception as error:  # the libraries let out whatever a broken file makes them raise
        msg = (
            f"Excel that is cut short, broken or of another kind ({type(error).__name__}: {error})"
        )
        raise FileFormatError(msg) from error


def _new_sheets(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    calamine = _library("python_calamine")
    workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(_safe(content)))
    for name in workbook.sheet_names:
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield name, [[_text(cell) for cell in row] for row in rows]


def _old_sheets(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    # calamine sets aside every cell of a broken .xls, gigabytes of them; xlrd only those there are
    xlrd = _library("xlrd")
    book = xlrd.open_workbook(file_contents=content, logfile=io.StringIO(), ragged_rows=True)
    for sheet in book.sheets():
        yield (
            sheet.name,
            [
                [_old_cell(xlrd, cell, book.datemode) for cell in sheet.row(i)]
                for i in range(sheet.nrows)
            ],
        )


def _old_cell(xlrd: ModuleType, cell: object, datemode: int) -> str:
    kind, value = cell.ctype, cell.value  # type: ignore[attr-defined]
    if kind == xlrd.XL_CELL_DATE and value >= 1:
        return _text(xlrd.xldate_as_datetime(value, datemode))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return _text(bool(value))
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#ERROR"))
    return _text(value)


def _library(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        msg = "Excel needs the extra `excel`: pip install 'raman-pat[excel]'"
        raise FileFormatError(msg) from error


def _text(cell: object) -> str:
    """Return a cell as CSV would have it.

    >>> _text(3.0), _text(0.25), _text(datetime(2024, 5, 1, 10)), _text(None)
    ('3', '0.25', '2024-05-01T10:00:00', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | time):
        return cell.isoformat()
    return str(cell).replace("\0", "") if not isinstance(cell, timedelta) else str(cell)


def _safe(content: bytes) -> bytes:
    """Return a workbook with only the parts that are read, unpacked under our own limits."""
    packed = io.BytesIO()
    left = LARGEST_UNPACKED
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            if PARTS.fullmatch(member.filename) and member.filename not in parts:
                parts[member.filename] = _unpacked(archive, member, at_most=left)
                left -= len(parts[member.filename])
    _check_size(parts)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, at_most: int) -> bytes:
    """Return a member of the archive, read piece by piece: what it says of its size may lie."""
    blocks: list[bytes] = []
    size = 0
    try:
        with archive.open(member) as file:
            while block := file.read(BLOCK):
                size += len(block)
                if size > at_most:
                    msg = f"the workbook unpacks to more than {LARGEST_UNPACKED} bytes"
                    raise FileFormatError(msg)
                blocks.append(block)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        msg = f"the workbook is broken in {member.filename} ({error})"
        raise FileFormatError(msg) from error
    return b"".join(blocks)


def _check_size(parts: dict[str, bytes]) -> None:
    """Refuse sheets of more cells or text than a table of measurements can have."""
    shared = parts.get("xl/sharedStrings.xml", b"")
    longest = max((len(text) for text in re.split(rb"<(?:\w+:)?si\b", shared)), default=0)
    sheets = {name: part for name, part in parts.items() if name.startswith("xl/worksheets/")}
    for name, sheet in sheets.items():
        n_rows, n_columns = _box(sheet)
        n_shared = len(re.findall(rb"""\bt\s*=\s*["']s["']""", sheet))
        if n_rows * n_columns > MOST_CELLS or n_shared * longest > MOST_TEXT:
            msg = (
                f"expected at most {MOST_CELLS} cells and {MOST_TEXT} characters in a sheet; "
                f"got {n_rows} rows, {n_columns} columns and texts of up to {longest} characters "
                f"in {name}"
            )
            raise FileFormatError(msg)


def _box(sheet: bytes) -> tuple[int, int]:
    """Return rows and columns of the box around all cells.

    A row or cell without an address follows the one before it, so at most all of them do.
    """
    rows, columns, bare_rows, most_bare = 0, 1, 0, 0
    for row in ROW.split(sheet)[1:]:
        address = ADDRESS.search(row, 0, row.find(b">") + 1)
        rows = max(rows, int(address[1])) if address else rows
        bare_rows += address is None
        letters = set(CELL_COLUMN.findall(row))
        columns = max(columns, *map(_column, letters), 1)
        most_bare = max(most_bare, len(CELL.findall(row)) if b"" in letters else 0)
    return rows + bare_rows, columns + most_bare


def _column(letters: bytes) -> int:
    """Return the number of a column, A being 1.

    >>> _column(b"A"), _column(b"XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number
