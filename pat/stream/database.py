"""A database that is opened once, waited for when it is busy, and clear when it is not there."""

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

from sqlalchemy import Engine, create_engine, event, insert, inspect, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
    SQLAlchemyError,
)  # fmt: skip
from sqlalchemy.schema import CreateIndex, CreateTable

from pat.errors import InputError, StoreError
from pat.stream.tables import METADATA, SCHEMA, SCHEMA_VERSION

log = logging.getLogger(__name__)

EXAMPLE = "sqlite:///results.db"
DIALECTS = ("sqlite", "postgresql")

#: Milliseconds that SQLite itself waits for another writer, before we say so.
BUSY_MS = 2000
_PAUSE_S = 0.2
_FAULTS_OF_DATA = (DataError, IntegrityError, ProgrammingError)  # what was to be stored

Answer = TypeVar("Answer")


def open_database(url: str) -> Engine:
    """Return the database at `url`, not yet asked anything.

    Raises
    ------
    InputError
        If `url` is no address of a database that we know.
    """
    address = _address(url)
    try:
        engine = create_engine(address)
    except (ImportError, ArgumentError) as error:
        msg = f"--results {shown(address)}: {error}"
        raise InputError(msg) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    return engine


def prepare(engine: Engine) -> None:
    """Make the tables that are missing, all or none, and see that they can be written to.

    Raises
    ------
    StoreError
        If the tables were made by another version.
    SQLAlchemyError
        If the database cannot be opened or written to.
    """
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        version = connection.scalar(select(SCHEMA.c.version)) if SCHEMA.name in names else None
    if version not in (None, SCHEMA_VERSION):
        msg = (
            f"{shown(engine.url)}: expected tables of version {SCHEMA_VERSION}; got version "
            f"{version}, made by another version of this program; {_ELSEWHERE}"
        )
        raise StoreError(msg)
    with engine.begin() as connection:
        for table in METADATA.sorted_tables if version is None else ():
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                connection.execute(CreateIndex(index, if_not_exists=True))
        if connection.execute(update(SCHEMA).values(version=SCHEMA_VERSION)).rowcount == 0:
            connection.execute(insert(SCHEMA).values(version=SCHEMA_VERSION))


def shown(url: URL) -> str:
    """Return an address without its password."""
    return url.render_as_string(hide_password=True)


def sqlite_files(url: str) -> frozenset[Path]:
    """Return the files that a SQLite database consists of; none for other databases."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return frozenset()
    path = Path(address.database).resolve()
    return frozenset(path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal"))


def patiently(work: Callable[[], Answer], *, url: URL, stop: Event, patience_s: float) -> Answer:
    """Return what `work` returns, tried again while another program locks the database.

    Raises
    ------
    StoreError
        If the database is locked for longer than `patience_s`, or until `stop` is set, or
        cannot do what `work` asks. `work` must be one transaction: it is then undone whole.
    """
    started = time.monotonic()
    told = False
    while True:
        try:
            return work()
        except DatabaseError as error:
            if isinstance(error, _FAULTS_OF_DATA):
                raise
            is_over = stop.is_set() or time.monotonic() - started > patience_s
            if not is_locked(error) or is_over:
                raise store_error(error, url) from error
        if not told:
            log.warning("%s is locked by another program; waiting", shown(url))
            told = True
        stop.wait(_PAUSE_S)


def is_locked(error: SQLAlchemyError) -> bool:
    """Return whether another program holds the database, so that waiting helps."""
    return _sqlite_name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def store_error(error: SQLAlchemyError, url: URL) -> StoreError:
    """Return a database's error as one message that says what to do."""
    cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    advice = next(
        (text for start, text in _ADVICE.items() if _sqlite_name(error).startswith(start)), cause
    )
    return StoreError(f"{shown(url)}: {advice}")


_ELSEWHERE = "give another with --results"
_ADVICE = {
    "SQLITE_BUSY": "locked by another program for too long; nothing of this block was stored",
    "SQLITE_LOCKED": "locked by another program for too long; nothing of this block was stored",
    "SQLITE_FULL": "the disk is full; nothing of this block was stored; free space, start again",
    "SQLITE_READONLY": f"the database is read-only; {_ELSEWHERE}",
    "SQLITE_CANTOPEN": "cannot be opened; does its folder exist, and may it be written to?",
    "SQLITE_PERM": f"the file may not be written; {_ELSEWHERE}",
    "SQLITE_NOTADB": f"the file is no SQLite database; {_ELSEWHERE}",
    "SQLITE_CORRUPT": f"the database is damaged; {_ELSEWHERE}: the folder is then scored anew",
    "SQLITE_IOERR": "the disk failed; nothing of this block was stored",
}


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        name = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        msg = f"--results: expected an address such as {EXAMPLE}; got {url!r}"
        raise InputError(msg) from error
    if name not in DIALECTS:
        msg = f"--results: expected one of {', '.join(DIALECTS)}; got {name}"
        raise InputError(msg)
    return address


def _set_pragmas(connection: sqlite3.Connection, record: object) -> None:
    """Set SQLite up for one writer and many readers.

    In WAL mode a synchronous=NORMAL commit survives the death of this program. A power cut may
    take the last commits with it; their files are then scored again.
    """
    del record
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _sqlite_name(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else None
    return str(getattr(cause, "sqlite_errorname", ""))
