"""Remembers durably which files came and what was predicted from them, once each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy import Connection, Engine, Select, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from pat.errors import StoreError
from pat.stream.cells import is_missing
from pat.stream.database import is_in_use_or_full, open_database, patiently, store_error
from pat.stream.records import FileOutcome, FileVersion, State, printable
from pat.stream.schema import in_order, prepare
from pat.stream.tables import ASSAYS, EVENTS, FILES, HEALTH, PREDICTIONS

#: What a restart need not look at again; unreadable files may be readable by a new version.
FINISHED = (State.SCORED, State.INSTRUMENT)

_FEW = 500  # keys in one question

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Desk:
    """What one run works on: a folder, and the sensors by a digest of theirs."""

    folder: Path | str
    sensors: str

    @property
    def station(self) -> str:
        """The source, as the tables call it."""
        return str(self.folder)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something beside the predictions that somebody will ask about."""

    kind: str
    text: str
    campaign: str | None = None
    vessel: str | None = None


class Journal:
    """The results database of one run.

    Every block is one transaction, and the keys of the tables make "at least once" exactly once:
    whatever happens, a block is stored whole or not at all, and storing it again changes nothing.

    Parameters
    ----------
    url : str
        Such as `sqlite:///results.db`.
    desk : Desk
    stop : Event
        Ends the wait for a locked database.
    patience_s : float
        How long a locked database is waited for.

    Raises
    ------
    InputError, StoreError
        If the database cannot be used.
    """

    def __init__(self, url: str, *, desk: Desk, stop: Event, patience_s: float) -> None:
        self._stop = stop
        self._patience_s = patience_s
        self._desk = desk
        self._on_stored: list[Callable[[], None]] = []
        self.engine = open_database(url)
        try:
            self._prepare()
        except SQLAlchemyError as error:
            self.close()
            raise store_error(error, self.engine.url) from error
        except StoreError:
            self.close()
            raise

    @property
    def station(self) -> str:
        """The source that this run's rows come from."""
        return self._desk.station

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def when_stored(self, call: Callable[[], None]) -> None:
        """Have something called whenever predictions were stored."""
        self._on_stored.append(call)

    def record(
        self,
        outcomes: Sequence[FileOutcome],
        predictions: pd.DataFrame,
        health: pd.DataFrame | None = None,
    ) -> None:
        """Store what became of some files and what was predicted from them, before returning.

        Parameters
        ----------
        outcomes : sequence of FileOutcome
        predictions : DataFrame
            scan_key and the columns of contract 2, one row a scan and sensor.
        health : DataFrame, optional
            Of the table `health`, one row a scan.

        Raises
        ------
        StoreError
            If that cannot be done; then nothing of it is stored.
        """
        files = [self._file_row(outcome) for outcome in outcomes]
        rows = rows_of(predictions, PREDICTIONS)
        states = [] if health is None else rows_of(health, HEALTH)

        def store(connection: Connection) -> None:
            told = {"station": self.station, "published_at": datetime.now(UTC)}
            if files:
                connection.execute(_replacing(self.engine, FILES), files)
            if rows:
                in_order(connection)
                connection.execute(
                    _ignoring(self.engine, PREDICTIONS), [row | told for row in rows]
                )
            if states:
                here = [row | {"station": self.station} for row in states]
                connection.execute(_ignoring(self.engine, HEALTH), here)

        self.transact(store)
        for call in self._on_stored if rows else ():
            call()

    def note(self, happening: Happening) -> None:
        """Store something that happened."""
        row = {
            "at": datetime.now(UTC),
            "station": self._desk.station,
            "kind": happening.kind,
            "campaign": happening.campaign,
            "vessel": happening.vessel,
            "text": printable(happening.text),
        }

        self.transact(lambda to: to.execute(EVENTS.insert(), row))

    def add_assays(self, assays: pd.DataFrame) -> pd.DataFrame:
        """Store assays and return those that were not there yet."""
        known: set[str] = set()
        keys = assays["assay_key"].tolist()
        for start in range(0, len(keys), _FEW):
            some = keys[start : start + _FEW]
            query = select(ASSAYS.c.assay_key).where(ASSAYS.c.assay_key.in_(some))
            known.update(str(key) for (key,) in self._read(query))
        new = assays[~assays["assay_key"].isin(known)].reset_index(drop=True)
        rows = rows_of(new, ASSAYS)

        if rows:
            self.transact(lambda to: to.execute(_ignoring(self.engine, ASSAYS), rows))
        return new

    def finished(self) -> Iterator[FileVersion]:
        """Yield the file versions of this desk that need no second look."""
        return self._files(*FINISHED)

    def unnamed(self) -> list[FileVersion]:
        """Return the file versions of this desk whose culture or time nobody told."""
        return list(self._files(State.UNNAMED))

    def counts(self) -> dict[str, int]:
        """Return how many file versions of this desk are in which state."""
        query = select(FILES.c.state, func.count()).where(*self._mine()).group_by(FILES.c.state)
        return {str(state): int(count) for state, count in self._read(query)}

    def transact(self, work: Callable[[Connection], Answer]) -> Answer:
        """Return what `work` does in one transaction, once the database lets it."""

        def attempt() -> Answer:
            with self.engine.begin() as connection:
                return work(connection)

        return self._patiently(attempt)

    def frame(self, query: Select[Any]) -> pd.DataFrame:
        """Return what a query finds, as a table."""
        rows = self._read(query)
        return pd.DataFrame(rows, columns=[column.name for column in query.selected_columns])

    def _files(self, *states: State) -> Iterator[FileVersion]:
        columns = (FILES.c.path, FILES.c.size, FILES.c.mtime_ns)
        query = select(*columns).where(*self._mine(), FILES.c.state.in_(states))
        with self.engine.connect() as connection:
            for row in connection.execution_options(yield_per=10_000).execute(query):
                yield FileVersion(*row)

    def _mine(self) -> tuple[Any, Any]:
        return (FILES.c.folder == self._desk.station, FILES.c.sensors == self._desk.sensors)

    def _read(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        return self.transact(lambda to: [tuple(row) for row in to.execute(query)])

    def _prepare(self) -> None:
        """Wait for a database that is locked or full; one that is not there is told at once."""

        def attempt() -> SQLAlchemyError | None:
            try:
                prepare(self.engine)
            except SQLAlchemyError as error:
                if is_in_use_or_full(error):
                    raise
                return error
            return None

        if error := self._patiently(attempt):
            raise error

    def _patiently(self, work: Callable[[], Answer]) -> Answer:
        return patiently(work, url=self.engine.url, stop=self._stop, patience_s=self._patience_s)

    def _file_row(self, outcome: FileOutcome) -> dict[str, object]:
        return {
            "folder": self._desk.station,
            "path": printable(outcome.file.path),
            "size": outcome.file.size,
            "mtime_ns": outcome.file.mtime_ns,
            "sensors": self._desk.sensors,
            "sha256": outcome.sha256 or None,
            "state": outcome.state.value,
            "reason": printable(outcome.reason) or None,
            "received_at": outcome.received_at,
            "finished_at": outcome.finished_at,
        }


def rows_of(frame: pd.DataFrame, table: Table) -> list[dict[str, object]]:
    """Return the rows of a frame for a table, None for what is missing."""
    names = [column.name for column in table.columns if column.name in frame.columns]
    cells = frame[names].to_numpy(dtype=object)
    return [
        {name: None if is_missing(cell) else cell for name, cell in zip(names, row, strict=True)}
        for row in cells
    ]


def _insert(engine: Engine, table: Table) -> Any:
    if engine.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def _ignoring(engine: Engine, table: Table) -> Any:
    """Return an insert that leaves rows alone whose key is there."""
    return _insert(engine, table).on_conflict_do_nothing()


def _replacing(engine: Engine, table: Table) -> Any:
    """Return an insert of files that says anew what became of a version that is there."""
    insert = _insert(engine, table)
    changed = ("sha256", "state", "reason", "finished_at")
    return insert.on_conflict_do_update(
        index_elements=["folder", "path", "size", "mtime_ns", "sensors"],
        set_={name: insert.excluded[name] for name in changed},
    )
