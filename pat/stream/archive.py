"""Predictions out of the database into Parquet, and old ones out of the database."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, Engine, delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from pat.errors import InputError, StoreError
from pat.stream.database import store_error
from pat.stream.tables import HEALTH, PREDICTIONS, PUBLICATIONS, Instant

_BLOCK = 20_000  # rows held at a time
_TYPES = {"INTEGER": pa.int64(), "BIGINT": pa.int64(), "FLOAT": pa.float64()}


@dataclass(frozen=True, slots=True)
class Archived:
    """What came out of the database."""

    n_written: int
    n_deleted: int


def archive(
    engine: Engine, out: Path, *, before: datetime | None = None, deletes: bool = False
) -> Archived:
    """Write predictions to a new Parquet file, all of them or those published before a time.

    With `deletes` the rows are deleted once the file has been read back and holds them all; so
    is their health. The journal of files stays: what was scored is not scored again.

    Raises
    ------
    InputError
        If the file is there already.
    StoreError
        If database or disk fail, a row is gone astray, or a sink has yet to publish one.
    """
    if out.exists():
        msg = f"expected a new file; {out} exists: name another"
        raise InputError(msg)
    part = out.with_name(f".{out.name}.part")
    try:
        with engine.connect() as connection:
            last = _last_id(connection, before)
            if deletes:
                _check_published(connection, last)
            n_written = _write(connection, part, last)
        _check_file(part, n_written)
        part.replace(out)
        n_deleted = _delete(engine, last) if deletes else 0
    except (OSError, pa.ArrowException) as error:
        msg = f"{out}: cannot be written: {error}"
        raise StoreError(msg) from error
    except SQLAlchemyError as error:
        raise store_error(error, engine.url) from error
    finally:
        part.unlink(missing_ok=True)
    return Archived(n_written, n_deleted)


def _last_id(connection: Connection, before: datetime | None) -> int:
    """Return the number of the last row of an unbroken stretch that was published in time."""
    table = PREDICTIONS.c
    if before is None:
        return int(connection.scalar(select(func.max(table.id))) or 0)
    later = select(func.min(table.id)).where(table.published_at >= before)
    first_later = connection.scalar(later)
    if first_later is not None:
        return int(first_later) - 1
    return int(connection.scalar(select(func.max(table.id))) or 0)


def _check_published(connection: Connection, last: int) -> None:
    """Refuse to delete what a sink that follows has yet to publish."""
    table = PUBLICATIONS.c
    cursors = select(table.station, table.sink, func.max(table.last_id))
    for station, sink, cursor in connection.execute(cursors.group_by(table.station, table.sink)):
        mine = PREDICTIONS.c
        left = connection.scalar(
            select(func.count()).where(mine.station == station, mine.id > cursor, mine.id <= last)
        )
        if left:
            msg = f"{sink} of {station} has yet to publish {left} of these; let it catch up first"
            raise StoreError(msg)


def _write(connection: Connection, part: Path, last: int) -> int:
    n_written = 0
    with pq.ParquetWriter(part, _schema(), compression="zstd") as writer:
        for rows in _blocks(connection, last):
            columns = [list(column) for column in zip(*rows, strict=True)]
            writer.write_table(pa.table(columns, schema=_schema()))
            n_written += len(rows)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    return n_written


def _blocks(connection: Connection, last: int) -> Iterator[Sequence[tuple[object, ...]]]:
    first = 0
    while True:
        table = PREDICTIONS.c
        query = select(PREDICTIONS).where(table.id > first, table.id <= last)
        rows = connection.execute(query.order_by(table.id).limit(_BLOCK)).all()
        if not rows:
            return
        yield [tuple(row) for row in rows]
        first = rows[-1].id


def _schema() -> pa.Schema:
    return pa.schema([(column.name, _type(column.type)) for column in PREDICTIONS.columns])


def _type(kind: object) -> pa.DataType:
    if isinstance(kind, Instant):
        return pa.timestamp("us", tz="UTC")
    return _TYPES.get(str(kind), pa.string())


def _check_file(part: Path, n_written: int) -> None:
    found = pq.read_metadata(part).num_rows
    if found != n_written:
        msg = f"{part}: expected {n_written} rows; read back {found}; nothing was deleted"
        raise StoreError(msg)


def _delete(engine: Engine, last: int) -> int:
    old = PREDICTIONS.c.id <= last
    with engine.begin() as connection:
        keys = select(PREDICTIONS.c.scan_key).where(old)
        kept = select(PREDICTIONS.c.scan_key).where(~old)
        connection.execute(
            delete(HEALTH).where(HEALTH.c.scan_key.in_(keys), HEALTH.c.scan_key.not_in(kept))
        )
        return int(connection.execute(delete(PREDICTIONS).where(old)).rowcount)
