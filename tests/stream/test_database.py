"""A database in trouble is waited for or told about in one message; it never holds half a block."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import event, select, text

from pat.errors import InputError, StoreError
from pat.stream import database
from pat.stream.database import open_database, sqlite_files
from pat.stream.journal import Desk, Journal
from pat.stream.records import FileOutcome, FileVersion, State
from pat.stream.tables import FILES, PREDICTIONS

NOW = datetime(2024, 5, 1, 10, tzinfo=UTC)
DESK = Desk(Path("/drop"), "sensors")


def journal(url: str, *, patience_s: float = 5.0, stop: threading.Event | None = None) -> Journal:
    return Journal(url, desk=DESK, stop=stop or threading.Event(), patience_s=patience_s)


def outcomes(n: int, *, start: int = 0) -> list[FileOutcome]:
    return [
        FileOutcome(FileVersion(f"{i}.csv", 1, 1), "", State.SCORED, "", NOW, NOW)
        for i in range(start, start + n)
    ]


def predictions(n: int, *, start: int = 0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "scan_key": [f"scan {i}" for i in range(start, start + n)],
            "analyte": "glucose",
            "value": 1.0,
            "quality": "good",
            "sensor_digest": "d",
            "spectrum_sha256": "s",
            "reasons": "x" * 1000,
        }
    )


def count(book: Journal) -> tuple[int, int]:
    return len(book.frame(select(FILES.c.id))), len(book.frame(select(PREDICTIONS.c.id)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


def test_it_writes_ahead_and_reads_while_it_writes(path: Path) -> None:
    book = journal(f"sqlite:///{path}")

    with book.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 1
    book.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("results.db", "expected an address such as sqlite:///results.db"),
        ("", "expected an address"),
        ("oracle://x/y", "expected one of sqlite, postgresql; got oracle"),
        ("nonsense://x/y", "expected"),
    ],
)
def test_an_address_that_is_none_is_the_user_s_fault(url: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        open_database(url)


def test_a_password_is_not_told() -> None:
    with pytest.raises((InputError, StoreError)) as error:
        journal("postgresql+psycopg://me:secret@127.0.0.1/x", patience_s=0)

    assert "PGPASSWORD" in str(error.value)
    assert "secret" not in str(error.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does its folder exist"):
        journal(f"sqlite:///{tmp_path / 'none' / 'results.db'}")


def test_a_file_that_is_no_database_is_told_and_left_alone(path: Path) -> None:
    path.write_text("these are my notes " * 100)

    with pytest.raises(StoreError, match="no SQLite database"):
        journal(f"sqlite:///{path}")

    assert path.read_text().startswith("these are my notes")


def test_a_read_only_database_is_told_before_anything_is_scored(path: Path) -> None:
    journal(f"sqlite:///{path}").close()

    with pytest.raises(StoreError, match="read-only"):
        journal(f"sqlite:///file:{path}?mode=ro&uri=true")


@pytest.fixture
def impatient_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite itself give up soon, so that the waiting is ours."""
    monkeypatch.setattr(database, "BUSY_MS", 50)


@pytest.mark.usefixtures("impatient_sqlite")
def test_a_locked_database_is_waited_for(path: Path) -> None:
    book = journal(f"sqlite:///{path}")
    other = sqlite3.connect(path, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.7, other.rollback).start()

    book.record(outcomes(3), predictions(3))

    assert count(book) == (3, 3)
    book.close()
    other.close()


@pytest.mark.usefixtures("impatient_sqlite")
def test_a_database_locked_for_too_long_is_told_and_nothing_is_stored(path: Path) -> None:
    book = journal(f"sqlite:///{path}", patience_s=0.3)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreError, match="locked by another program for too long"):
        book.record(outcomes(3), predictions(3))

    other.rollback()
    other.close()
    assert count(book) == (0, 0)
    book.close()


@pytest.mark.usefixtures("impatient_sqlite")
def test_a_stop_ends_the_wait_for_a_locked_database(path: Path) -> None:
    stop = threading.Event()
    book = journal(f"sqlite:///{path}", patience_s=float("inf"), stop=stop)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, stop.set).start()
    started = time.monotonic()

    with pytest.raises(StoreError, match="locked"):
        book.record(outcomes(3), predictions(3))

    assert time.monotonic() - started < 5
    other.close()
    book.close()


@pytest.fixture
def full(path: Path) -> Iterator[Journal]:
    """Return a journal whose database may not grow, as on a full disk."""
    book = journal(f"sqlite:///{path}", patience_s=0)
    book.record(outcomes(2), predictions(2))

    @event.listens_for(book.engine, "checkout")
    def limit(connection: sqlite3.Connection, *rest: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    yield book
    book.close()


def test_a_disk_full_for_too_long_is_told_and_no_part_of_the_block_is_stored(
    full: Journal, path: Path
) -> None:
    with pytest.raises(StoreError, match="the disk is full"):
        full.record(outcomes(500, start=2), predictions(500, start=2))

    full.close()
    book = journal(f"sqlite:///{path}")
    assert count(book) == (2, 2)
    book.record(outcomes(500, start=2), predictions(500, start=2))
    assert count(book) == (502, 502)
    book.close()


def test_a_full_disk_is_waited_for(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    book = journal(f"sqlite:///{path}", patience_s=20)
    limits = [5, 5, 5]

    @event.listens_for(book.engine, "checkout")
    def limit(connection: sqlite3.Connection, *rest: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        more = limits.pop() if limits else 10_000
        connection.execute(f"PRAGMA max_page_count={pages + more}")

    book.record(outcomes(500), predictions(500))

    assert count(book) == (500, 500)
    assert [record.message.split(".db ")[1] for record in caplog.records] == [
        "has no room left on its disk; waiting", "answers again",
    ]  # fmt: skip
    book.close()


@pytest.mark.broker
class TestPostgresql:
    """The same promises on a real server."""

    def test_what_is_stored_reads_back_once(self, postgres: str) -> None:
        book = journal(postgres)
        book.record(outcomes(3), predictions(3))
        book.record(outcomes(3), predictions(3))

        assert count(book) == (3, 3)
        assert book.counts() == {"scored": 3}
        book.close()

    def test_a_connection_that_broke_is_made_again(
        self, postgres: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        book, other = journal(postgres), journal(postgres)
        kill = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        other.transact(lambda to: to.execute(kill))

        book.record(outcomes(3), predictions(3))

        assert count(book) == (3, 3)
        assert "answers again" in caplog.text
        book.close()
        other.close()

    def test_rows_of_two_programs_appear_in_the_order_of_their_numbers(self, postgres: str) -> None:
        first, second = journal(postgres), journal(postgres)
        seen: list[int] = []

        def work(book: Journal, start: int) -> None:
            for block in range(20):
                book.record([], predictions(5, start=start + 5 * block))

        threads = [
            threading.Thread(target=work, args=(book, start))
            for book, start in ((first, 0), (second, 1000))
        ]
        reader = journal(postgres)
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            seen += follow(reader, after=seen[-1] if seen else 0)
        seen += follow(reader, after=seen[-1] if seen else 0)

        assert len(seen) == 200
        for book in (first, second, reader):
            book.close()


def follow(book: Journal, *, after: int) -> list[int]:
    """Return the numbers of the rows above a cursor."""
    rows = select(PREDICTIONS.c.id).where(PREDICTIONS.c.id > after).order_by(PREDICTIONS.c.id)
    return [int(number) for number in book.frame(rows)["id"]]


def test_two_programs_make_the_tables_at_once(path: Path) -> None:
    errors: list[Exception] = []

    def make() -> None:
        try:
            journal(f"sqlite:///{path}").close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []


def test_the_files_of_a_sqlite_database_are_known(tmp_path: Path) -> None:
    found = sqlite_files(f"sqlite:///{tmp_path}/results.db")

    assert tmp_path / "results.db-wal" in found
    assert sqlite_files("postgresql://x/y") == frozenset()
