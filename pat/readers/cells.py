"""From the cells of a table to numbers, names and limits."""

import re
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from pat.arrays import FloatArray
from pat.readers.findings import Findings
from pat.readers.tables import Table

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
NOT_FINITE = frozenset({"nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"})
#: A number that stays a number when it is read as one: no code such as `007`.
PLAIN_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)?(?:\.\d+|\.)?(?:[eE][+-]?\d+)?")


def number(text: str, *, decimal: str = ".") -> float | None:
    """Return the finite number that a cell spells, or None where it spells none.

    >>> number("1,5", decimal=","), number("1_0"), number("nan")
    (1.5, None, None)
    """
    text = text.strip()
    if decimal == ",":
        text = text.replace(",", ".", 1) if "." not in text else ""
    if not NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if np.isfinite(value) else None


@lru_cache(maxsize=1 << 14)  # a large table asks again for every portion
def is_channel(name: str, *, decimal: str = ".") -> bool:
    """Return whether a column's name is a number, which makes it a channel."""
    return number(name, decimal=decimal) is not None


def read_numbers(table: Table, column: str, *, findings: Findings) -> FloatArray:
    """Return a column as numbers, NaN where empty; a cell that is none is a fault."""
    cells = table.cells[column]
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        return cells.to_numpy(dtype=np.float64, na_value=np.nan)
    if not pd.api.types.is_string_dtype(cells):
        findings.fault(table.file, f"expected numbers; got {cells.dtype}", column=column)
        return np.full(len(cells), np.nan)
    values, wrong = numbers_of(cells, decimal=table.decimal)
    messages = [(table.rows[i], not_a_number(str(cells[i]), table.decimal)) for i in wrong]
    findings.fault_alike(table.file, messages, column=column)
    return values


def numbers_of(cells: pd.Series, *, decimal: str) -> tuple[FloatArray, list[int]]:
    """Return text cells as numbers, NaN where empty, and the positions of those that are none."""
    if decimal == ".":
        quick = _quick_numbers(cells)
        if quick is not None:
            return quick, []
    texts = cells.tolist()
    values = np.full(len(texts), np.nan)
    wrong = []
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            continue
        value = number(text, decimal=decimal)
        if value is None:
            wrong.append(i)
        else:
            values[i] = value
    return values, wrong


def _quick_numbers(cells: pd.Series) -> FloatArray | None:
    """Return the numbers where every cell is a finite one or empty, else None."""
    column = pa.array(cells, type=pa.large_string(), from_pandas=True)
    try:
        values = column.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    array: FloatArray = values.to_numpy(zero_copy_only=False)
    finite = np.isfinite(array) | np.asarray(column.is_null())
    return array if finite.all() else None


def not_a_number(cell: str, decimal: str = ".") -> str:
    """Return what to say about a cell that should have been a number."""
    sign = "decimal comma" if decimal == "," else "decimal point"
    return f"expected a number with {sign}, or an empty cell; got {cell!r}"


def read_names(table: Table, column: str) -> pd.Series:
    """Return a column as names: text compared exactly, NaN where empty."""
    return as_names(table.cells[column])


def optional_names(table: Table, column: str) -> pd.Series:
    """Return a column as names, all of them NaN where the file has no such column."""
    if table.has(column):
        return read_names(table, column)
    return pd.Series([None] * len(table.rows), dtype="str")


def as_names(cells: pd.Series) -> pd.Series:
    """Return cells as text; whole numbers without a decimal point, blanks as NaN."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        cells = cells.astype(cells.cat.categories.dtype)
    if pd.api.types.is_float_dtype(cells) and (cells.dropna() % 1 == 0).all():
        cells = cells.astype("Int64")
    names = cells.astype("str")
    return names.where(cells.notna() & (names.str.strip() != ""))


def read_plain(table: Table, column: str) -> pd.Series:
    """Return a column whose meaning is not ours: numbers where all its cells are, else text.

    Codes with leading zeros stay text. Whole numbers without gaps are int64.
    """
    cells = table.cells[column]
    if not pd.api.types.is_string_dtype(cells) or isinstance(cells.dtype, pd.CategoricalDtype):
        return cells.reset_index(drop=True)
    texts = [text for text in cells.tolist() if isinstance(text, str)]
    points = [text.replace(",", ".") if table.decimal == "," else text for text in texts]
    if not texts or not all(text and _is_plain_number(text) for text in points):
        return cells.astype("str")
    values, wrong = numbers_of(cells, decimal=table.decimal)
    if wrong:
        return cells.astype("str")
    if len(texts) == len(cells) and all(re.fullmatch(r"[+-]?\d{1,15}", t) for t in texts):
        return pd.Series(values.astype(np.int64))
    return pd.Series(values)


def _is_plain_number(text: str) -> bool:
    return bool(PLAIN_NUMBER.fullmatch(text)) and bool(NUMBER.fullmatch(text))
