"""Portions: a large table of spectra a few rows at a time, in constant memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet

from pat.campaign import CampaignInfo
from pat.errors import FileFormatError
from pat.readers.findings import Findings
from pat.readers.keys import Reading
from pat.readers.spectra_table import raw_spectra
from pat.readers.spectrum_file import table_spectra
from pat.readers.tables import decoded
from pat.readers.wide_table import Wide, wide_of_arrow, wide_of_text
from pat.spectra import Spectra

#: Intensities that are in memory at once, and about what a portion holds.
AT_ONCE = 4_000_000
#: Bytes of a CSV file that make a portion; a number is printed in about eight.
CSV_BYTES = 8 * AT_ONCE


@dataclass(frozen=True, slots=True)
class Portion:
    """Some rows of a table: whole row groups of Parquet, or lines of CSV.

    Parameters
    ----------
    path : str
    start, stop : int
        Row groups, or bytes.
    """

    path: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Spectra that follow one another, or the one row that cannot be read and why."""

    spectra: Spectra | None
    reason: str = ""


def n_intensities(path: Path) -> int:
    """Return about how many intensities a wide table holds; 0 of any other file."""
    if path.suffix.lower() == ".csv":
        return path.stat().st_size // 8
    if path.suffix.lower() != ".parquet":
        return 0
    try:
        described = _described(str(path), path.stat().st_mtime_ns)
    except (OSError, pa.ArrowException):
        return 0
    return int(described.num_rows) * int(described.num_columns)


def portions(path: Path) -> tuple[Portion, ...]:
    """Return a table in portions, in order, each about as large as the others.

    Raises
    ------
    FileFormatError
        If it is no wide table.
    """
    is_parquet = path.suffix.lower() == ".parquet"
    return _of_row_groups(path) if is_parquet else _of_lines(path)


def read_portion(portion: Portion) -> Iterator[Piece]:
    """Yield the spectra of a portion in order; a row that cannot be read stands alone."""
    path = Path(portion.path)
    pieces = _parquet_pieces if path.suffix.lower() == ".parquet" else _csv_pieces
    yield from pieces(path, portion)


def _of_row_groups(path: Path) -> tuple[Portion, ...]:
    try:
        described = _described(str(path), path.stat().st_mtime_ns)
    except (OSError, pa.ArrowException) as error:
        msg = f"{path.name}: expected a Parquet file; got {_first_line(error)}"
        raise FileFormatError(msg) from error
    most = max(1, AT_ONCE // max(described.num_columns, 1))
    found, start, n_rows = [], 0, 0
    for group in range(described.num_row_groups):
        size = described.row_group(group).num_rows
        if n_rows and n_rows + size > most:
            found.append(Portion(str(path), start, group))
            start, n_rows = group, 0
        n_rows += size
    if n_rows:
        found.append(Portion(str(path), start, described.num_row_groups))
    return tuple(found)


def _of_lines(path: Path) -> tuple[Portion, ...]:
    """Return runs of whole lines; a line break inside quotes is a fault of its rows."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = len(file.readline())
        found = []
        while start < size:
            file.seek(min(start + CSV_BYTES, size))
            file.readline()
            found.append(Portion(str(path), start, file.tell()))
            start = file.tell()
    return tuple(found)


def _parquet_pieces(path: Path, portion: Portion) -> Iterator[Piece]:
    described = _described(str(path), path.stat().st_mtime_ns)
    file = pa.parquet.ParquetFile(path, metadata=described, pre_buffer=False)
    before = sum(described.row_group(group).num_rows for group in range(portion.start))
    groups = list(range(portion.start, portion.stop))
    end = before + sum(described.row_group(group).num_rows for group in groups)
    at_once = max(1, AT_ONCE // max(described.num_columns, 1))
    try:
        for batch in file.iter_batches(at_once, row_groups=groups, use_threads=False):
            content = pa.Table.from_batches([batch])
            rows = partial(_arrow_rows, content, path.name, before)
            yield from _pieces(rows, 0, content.num_rows)
            before += content.num_rows
    except (OSError, pa.ArrowException) as error:
        if getattr(error, "errno", None) is not None:
            raise  # the disk's or the network's fault, not the file's
        reason = f"{path.name}: rows {before + 1} to {end} are damaged ({_first_line(error)})"
        yield from (Piece(None, reason) for _ in range(end - before))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


@lru_cache(maxsize=2)
def _described(path: str, mtime_ns: int) -> "pa.parquet.FileMetaData":
    """Return what a file says of its columns: a kilobyte each and row group, slow to read."""
    del mtime_ns  # tells versions of the file apart
    return pa.parquet.read_metadata(path)


def _arrow_rows(
    content: pa.Table, name: str, before: int, start: int, stop: int, findings: Findings
) -> Wide | None:
    rows = content.slice(start, stop - start)
    return wide_of_arrow(rows, name=name, findings=findings, first_row=before + start)


def _csv_pieces(path: Path, portion: Portion) -> Iterator[Piece]:
    with path.open("rb") as file:
        header = file.readline()
        file.seek(portion.start)
        content = file.read(portion.stop - portion.start)
    lines = [line for line in content.splitlines(keepends=True) if line.strip()]
    before = cache(lambda: _n_lines(path, portion.start) - 1)

    def parsed(start: int, stop: int, findings: Findings) -> Wide | None:
        text = decoded(b"".join([header, *lines[start:stop]]))
        # Where a portion is cut down to one row, that row is at fault, and its line is told.
        first_row = before() + start if stop - start == 1 else 0
        return wide_of_text(text, name=path.name, findings=findings, first_row=first_row)

    if lines:
        yield from _pieces(parsed, 0, len(lines))


def _n_lines(path: Path, stop: int) -> int:
    """Return the lines of a file up to a byte."""
    with path.open("rb") as file:
        found = 0
        while file.tell() < stop:
            found += file.read(min(CSV_BYTES, stop - file.tell())).count(b"\n")
    return found


def _pieces(
    parsed: Callable[[int, int, Findings], Wide | None], start: int, stop: int
) -> Iterator[Piece]:
    """Yield rows from start to stop; halved where they are at fault, down to the faulty ones."""
    findings = Findings()
    reading = Reading(CampaignInfo(id=""), findings)
    try:
        wide = parsed(start, stop, findings)
        raw = None if wide is None else raw_spectra(wide, reading)
        yield Piece(table_spectra(raw, findings))
    except FileFormatError as error:
        if stop - start == 1:
            yield Piece(None, str(error))
            return
        middle = (start + stop) // 2
        yield from _pieces(parsed, start, middle)
        yield from _pieces(parsed, middle, stop)
