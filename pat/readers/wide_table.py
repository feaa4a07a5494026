"""Wide tables of spectra: other columns as cells, channels as one matrix; Parquet and CSV."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.readers.cells import NOT_FINITE, is_channel, not_a_number, number, numbers_of
from pat.readers.findings import Findings, names_in_words
from pat.readers.plain_csv import read_plain_csv
from pat.readers.tables import Table, decoded, read_table, separator_of, text_table

#: How pandas calls the index that it writes beside the columns.
PANDAS_INDEX = re.compile(r"__index_level_\d+__")

#: Cells that are no channels, the axis (n_channels,) and intensities (n, n_channels).
Wide = tuple[Table, FloatArray, FloatArray]


def read_wide_parquet(path: Path, *, findings: Findings) -> Wide | None:
    """Return a wide Parquet file; None, and a fault, where it is none."""
    try:
        content = pa.parquet.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        findings.fault(path.name, f"expected a Parquet file; got {str(error).splitlines()[0]}")
        return None
    return wide_of_arrow(content, name=path.name, findings=findings)


def wide_of_arrow(
    content: pa.Table, *, name: str, findings: Findings, first_row: int = 0
) -> Wide | None:
    """Return the content of a Parquet file, or its rows from `first_row` on."""
    if content.num_rows == 0:
        findings.fault(name, "the file has no rows")
        return None
    channels = [column for column in content.column_names if is_channel(column)]
    known = {*channels, *(c for c in content.column_names if PANDAS_INDEX.fullmatch(c))}
    others = [c for c in content.column_names if c not in known]
    wrong = [
        f"{field.name} ({field.type})"
        for field in content.select(channels).schema
        if not (pa.types.is_floating(field.type) or pa.types.is_integer(field.type))
    ]
    if wrong:
        findings.fault(name, f"expected numbers; got text in channels {names_in_words(wrong)}")
        return None
    cells = content.select(others).to_pandas(ignore_metadata=True)
    rows = np.arange(len(cells), dtype=np.int64) + first_row + 2
    axis = np.array([float(channel) for channel in channels])
    return Table(name, cells, rows), axis, _matrix(content.select(channels))


def _matrix(content: pa.Table) -> FloatArray:
    """Return columns of numbers as one matrix (n_rows, n_columns), NaN where a cell is empty."""
    if content.num_columns == 0:
        return np.empty((content.num_rows, 0))
    if any(field.type != pa.float64() for field in content.schema):
        content = content.cast(pa.schema([(name, pa.float64()) for name in content.column_names]))
    batches = content.to_batches()
    matrices = [batch.to_tensor(null_to_nan=True).to_numpy() for batch in batches]
    return matrices[0] if len(matrices) == 1 else np.concatenate(matrices)


def read_wide_csv(path: Path, *, findings: Findings) -> Wide | None:
    """Return a wide CSV file; None, and faults, where it is none."""
    try:
        quick = _quick(decoded(path.read_bytes()), name=path.name, first_row=0)
    except (OSError, FileFormatError):
        quick = None
    if quick is not None:
        return quick
    table = read_table(path, name=path.name, findings=findings)
    return None if table is None else _cell_by_cell(table, findings=findings)


def wide_of_text(text: str, *, name: str, findings: Findings, first_row: int = 0) -> Wide | None:
    """Return the text of a CSV file, or its header and the rows from `first_row` on."""
    quick = _quick(text, name=name, first_row=first_row)
    if quick is not None:
        return quick
    try:
        table = text_table(text, name=name, findings=findings)
    except FileFormatError as error:
        findings.fault(name, str(error))
        return None
    return _cell_by_cell(
        Table(table.file, table.cells, table.rows + first_row, table.decimal), findings=findings
    )


def _quick(text: str, *, name: str, first_row: int) -> Wide | None:
    """Return a faultless wide table, thirty times faster than cell by cell, or None."""
    if separator_of(text.partition("\n")[0]) != ",":
        return None
    plain = read_plain_csv(text, is_number=is_channel)
    if plain is None:
        return None
    axis = np.array([float(name) for name in plain.number_names])
    return Table(name, plain.cells, plain.rows + first_row), axis, plain.numbers


def _cell_by_cell(table: Table, *, findings: Findings) -> Wide:
    channels = [c for c in table.cells.columns if is_channel(c, decimal=table.decimal)]
    axis = np.array([number(c, decimal=table.decimal) or 0.0 for c in channels])
    columns = [_channel_values(table, c, findings=findings) for c in channels]
    intensities = np.array(columns).T if columns else np.empty((len(table.rows), 0))
    keys = table.cells.drop(columns=channels)
    return Table(table.file, keys, table.rows, table.decimal), axis, intensities


def _channel_values(table: Table, column: str, *, findings: Findings) -> FloatArray:
    """Return one channel; empty cells and `nan` are NaN, `inf` is infinite."""
    cells: pd.Series = table.cells[column]
    values, wrong = numbers_of(cells, decimal=table.decimal)
    messages = []
    for i in wrong:
        text = str(cells[i]).strip().lower()
        if text in NOT_FINITE:
            values[i] = float(text)
        else:
            messages.append((int(table.rows[i]), not_a_number(str(cells[i]), table.decimal)))
    findings.fault_alike(table.file, messages, column=column)
    return values
