"""Spectra from one wide table: key columns, metadata columns, then one column a channel."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from pat.arrays import BoolArray, FloatArray
from pat.errors import FileFormatError
from pat.readers.axis import first_break
from pat.readers.cells import (
    NOT_FINITE,
    is_channel,
    not_a_number,
    number,
    numbers_of,
    optional_names,
    read_names,
    read_numbers,
    read_plain,
)  # fmt: skip
from pat.readers.findings import Findings, names_in_words
from pat.readers.keys import KEYS, Reading, read_keys
from pat.readers.plain_csv import read_plain_csv
from pat.readers.tables import Table, decoded, read_table, separator_of
from pat.spectra import INSTRUMENT_KINDS, Kind, describe_axis

#: How pandas calls the index that it writes beside the columns.
PANDAS_INDEX = re.compile(r"__index_level_\d+__")
#: Columns with a meaning of their own, which metadata columns cannot take.
OWN_COLUMNS = frozenset({*KEYS, "campaign", "scan", "kind", "source_file", "excluded"})

#: Seconds that an acquisition took; half of them move a spectrum's time to its middle.
DURATION = "acquisition_s"


@dataclass(frozen=True, slots=True, eq=False)
class RawSpectra:
    """Spectra as a file holds them, before clocks and exclusions.

    Parameters
    ----------
    file : str
    keys : DataFrame
        `KEYS`, scan, kind, source_file, then the metadata; n_spectra rows.
    axis : ndarray of shape (n_channels,)
    intensities : ndarray of shape (n_spectra, n_channels)
    """

    file: str
    keys: pd.DataFrame
    axis: FloatArray
    intensities: FloatArray

    @property
    def of_instrument(self) -> BoolArray:
        """Which spectra are blank, dark or reference; shape (n_spectra,)."""
        return instrument_rows(self.keys["kind"])


def instrument_rows(kinds: pd.Series) -> BoolArray:
    """Return which kinds belong to the instrument's record."""
    mask: BoolArray = kinds.isin([str(kind) for kind in INSTRUMENT_KINDS]).to_numpy(dtype=bool)
    return mask


def read_spectra_table(path: Path, *, reading: Reading) -> RawSpectra | None:
    """Return the spectra of spectra.parquet or spectra.csv; None, and faults, where none."""
    read = _read_parquet if path.suffix == ".parquet" else _read_csv
    wide = read(path, findings=reading.findings)
    if wide is None:
        return None
    table, axis, intensities = wide
    findings = reading.findings
    axis_is_good = check_axis(axis, file=table.file, findings=findings)
    keys = read_spectrum_keys(table, reading)
    if keys is None or not axis_is_good:
        return None
    return RawSpectra(table.file, keys, axis, intensities)


def read_spectrum_keys(
    table: Table, reading: Reading, *, also_own: frozenset[str] = frozenset()
) -> pd.DataFrame | None:
    """Return keys, scan, kind, source_file and metadata of a table of spectra or files."""
    findings = reading.findings
    kind = read_kinds(table, findings=findings)
    keys = read_keys(table, reading, source="spectra", may_lack=instrument_rows(kind))
    if table.has("excluded"):
        findings.fault(table.file, "expected exclusions in exclude.csv", column="excluded", row=1)
    _check_durations(table, findings=findings)
    if keys is None:
        return None
    source = optional_names(table, "source_file").fillna(table.file)
    keys = keys.assign(scan=optional_names(table, "scan"), kind=kind, source_file=source)
    own = OWN_COLUMNS | also_own
    rest = {str(c): read_plain(table, c) for c in table.cells.columns if c not in own}
    return pd.concat([keys, pd.DataFrame(rest, index=keys.index)], axis=1)


def _check_durations(table: Table, *, findings: Findings) -> None:
    """Fault cells that cannot be how long an acquisition took."""
    if not table.has(DURATION):
        return
    seconds = read_numbers(table, DURATION, findings=findings)
    rows = table.rows[seconds < 0]
    findings.fault_rows(table.file, "expected 0 s or more", rows=rows, column=DURATION)


def read_kinds(table: Table, *, findings: Findings) -> pd.Series:
    """Return the kind of every spectrum; culture where none is given."""
    if not table.has("kind"):
        return pd.Series([Kind.CULTURE.value] * len(table.rows), dtype="str")
    kinds = read_names(table, "kind").fillna(Kind.CULTURE.value)
    known = [kind.value for kind in Kind]
    messages = [
        (int(table.rows[i]), f"expected one of {', '.join(known)}; got {kind!r}")
        for i, kind in enumerate(kinds)
        if kind not in known
    ]
    findings.fault_alike(table.file, messages, column="kind")
    return kinds


def check_axis(axis: FloatArray, *, file: str, findings: Findings) -> bool:
    """Return whether the axis of a table can be used; a fault where not."""
    if axis.size < 2:
        message = (
            f"expected a column a channel, named by its axis value such as 400.5; got {axis.size}"
        )
        findings.fault(file, message, row=1)
        return False
    broken = first_break(axis)
    if broken is None:
        return True
    message = (
        f"expected channels rising or falling; got {broken[0]:.10g} then {broken[1]:.10g} "
        f"({describe_axis(axis)})"
    )
    findings.fault(file, message, row=1, column=f"{broken[1]:.10g}")
    return False


Wide = tuple[Table, FloatArray, FloatArray]


def _read_parquet(path: Path, *, findings: Findings) -> Wide | None:
    """Return keys, axis (n_channels,) and intensities (n, n_channels) of a wide Parquet file."""
    name = path.name
    try:
        content = pa.parquet.ParquetFile(path).read()
    except (OSError, pa.ArrowException) as error:
        findings.fault(name, f"expected a Parquet file; got {str(error).splitlines()[0]}")
        return None
    if content.num_rows == 0:
        findings.fault(name, "the file has no rows")
        return None
    channels = [column for column in content.column_names if is_channel(column)]
    known = {*channels, *(c for c in content.column_names if PANDAS_INDEX.fullmatch(c))}
    others = [c for c in content.column_names if c not in known]
    cells = content.select(others).to_pandas(ignore_metadata=True)
    table = Table(name, cells, np.arange(len(cells), dtype=np.int64) + 2)
    intensities = np.empty((content.num_rows, len(channels)))
    wrong = []
    for j, channel in enumerate(channels):
        column = content.column(channel)
        if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
            intensities[:, j] = column.to_numpy()
        else:
            wrong.append(f"{channel} ({column.type})")
    if wrong:
        findings.fault(name, f"expected numbers; got text in channels {names_in_words(wrong)}")
        return None
    return table, np.array([float(channel) for channel in channels]), intensities


def _read_csv(path: Path, *, findings: Findings) -> Wide | None:
    """Return keys, axis (n_channels,) and intensities (n, n_channels) of a wide CSV file."""
    quick = _read_quickly(path)
    if quick is not None:
        return quick
    table = read_table(path, name=path.name, findings=findings)
    if table is None:
        return None
    channels = [c for c in table.cells.columns if is_channel(c, decimal=table.decimal)]
    axis = np.array([number(c, decimal=table.decimal) or 0.0 for c in channels])
    columns = [_channel_values(table, c, findings=findings) for c in channels]
    intensities = np.array(columns).T if columns else np.empty((len(table.rows), 0))
    keys = table.cells.drop(columns=channels)
    return Table(table.file, keys, table.rows, table.decimal), axis, intensities


def _read_quickly(path: Path) -> Wide | None:
    """Return a faultless wide table, thirty times faster than cell by cell, or None."""
    try:
        text = decoded(path.read_bytes())
    except (OSError, FileFormatError):
        return None
    if separator_of(text.partition("\n")[0]) != ",":
        return None
    plain = read_plain_csv(text, is_number=is_channel)
    if plain is None:
        return None
    axis = np.array([float(name) for name in plain.number_names])
    return Table(path.name, plain.cells, plain.rows), axis, plain.numbers


def _channel_values(table: Table, column: str, *, findings: Findings) -> FloatArray:
    """Return one channel; empty cells and `nan` are NaN, `inf` is infinite."""
    cells = table.cells[column]
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
