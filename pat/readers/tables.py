"""Tables as text: the one CSV dialect of a campaign folder, with the line of every row."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pat.arrays import IntArray
from pat.errors import FileFormatError
from pat.readers.findings import Findings
from pat.readers.plain_csv import read_plain_csv

#: A number with a decimal comma, perhaps censored, such as `1,5` or `<0,1`.
DECIMAL_COMMA = re.compile(r"\s*[<>]?\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The cells of one file before anybody asked what they mean.

    Parameters
    ----------
    file : str
        Name of the file, relative to the campaign folder.
    cells : DataFrame
        Text columns as `str`, NaN where the cell is empty; columns of a Parquet file as typed.
    rows : ndarray of shape (n_rows,)
        Line of each row, the header being line 1. A Parquet file counts as if it were printed.
    decimal : str
        The decimal sign of the file, "." or ",".
    """

    file: str
    cells: pd.DataFrame
    rows: IntArray
    decimal: str = "."

    def has(self, column: str) -> bool:
        """Return whether the file has this column."""
        return column in self.cells.columns

    def require(self, *columns: str, findings: Findings) -> bool:
        """Return whether all these columns are there; each that is not is a fault."""
        missing = [column for column in columns if not self.has(column)]
        for column in missing:
            near = [name for name in map(str, self.cells.columns) if name.casefold() == column]
            hint = f"; rename {near[0]} to {column}" if near else ""
            there = ", ".join(map(str, self.cells.columns[:12]))
            findings.fault(self.file, f"expected a column {column}; got {there}{hint}", row=1)
        return not missing


def read_table(
    path: Path, *, name: str, findings: Findings, may_be_empty: bool = False
) -> Table | None:
    """Return a CSV or Parquet file as a table; None, and a fault, where it is none.

    `may_be_empty` says that a header without rows is no fault.
    """
    if path.suffix == ".parquet":
        table = read_parquet_table(path, name=name, findings=findings)
    else:
        table = read_text_table(path, name=name, findings=findings)
    if table is not None and not len(table.rows) and not may_be_empty:
        findings.fault(name, "the file has no rows")
        return None
    return table


def read_text_table(path: Path, *, name: str, findings: Findings) -> Table | None:
    """Return a CSV file as a table of text cells; None, and a fault, where it is none."""
    try:
        text = decoded(path.read_bytes())
        return text_table(text, name=name, findings=findings)
    except FileFormatError as error:
        findings.fault(name, str(error))
    except OSError as error:
        findings.fault(name, f"cannot be read: {error.strerror or error}")
    return None


def read_parquet_table(path: Path, *, name: str, findings: Findings) -> Table | None:
    """Return a Parquet file as a table of typed columns; None, and a fault, where it is none."""
    try:
        cells = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        findings.fault(name, f"expected a Parquet file; got {str(error).splitlines()[0]}")
        return None
    cells = cells.reset_index(drop=True)
    cells.columns = cells.columns.astype(str)
    return Table(name, cells, np.arange(len(cells), dtype=np.int64) + 2)


def decoded(content: bytes) -> str:
    """Return the text of a UTF-8 file, with or without byte-order mark.

    Raises
    ------
    FileFormatError
        If the file is empty, or not UTF-8.
    """
    if not content.strip():
        msg = "the file is empty"
        raise FileFormatError(msg)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        msg = "expected UTF-8; got UTF-16; save it as 'CSV UTF-8'"
        raise FileFormatError(msg)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        byte = content[error.start]
        msg = f"expected UTF-8; got the byte 0x{byte:02x} in row {row}; save it as 'CSV UTF-8'"
        raise FileFormatError(msg) from error


def text_table(text: str, *, name: str, findings: Findings) -> Table:
    """Return the table in `text`; rows of another length than the header are faults.

    Raises
    ------
    FileFormatError
        If there is no header, or the quotes do not match.
    """
    if separator_of(text.partition("\n")[0]) == ",":
        plain = read_plain_csv(text, is_number=lambda name: False)
        if plain is not None:
            return Table(name, plain.cells, plain.rows)
    lines, records = records_of(text)
    if not records:
        msg = "the file is empty"
        raise FileFormatError(msg)
    header = [cell.strip() for cell in records[0]]
    body, rows = records[1:], lines[1:]
    _check_lengths(name, body, rows=rows, n_columns=len(header), findings=findings)
    fitted = [_fitted(record, len(header)) for record in body]
    columns = dict(enumerate(zip(*fitted, strict=True) if fitted else [()] * len(header)))
    named = _named_columns(name, header, columns=columns, findings=findings)
    cells = pd.DataFrame({key: text_column(cells) for key, cells in named.items()})
    decimal = _decimal_sign(text, header=header, body=body)
    return Table(name, cells, np.array(rows, dtype=np.int64), decimal)


def text_column(cells: Sequence[str]) -> pd.Series:
    """Return cells as a text column, NaN where a cell is empty or blank."""
    return pd.Series([cell if cell.strip() else None for cell in cells], dtype="str")


def separator_of(header: str) -> str:
    """Return the separator of a header line: semicolon, tab or comma."""
    bare = re.sub(r'"[^"]*"', "", header)
    return max(";\t,", key=bare.count)


def records_of(text: str) -> tuple[list[int], list[list[str]]]:
    """Return the first line and the cells of every record that is not blank."""
    separator = separator_of(text.lstrip("\r\n").split("\n", 1)[0])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines: list[int] = []
    records: list[list[str]] = []
    start = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                lines.append(start)
                records.append(record)
            start = reader.line_num + 1
    except csv.Error as error:
        msg = f"row {start} cannot be read as a table ({error}); are its quotes closed?"
        raise FileFormatError(msg) from error
    return lines, records


def _check_lengths(
    name: str,
    body: list[list[str]],
    *,
    rows: list[int],
    n_columns: int,
    findings: Findings,
) -> None:
    wrong = [
        (row, f"expected {n_columns} cells as in the header; got {len(record)}")
        for row, record in zip(rows, body, strict=True)
        if len(record) < n_columns or any(cell.strip() for cell in record[n_columns:])
    ]
    findings.fault_alike(name, wrong)


def _fitted(record: list[str], n_columns: int) -> list[str]:
    return record[:n_columns] + [""] * (n_columns - len(record))


def _named_columns(
    name: str,
    header: list[str],
    *,
    columns: Mapping[int, Sequence[str]],
    findings: Findings,
) -> dict[str, Sequence[str]]:
    """Return the columns by name; a name that is missing or comes twice is a fault."""
    named: dict[str, Sequence[str]] = {}
    for number, title in enumerate(header):
        if not title:
            if any(cell.strip() for cell in columns[number]):
                findings.fault(name, f"column {number + 1} has cells but no name", row=1)
        elif title in named:
            findings.fault(name, "expected each column once; got it twice", row=1, column=title)
        else:
            named[title] = columns[number]
    return named


def _decimal_sign(text: str, *, header: list[str], body: list[list[str]]) -> str:
    """Return the decimal sign of a file: a comma only where the comma does not separate."""
    if "," not in text or separator_of(text.lstrip("\r\n").split("\n", 1)[0]) == ",":
        return "."
    for record in (header, *body):
        if any("," in cell and DECIMAL_COMMA.fullmatch(cell) for cell in record):
            return ","
    return "."
