"""Remembers durably which files came and what was predicted from them, once each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import pandas as pd
from sqlalchemy import Engine, Select, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from pat.errors import StoreError
from pat.stream.cells import is_missing
from pat.stream.database import open_database, patiently, prepare, store_error
from pat.stream.records import FileOutcome, FileVersion, State, printable
from pat.stream.tables import ASSAYS, FILES, PREDICTIONS

#: What a restart need not look at again; unreadable files may be readable by a new version.
FINISHED = (State.SCORED, State.INSTRUMENT)

_FEW = 500  # keys in one question

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Desk:
    """What one run works on: a folder, and the sensors by a digest of theirs."""

    folder: Path
    sensors: str


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
        self.engine = open_database(url)
        try:
            self._patiently(lambda: prepare(self.engine))
        except SQLAlchemyError as error:
            self.close()
            raise store_error(error, self.engine.url) from error
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def record(self, outcomes: Sequence[FileOutcome], predictions: pd.DataFrame) -> None:
        """Store what became of some files and what was predicted from them, before returning.

        Parameters
        ----------
        outcomes : sequence of FileOutcome
        predictions : DataFrame
            scan_key and the columns of contract 2, one row a scan and sensor.

        Raises
        ------
        StoreError
            If that cannot be done; then nothing of it is stored.
        """
        files = [self._file_row(outcome) for outcome in outcomes]
        rows = rows_of(predictions, PREDICTIONS)

        def store() -> None:
            with self.engine.begin() as connection:
                if files:
                    connection.execute(_replacing(self.engine, FILES), files)
                if rows:
                    connection.execute(_ignoring(self.engine, PREDICTIONS), rows)

        self._patiently(store)

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

        def store() -> None:
            with self.engine.begin() as connection:
                connection.execute(_ignoring(self.engine, ASSAYS), rows)

        if rows:
            self._patiently(store)
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
        return (FILES.c.folder == str(self._desk.folder), FILES.c.sensors == self._desk.sensors)

    def _read(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        def read() -> list[tuple[Any, ...]]:
            with self.engine.connect() as connection:
                return [tuple(row) for row in connection.execute(query)]

        return self._patiently(read)

    def _patiently(self, work: Callable[[], Answer]) -> Answer:
        return patiently(work, url=self.engine.url, stop=self._stop, patience_s=self._patience_s)

    def _file_row(self, outcome: FileOutcome) -> dict[str, object]:
        return {
            "folder": str(self._desk.folder),
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
