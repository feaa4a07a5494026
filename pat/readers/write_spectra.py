"""The table of spectra, in the narrowest number format that holds every intensity exactly."""

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
from numpy.typing import NDArray

from pat.arrays import FloatArray
from pat.campaign import Campaign
from pat.errors import InputError
from pat.readers.cells import is_channel
from pat.readers.write_keys import WrittenKeys
from pat.readers.write_tables import csv_cells
from pat.spectra import KEY_COLUMNS, Kind, Spectra

#: A spectrum that was read from one of these says nothing by it.
TABLES = frozenset({"spectra.parquet", "spectra.csv"})


def spectra_keys(campaign: Campaign, keys: WrittenKeys) -> pd.DataFrame:
    """Return the columns of the table of spectra that are no channels."""
    frame = campaign.spectra.keys
    table = keys.of(frame, source="spectra")
    if len(table.columns) == 1:
        table["elapsed_h"] = frame["elapsed_h"]
    if frame["scan"].notna().any():
        table["scan"] = frame["scan"]
    if (frame["kind"] != Kind.CULTURE.value).any():
        table["kind"] = frame["kind"]
    if not frame["source_file"].isin(TABLES).all() and frame["source_file"].notna().any():
        table["source_file"] = frame["source_file"]
    rest = [c for c in frame.columns if c not in (*KEY_COLUMNS, "excluded")]
    numbers = [str(name) for name in rest if is_channel(str(name))]
    if numbers:
        msg = f"a metadata column cannot be named by a number; got {', '.join(numbers)}"
        raise InputError(msg)
    return pd.concat([table, frame[rest]], axis=1)


def narrowest(intensities: FloatArray) -> NDArray[np.generic]:
    """Return the intensities (n, p) in the smallest type that gives each of them back exactly."""
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(intensities).all() and not np.signbit(intensities[intensities == 0]).any():
            for whole in (np.uint8, np.uint16, np.int16, np.int32):
                info = np.iinfo(whole)
                inside = np.all((intensities >= info.min) & (intensities <= info.max))
                if inside and np.all(intensities == np.rint(intensities)):
                    return intensities.astype(whole)
        single = intensities.astype(np.float32)
        same = np.array_equal(single.astype(np.float64), intensities, equal_nan=True)
    return single if same else intensities


def write_spectra_parquet(spectra: Spectra, table: pd.DataFrame, path: Path) -> None:
    """Write keys and channels as one wide Parquet table."""
    batches = [narrowest(spectra.intensities)]
    write_parquet_batches(spectra.named_axis, batches, table, path)


def write_parquet_batches(
    axis: FloatArray, batches: Iterable[NDArray[np.generic]], table: pd.DataFrame, path: Path
) -> None:
    """Write keys and channels as one wide Parquet table, one batch of rows after another.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,)
    batches : iterable of ndarray of shape (n_rows, n_channels)
        Intensities, all of one type; at least one.
    table : DataFrame
        Keys of the rows of all batches.
    path : Path
    """
    keys = pa.table({str(name): arrow_column(table[name]) for name in table.columns})
    names = [*keys.column_names, *channel_names(axis)]
    done = 0
    with ExitStack() as stack:
        writer: pa.parquet.ParquetWriter | None = None
        for values in batches:
            columns = [pa.array(np.ascontiguousarray(column)) for column in values.T]
            batch = pa.table([*keys.slice(done, len(values)).columns, *columns], names=names)
            done += len(values)
            writer = writer or stack.enter_context(_parquet_writer(path, batch.schema))
            writer.write_table(batch)


def _parquet_writer(path: Path, schema: pa.Schema) -> pa.parquet.ParquetWriter:
    # Thousands of short columns: dictionaries, statistics and a second schema would outweigh them.
    return pa.parquet.ParquetWriter(
        path, schema, compression="zstd", use_dictionary=False, write_statistics=False,
        store_schema=False,
    )  # fmt: skip


def arrow_column(column: pd.Series) -> pa.Array:
    """Return a column for a Parquet file; times as UTC microseconds, empty text as null."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        utc = column.dt.tz_convert("UTC").dt.tz_localize(None).dt.as_unit("us")
        return pa.array(utc.to_numpy()).cast(pa.timestamp("us", tz="UTC"))
    if pd.api.types.is_string_dtype(column):
        return pa.array(column.tolist(), type=pa.string(), from_pandas=True)
    return pa.array(column.to_numpy())


def write_spectra_csv(spectra: Spectra, table: pd.DataFrame, path: Path) -> None:
    """Write keys and channels as one wide CSV table."""
    heads = zip(*(csv_cells(table[name]) for name in table.columns), strict=True)
    names = [*map(str, table.columns), *channel_names(spectra.named_axis)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for head, intensities in zip(heads, spectra.intensities, strict=True):
            cells = ["" if value != value else repr(value) for value in intensities.tolist()]
            writer.writerow([*head, *cells])


def channel_names(axis: FloatArray) -> list[str]:
    """Return the axis as column names that read back exactly, whole numbers without a point."""
    return [
        str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        for value in axis.tolist()
    ]
