"""What a sink has yet to publish: the rows above its cursor, which is kept with them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from pat.stream.journal import Journal
from pat.stream.predictions import Prediction, after, newest, prediction_of
from pat.stream.tables import PREDICTIONS, PUBLICATIONS


class Outbox:
    """The predictions of one station for one sink, in the order in which they were stored.

    A sink that is new begins with what comes after it.

    Parameters
    ----------
    journal : Journal
    sink : str
        The name that the cursor is kept under.
    """

    def __init__(self, journal: Journal, *, sink: str) -> None:
        self._journal = journal
        self._sink = sink
        self.cursor = journal.transact(self._first_cursor)

    def waiting(self) -> int:
        """Return how many predictions are stored and not published."""
        table = PREDICTIONS.c
        query = select(func.count()).where(self._is_of_station, table.id > self.cursor)
        return self._journal.transact(lambda to: to.scalar(query) or 0)

    def newest(self) -> list[Prediction]:
        """Return the newest published prediction of each tag."""
        query = newest(self.cursor, station=self._journal.station)
        return self._journal.transact(lambda to: [prediction_of(row) for row in to.execute(query)])

    def next(self, *, at_most: int) -> list[Prediction]:
        """Return the predictions to publish next; they come again until `published`."""
        query = after(self.cursor, station=self._journal.station, at_most=at_most)
        return self._journal.transact(lambda to: [prediction_of(row) for row in to.execute(query)])

    def published(self, predictions: Sequence[Prediction]) -> None:
        """Store that these are published, and when."""
        first, last = predictions[0].id, predictions[-1].id
        self._journal.transact(lambda to: self._move(to, first=first, last=last))
        self.cursor = last

    @property
    def _is_of_station(self) -> ColumnElement[bool]:
        return PREDICTIONS.c.station == self._journal.station

    def _first_cursor(self, connection: Connection) -> int:
        mine = (
            PUBLICATIONS.c.station == self._journal.station,
            PUBLICATIONS.c.sink == self._sink,
        )
        cursor = connection.scalar(select(func.max(PUBLICATIONS.c.last_id)).where(*mine))
        if cursor is None:
            cursor = connection.scalar(select(func.max(PREDICTIONS.c.id))) or 0
            self._move(connection, first=cursor + 1, last=cursor)
        return int(cursor)

    def _move(self, connection: Connection, *, first: int, last: int) -> None:
        row = {
            "station": self._journal.station,
            "sink": self._sink,
            "first_id": first,
            "last_id": last,
            "published_at": datetime.now(UTC),
        }
        connection.execute(PUBLICATIONS.insert(), row)
