"""What the results hold of one vessel, in few points however long the run."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select

from pat.readers.times import iso
from pat.spectra import Kind
from pat.stream.database import open_database
from pat.stream.predictions import Tag
from pat.stream.tables import EVENTS, HEALTH, PREDICTIONS
from pat.stream.web.assays import assays_of
from pat.stream.web.trend import RANKS, shown

#: Points of a chart: about one for each pixel that it has.
N_POINTS = 600
_N_HEALTH = 120
_N_REASONS = 20
_N_EVENTS = 30
_MEAN_HEALTH = ("level", "noise", "water", "sapphire", "axis_shift", "laser_mw")
_MOST_HEALTH = ("saturated", "cosmic_rays")

Cells = dict[str, object]
_BOUNDS = ("value", "lower", "upper")
_LATEST_FIRST = (
    PREDICTIONS.c.time.desc().nulls_last(), PREDICTIONS.c.elapsed_h.desc().nulls_last()
)  # fmt: skip
_RANK = case(
    *((PREDICTIONS.c.quality == name, rank) for name, rank in RANKS.items() if rank), else_=0
)


class History:
    """Reads the results over connections of its own; nothing is ever written.

    The database thins the rows out, so that a month costs little more than a day.

    Parameters
    ----------
    url : str
    station : str
        The source whose predictions are shown.
    """

    def __init__(self, url: str, *, station: str) -> None:
        self._engine = open_database(url)
        self._station = station

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def course(
        self, tag: Tag, *, length: timedelta, n_points: int = N_POINTS
    ) -> list[list[float | None]]:
        """Return the course of one value up to its newest, in points of equally many predictions.

        Returns
        -------
        list
            For each point: seconds since 1970 (since inoculation where no time is known), value,
            lower, upper, rank of the worst quality, T², its limit, Q, its limit. Means of the
            values, maxima of the statistics: an alarm is not averaged away.
        """
        table = PREDICTIONS.c
        mine = self._mine(tag)
        with self._engine.connect() as connection:
            latest = select(table.time, table.elapsed_h).where(mine).order_by(*_LATEST_FIRST)
            newest = connection.execute(latest.limit(1)).one_or_none()
            if newest is None:
                return []
            where = and_(mine, self._in_last(*newest, length))
            place = func.ntile(n_points).over(order_by=[table.time, table.elapsed_h])
            names = ("time", "elapsed_h", *_BOUNDS, "t2", "t2_limit", "q", "q_limit")
            columns = [table[name] for name in names]
            rows = select(*columns, _RANK.label("rank"), place.label("place")).where(where)
            part = rows.subquery().c
            means = [func.avg(part[name]) for name in _BOUNDS]
            maxima = [func.max(part[name]) for name in ("rank", "t2", "t2_limit", "q", "q_limit")]
            query = select(func.max(part.time), func.max(part.elapsed_h), *means, *maxima)
            found = connection.execute(query.group_by(part.place).order_by(part.place))
            return [_course_cells(row) for row in found]

    def newest(self, tag: Tag, *, n_points: int) -> list[list[float | None]]:
        """Return the newest predictions of one value, one a point, as of `course`."""
        table = PREDICTIONS.c
        columns = [table[name] for name in (*_BOUNDS, "t2", "t2_limit", "q", "q_limit")]
        query = select(table.time, table.elapsed_h, *columns[:3], _RANK, *columns[3:])
        query = query.where(self._mine(tag)).order_by(*_LATEST_FIRST)
        with self._engine.connect() as connection:
            found = connection.execute(query.limit(n_points)).all()
        return [_course_cells(row) for row in reversed(found)]

    def assays(self, tag: Tag, *, molar_mass: float | None) -> list[Cells]:
        """Return the reference assays of one value in its unit, as they came."""
        with self._engine.connect() as connection:
            return assays_of(connection, tag, mine=self._mine(tag), molar_mass=molar_mass)

    def sensors(self, tag: Tag) -> list[Cells]:
        """Return which sensors predicted one value, and since when, the first of them first."""
        table = PREDICTIONS.c
        query = select(table.sensor, table.sensor_digest, func.min(table.time),
                       func.min(table.elapsed_h))  # fmt: skip
        query = query.where(self._mine(tag)).group_by(table.sensor, table.sensor_digest)
        with self._engine.connect() as connection:
            found = [
                {"sensor": sensor or "", "digest": digest, "at_s": _seconds(time, elapsed_h)}
                for sensor, digest, time, elapsed_h in connection.execute(query)
            ]
        return sorted(found, key=lambda each: each["at_s"] or 0.0)

    def health(self, campaign: str, vessel: str, *, length: timedelta) -> list[Cells]:
        """Return how probe and spectrometer fared at one vessel, in few points."""
        table = HEALTH.c
        mine = and_(table.station == self._station, table.vessel == vessel,
                    _is_campaign(table.campaign, campaign), table.time.is_not(None))  # fmt: skip
        names = (*_MEAN_HEALTH, *_MOST_HEALTH)
        with self._engine.connect() as connection:
            newest = connection.scalar(select(func.max(table.time)).where(mine))
            if newest is None:
                return []
            place = func.ntile(_N_HEALTH).over(order_by=table.time)
            rows = select(table.time, *(table[name] for name in names), place.label("place"))
            part = rows.where(mine, table.time >= newest - length).subquery().c
            columns = [func.avg(part[name]) for name in _MEAN_HEALTH]
            columns += [func.max(part[name]) for name in _MOST_HEALTH]
            query = select(func.max(part.time), *columns).group_by(part.place).order_by(part.place)
            return [
                {"at_s": time.timestamp(), **dict(zip(names, map(shown, numbers), strict=True))}
                for time, *numbers in connection.execute(query)
            ]

    def row(self, number: int) -> Any:
        """Return what the results hold of one prediction; None where there is no such row."""
        table = PREDICTIONS.c
        columns = (table.vessel, table.analyte, table.time, table.elapsed_h, table.quality,
                   table.reasons, table.source_file, table.spectrum_sha256, table.sensor,
                   table.sensor_digest, table.q_limit, table.t2_limit)  # fmt: skip
        query = select(*columns).where(table.id == number, table.station == self._station)
        with self._engine.connect() as connection:
            return connection.execute(query).one_or_none()

    def doubts(self, tag: Tag) -> list[Cells]:
        """Return the newest predictions that are not good, with their reasons."""
        table = PREDICTIONS.c
        columns = (table.id, table.time, table.elapsed_h, table.quality, table.reasons,
                   table.source_file)  # fmt: skip
        query = select(*columns).where(self._mine(tag), table.quality != "good")
        query = query.order_by(table.id.desc()).limit(_N_REASONS)
        with self._engine.connect() as connection:
            return [
                {"id": number, "time": None if time is None else iso(time),
                 "elapsed_h": shown(elapsed_h), "quality": quality, "reasons": reasons or "",
                 "file": file or ""}
                for number, time, elapsed_h, quality, reasons, file in connection.execute(query)
            ]  # fmt: skip

    def events(self) -> list[Cells]:
        """Return what happened last beside the predictions."""
        table = EVENTS.c
        query = select(table.at, table.kind, table.text).where(table.station == self._station)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(table.id.desc()).limit(_N_EVENTS))
            return [{"time": iso(at), "kind": kind, "text": text} for at, kind, text in found]

    def _mine(self, tag: Tag) -> ColumnElement[bool]:
        table = PREDICTIONS.c
        return and_(
            _is_campaign(table.campaign, tag.campaign),
            table.vessel == tag.vessel,
            table.analyte == tag.analyte,
            table.station == self._station,
            table.kind == Kind.CULTURE.value,
            or_(table.time.is_not(None), table.elapsed_h.is_not(None)),
        )

    def _in_last(
        self, time: datetime | None, elapsed_h: float | None, length: timedelta
    ) -> ColumnElement[bool]:
        if time is not None:
            return PREDICTIONS.c.time >= time - length
        oldest_h = (elapsed_h or 0.0) - length / timedelta(hours=1)
        return PREDICTIONS.c.elapsed_h >= oldest_h


def _is_campaign(column: ColumnElement[Any], campaign: str) -> ColumnElement[bool]:
    return column == campaign if campaign else or_(column == campaign, column.is_(None))


def _course_cells(row: Row[Any]) -> list[float | None]:
    time, elapsed_h, value, lower, upper, rank, *statistics = tuple(row)
    numbers = (value, lower, upper, rank, *statistics)
    return [_seconds(time, elapsed_h), *(shown(number) for number in numbers)]


def _seconds(time: datetime | None, elapsed_h: float | None) -> float | None:
    if time is not None:
        return time.timestamp()
    return None if elapsed_h is None else elapsed_h * 3600
