"""Two columns of text, axis and intensity, under a header of any length."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.readers.axis import first_break
from pat.readers.cells import NOT_FINITE, is_channel, number
from pat.readers.tables import separator_of

Split = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True, eq=False)
class TwoColumns:
    """Axis and intensity of shape (n_channels,), and the lines above them."""

    header: list[str]
    axis: FloatArray
    intensity: FloatArray


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a line of numbers is cut and which decimal sign it has."""

    separator: str | None  # None: blanks
    decimal: str

    def cells(self, line: str) -> list[str]:
        """Return the cells of a line, an empty last one left out."""
        cells = [cell.strip() for cell in line.split(self.separator)]
        return cells[:-1] if len(cells) > 1 and not cells[-1] else cells

    def numbers(self, line: str) -> list[float] | None:
        """Return the numbers of a line, or None where it is no line of numbers."""
        values: list[float] = []
        for cell in self.cells(line):
            value = number(cell, decimal=self.decimal)
            if value is None:
                if not values or cell.lower() not in NOT_FINITE:
                    return None
                value = float(cell)
            values.append(value)
        return values or None


#: Two columns as the quick way reads them.
COLUMN_TYPES = {"axis": pa.float64(), "intensity": pa.float64()}
#: A blank or comma may be part of a number or sit beside another separator, so they come last.
DIALECTS = (
    Dialect("\t", "."), Dialect("\t", ","), Dialect(";", "."), Dialect(";", ","),
    Dialect(",", "."), Dialect(None, "."), Dialect(None, ","),
)  # fmt: skip


def two_columns(text: str) -> TwoColumns:
    """Return axis and intensity from text whose separator and decimal sign are found out.

    Raises
    ------
    FileFormatError
        If there are no two columns of numbers, or the first of them is no axis.
    """
    lines = text.splitlines()
    first, dialect = _first_numbers(lines)
    header = [line for line in lines[:first] if line.strip()]
    last = len(lines)
    while last > first and not lines[last - 1].strip():
        last -= 1
    pairs = _plain_pairs(lines[first:last], dialect)
    if pairs is None:
        pairs = _pairs(lines, first=first, dialect=dialect)
    axis, intensity = pairs
    if axis.size < 2:
        msg = f"expected a spectrum of two columns; got {axis.size} line of numbers"
        raise FileFormatError(msg)
    broken = first_break(axis)
    if broken is not None:
        msg = (
            f"expected a rising or falling axis in the first column; "
            f"got {broken[0]:.10g} then {broken[1]:.10g}"
        )
        raise FileFormatError(msg)
    return TwoColumns(header, axis, intensity)


def is_wide(text: str) -> bool:
    """Return whether the first line is the header of a wide table: names, then axis values."""
    first = text.lstrip().partition("\n")[0]
    separator = separator_of(first)
    names = [cell.strip().strip('"') for cell in first.split(separator)]
    decimal = "," if separator != "," and "," in first else "."
    channels = sum(is_channel(name, decimal=decimal) for name in names)
    return channels >= 2 and "vessel" in names


def _first_numbers(lines: list[str]) -> tuple[int, Dialect]:
    """Return the first line of numbers that another follows, and its dialect."""
    for i, line in enumerate(lines):
        if not line.strip() or not re.match(r"\s*[+-]?[\d.,]", line):
            continue
        for dialect in DIALECTS:
            values = dialect.numbers(line)
            if values is None or len(values) < 2:
                continue
            below = next((other for other in lines[i + 1 :] if other.strip()), None)
            if below is not None and dialect.numbers(below) is not None:
                if len(values) > 2:
                    msg = f"expected two columns, axis and intensity; got {len(values)}"
                    raise FileFormatError(msg)
                return i, _settled(dialect, lines[i:])
    msg = "expected two columns of numbers, axis and intensity; found none"
    raise FileFormatError(msg)


def _settled(dialect: Dialect, lines: list[str]) -> Dialect:
    """Return the dialect with a decimal comma where the lines below turn out to have one."""
    if dialect.decimal == "," or dialect.separator == ",":
        return dialect
    if any("," in line for line in lines) and not any("." in line for line in lines):
        return Dialect(dialect.separator, ",")
    return dialect


def _plain_pairs(lines: list[str], dialect: Dialect) -> tuple[FloatArray, FloatArray] | None:
    """Return the columns where every line is two plain numbers, else None: the quick way."""
    body = "\n".join(lines)
    quick = _cut_pairs(body, dialect, n_lines=len(lines))
    if quick is not None:
        return quick
    if dialect.decimal == ",":
        if "." in body:
            return None
        body = body.replace(",", ".")
    if dialect.separator is not None:
        body = body.replace(dialect.separator, " ")
    if "_" in body or "n" in body.lower():
        return None
    tokens = body.split()
    if len(tokens) != 2 * len(lines):
        return None
    try:
        values = np.array(list(map(float, tokens))).reshape(-1, 2)
    except ValueError:
        return None
    return values[:, 0].copy(), values[:, 1].copy()


def _cut_pairs(
    body: str, dialect: Dialect, *, n_lines: int
) -> tuple[FloatArray, FloatArray] | None:
    """Return the columns of lines that a separator cuts in two, eight times quicker; else None."""
    if dialect.separator is None or "n" in body or "N" in body:
        return None  # not a number and infinite are words with an n
    try:
        table = pa.csv.read_csv(
            io.BytesIO(body.encode()),
            read_options=pa.csv.ReadOptions(column_names=list(COLUMN_TYPES), use_threads=False),
            parse_options=pa.csv.ParseOptions(delimiter=dialect.separator, quote_char=False),
            convert_options=pa.csv.ConvertOptions(
                column_types=COLUMN_TYPES, null_values=[], decimal_point=dialect.decimal
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != n_lines:
        return None
    return table["axis"].to_numpy(), table["intensity"].to_numpy()


def _pairs(lines: list[str], *, first: int, dialect: Dialect) -> tuple[FloatArray, FloatArray]:
    """Return the columns line by line; words may follow below them, other numbers may not."""
    found: list[list[float]] = []
    ended = False
    for i, line in enumerate(lines[first:], start=first + 1):
        if not line.strip():
            continue
        values = dialect.numbers(line)
        if values is None or len(values) != 2:
            if re.match(r"\s*[+-]?\d", line):
                msg = f"expected two numbers in line {i}; got {line.strip()[:60]!r}"
                raise FileFormatError(msg)
            ended = True
        elif ended:
            msg = f"expected one block of numbers; got another from line {i}"
            raise FileFormatError(msg)
        else:
            found.append(values)
    columns = np.array(found).reshape(-1, 2)
    return columns[:, 0].copy(), columns[:, 1].copy()
