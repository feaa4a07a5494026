"""The tables of the results database, made where they are missing and brought up to date."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, Table, insert, inspect, select, text, update
from sqlalchemy.schema import CreateIndex, CreateTable

from pat.errors import StoreError
from pat.stream.database import shown
from pat.stream.tables import (
    EVENTS,
    HEALTH,
    METADATA,
    PREDICTIONS,
    PUBLICATIONS,
    SCHEMA,
    SCHEMA_VERSION,
)

_LOCK = 0x706174  # of PostgreSQL's advisory locks, which any program may take and we alone do


def prepare(engine: Engine) -> None:
    """Bring the tables to this version, all or none, and see that they can be written to.

    Raises
    ------
    StoreError
        If the tables were made by a newer version.
    SQLAlchemyError
        If the database cannot be opened or written to.
    """
    with engine.connect() as connection:
        _begin(connection)
        version = _version(connection)
        if version is None:
            _make(connection, METADATA.sorted_tables)
        elif version > SCHEMA_VERSION:
            msg = (
                f"{shown(engine.url)}: expected tables of version {SCHEMA_VERSION} or older; got "
                f"version {version}, made by a newer version of this program; give another with "
                "--results"
            )
            raise StoreError(msg)
        elif version == 1:
            _from_version_1(connection)
        if connection.execute(update(SCHEMA).values(version=SCHEMA_VERSION)).rowcount == 0:
            connection.execute(insert(SCHEMA).values(version=SCHEMA_VERSION))
        connection.commit()


def in_order(connection: Connection) -> None:
    """Let one transaction after the other number its rows, so that none appears below a cursor.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _begin(connection: Connection) -> None:
    """Begin the one transaction; Python's SQLite would begin it only after the tables."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    in_order(connection)


def _version(connection: Connection) -> int | None:
    if SCHEMA.name not in inspect(connection).get_table_names():
        return None
    return connection.scalar(select(SCHEMA.c.version))


def _make(connection: Connection, tables: Sequence[Table]) -> None:
    for table in tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index, if_not_exists=True))


def _from_version_1(connection: Connection) -> None:
    """Add where each prediction came from, as far as the journal tells exactly one file."""
    for statement in ("DROP INDEX predictions_by_culture",
                      "ALTER TABLE predictions RENAME TO predictions_1",
                      "CREATE INDEX files_by_path ON files (path)"):  # fmt: skip
        connection.execute(text(statement))
    _make(connection, [PREDICTIONS, PUBLICATIONS, EVENTS, HEALTH])
    old = [c.name for c in PREDICTIONS.columns if c.name not in ("id", *_ADDED)]
    names = ", ".join(f'"{name}"' for name in old)
    connection.execute(
        text(f"INSERT INTO predictions ({names}, {', '.join(_ADDED)}) "  # noqa: S608 - our names
             f"SELECT {names}, {', '.join(_ADDED.values())} FROM predictions_1 AS old ORDER BY id")
    )  # fmt: skip
    for statement in ("DROP TABLE predictions_1", "DROP INDEX files_by_path"):
        connection.execute(text(statement))


def _the_only(column: str) -> str:
    return (
        f"(SELECT CASE WHEN count(DISTINCT {column}) = 1 THEN min({column}) END "  # noqa: S608
        "FROM files WHERE path = old.source_file)"
    )


_ADDED = {
    "station": f"coalesce({_the_only('folder')}, '')",
    "file_sha256": _the_only("sha256"),
    "received_at": _the_only("received_at"),
    "published_at": _the_only("finished_at"),
}
