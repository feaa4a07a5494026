"""Tables of text, Excel and Parquet, whatever stands above their titles."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from pat.errors import FileFormatError
from pat.importing.titles import key_of, quantity
from pat.readers.cells import is_channel
from pat.readers.excel import excel_sheets
from pat.readers.findings import Findings
from pat.readers.spectrum_file import file_text
from pat.readers.tables import Table, read_parquet_table, separator_of, text_table

#: Suffixes of files that may hold a table.
TEXT, EXCEL, PARQUET = (".csv", ".txt", ".tsv"), (".xlsx", ".xlsm", ".xls"), (".parquet",)
#: Lines of a report's head among which the titles are looked for.
HEAD_LINES = 60


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text with separators: a text file, or one sheet of an Excel file."""

    name: str
    text: str


def read_sheets(path: Path, *, name: str) -> list[Sheet]:
    """Return the tables of a text or Excel file.

    Raises
    ------
    FileFormatError
        If it cannot be read, or Excel needs what is not installed.
    """
    if path.suffix.lower() in EXCEL:
        return _excel(path, name=name)
    return [Sheet(name, file_text(path))]


def title_line(sheet: Sheet, *, is_named: bool) -> int | None:
    """Return the line of the titles, the first that has two keys of ours, or one of three cells.

    A pair such as `Date;01.05.2024` is a line of the head above them, but where the name of the
    file says that it is a table.
    """
    fewest = 2 if is_named else 3
    for place, line in enumerate(sheet.text.split("\n", HEAD_LINES)[:HEAD_LINES]):
        cells = [cell.strip() for cell in _cells(line) if cell.strip()]
        keys = {key_of(cell) or key_of(quantity(cell)[0]) for cell in cells} - {None}
        if len(keys) > 1 or (keys and len(cells) >= fewest and not any(map(is_channel, cells))):
            return place + 1
    return None


def titles_in(sheet: Sheet, line: int) -> list[str]:
    """Return the cells of a line, which counts from 1."""
    lines = sheet.text.split("\n", line)
    return _cells(lines[line - 1]) if len(lines) >= line else []


def table_below(sheet: Sheet, line: int, *, findings: Findings) -> Table:
    """Return the table whose titles stand in a line, which counts from 1.

    Raises
    ------
    FileFormatError
        If there is no such line, or no table below it.
    """
    text = sheet.text
    for _ in range(line - 1):
        text = text.partition("\n")[2]
    if not text.strip():
        msg = f"expected titles in line {line}; the file ends before it"
        raise FileFormatError(msg)
    found = Findings()
    table = text_table(text, name=sheet.name, findings=found)
    for fault in found.faults:
        row = None if fault.row is None else fault.row + line - 1
        findings.fault(fault.file, fault.message, row=row, column=fault.column)
    return Table(table.file, table.cells, table.rows + (line - 1), table.decimal)


def parquet_titles(path: Path) -> list[str]:
    """Return the names of the columns of a Parquet file.

    Raises
    ------
    FileFormatError
        If it is none.
    """
    try:
        return [str(name) for name in pa.parquet.read_schema(path).names]
    except (OSError, pa.ArrowException) as error:
        msg = f"expected a Parquet file; got {str(error).splitlines()[0]}"
        raise FileFormatError(msg) from error


def read_parquet(path: Path, *, name: str) -> Table:
    """Return a Parquet file as a table of text.

    Raises
    ------
    FileFormatError
        If it is none.
    """
    findings = Findings()
    table = read_parquet_table(path, name=name, findings=findings)
    if table is None:
        raise FileFormatError(findings.faults[0].message)
    cells = {str(column): _texts(table.cells[column]) for column in table.cells.columns}
    return Table(name, pd.DataFrame(cells), table.rows)


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r")], delimiter=separator_of(line)), [])
    except csv.Error:
        return []


def _texts(column: pd.Series) -> pd.Series:
    if pd.api.types.is_string_dtype(column) and not isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype("str")
    return pd.Series([_cell(value) or None for value in column.tolist()], dtype="str")


def _excel(path: Path, *, name: str) -> list[Sheet]:
    sheets = {title: _as_text(rows) for title, rows in excel_sheets(path.read_bytes())}
    filled = {title: text for title, text in sheets.items() if text.strip()}
    if not filled:
        msg = "the file is empty"
        raise FileFormatError(msg)
    several = len(filled) > 1
    return [
        Sheet(f"{name}, sheet {title}" if several else name, text) for title, text in filled.items()
    ]


def _as_text(rows: list[list[str]]) -> str:
    """Return rows as text with commas, a line a row; empty columns at the end left out."""
    cells = [[cell.replace("\n", " ").strip() for cell in row] for row in rows]
    width = max((place + 1 for row in cells for place, cell in enumerate(row) if cell), default=0)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in cells:
        kept = (row + [""] * width)[:width]
        writer.writerow(kept if any(kept) else [])
    return out.getvalue()


def _cell(value: object) -> str:
    """Return a typed cell as text: numbers with a point, times as ISO 8601."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()
