"""A database that is opened once, waited for when it is busy, and clear when it is not there."""

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)  # fmt: skip

from pat.errors import InputError, StoreError

log = logging.getLogger(__name__)

EXAMPLE = "sqlite:///results.db"
DIALECTS = ("sqlite", "postgresql")

#: Milliseconds that SQLite itself waits for another writer, before we say so.
BUSY_MS = 2000
_PAUSE_S = 0.2
_PATIENCE_OF_POSTGRESQL = {"connect_timeout": 10, "tcp_user_timeout": 30_000}  # s and ms
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
    connect = _PATIENCE_OF_POSTGRESQL if address.get_backend_name() == "postgresql" else {}
    try:
        engine = create_engine(address, connect_args=connect)
    except (ImportError, ArgumentError) as error:
        msg = f"--results {shown(address)}: {error}; {_INSTALL}"
        raise InputError(msg) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
    return engine


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
    """Return what `work` returns, tried again while the database is in a trouble that passes.

    Raises
    ------
    StoreError
        If the trouble lasts for longer than `patience_s`, or until `stop` is set, or does not
        pass by itself. `work` must be one transaction: it is then undone whole.
    """
    started = time.monotonic()
    told = ""
    while True:
        try:
            answer = work()
        except DatabaseError as error:
            if isinstance(error, _FAULTS_OF_DATA):
                raise
            trouble = passing_trouble(error)
            is_over = stop.is_set() or time.monotonic() - started > patience_s
            if not trouble or is_over:
                raise store_error(error, url) from error
        else:
            if told:
                log.warning("%s answers again", shown(url))
            return answer
        if told != trouble:
            log.warning("%s %s; waiting", shown(url), trouble)
            told = trouble
        stop.wait(_PAUSE_S)


def passing_trouble(error: SQLAlchemyError) -> str:
    """Return in words what keeps a database from working for now; empty where waiting is vain."""
    name = _sqlite_name(error)
    for start, words in _PASSING.items():
        if name.startswith(start):
            return words
    if not name and isinstance(error, OperationalError):  # PostgreSQL: gone, restarting, full
        return f"does not work ({_cause(error)})"
    return ""


def is_in_use_or_full(error: SQLAlchemyError) -> bool:
    """Return whether a database is there and only waiting helps, so that a start may wait."""
    return _sqlite_name(error).startswith(tuple(_PASSING))


def store_error(error: SQLAlchemyError, url: URL) -> StoreError:
    """Return a database's error as one message that says what to do."""
    name = _sqlite_name(error)
    advice = next((text for start, text in _ADVICE.items() if name.startswith(start)), None)
    advice = advice or _cause(error)
    return StoreError(f"{shown(url)}: {advice}")


_INSTALL = "PostgreSQL needs the extra `postgres` (pip install 'raman-pat[postgres]')"
_PASSING = {
    "SQLITE_BUSY": "is locked by another program",
    "SQLITE_LOCKED": "is locked by another program",
    "SQLITE_FULL": "has no room left on its disk",
    "SQLITE_IOERR": "cannot use its disk",
}
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
    if address.password:
        msg = f"--results {shown(address)}: give no password here; set PGPASSWORD or PGPASSFILE"
        raise InputError(msg)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
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


def _cause(error: SQLAlchemyError) -> str:
    cause = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    return " ".join(cause.split())


def _sqlite_name(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else None
    return str(getattr(cause, "sqlite_errorname", ""))
