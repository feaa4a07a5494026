"""Reference assays as the page draws them: in the sensor's unit, at the time of their sample."""

from sqlalchemy import ColumnElement, Connection, func, or_, select

from pat.errors import InputError
from pat.readers.units import convert
from pat.stream.predictions import Tag
from pat.stream.tables import ASSAYS, PREDICTIONS
from pat.stream.web.trend import shown

Cells = dict[str, object]


def assays_of(
    connection: Connection,
    tag: Tag,
    *,
    mine: ColumnElement[bool],
    molar_mass: float | None,
) -> list[Cells]:
    """Return the assays of one value as they came; `at_s` is None where nothing tells the time.

    Parameters
    ----------
    mine : ColumnElement
        Which predictions are of this value: they tell the unit, without which an assay is left
        out, and the time of assays that know culture age or sample alone.
    molar_mass : float or None
        In g/mol.
    """
    table = ASSAYS.c
    campaign = or_(table.campaign == tag.campaign, table.campaign.is_(None))
    query = select(table.time, table.elapsed_h, table.sample, table.value, table.unit).where(
        campaign, table.vessel == tag.vessel, table.analyte == tag.analyte, table.value.is_not(None)
    )
    found = connection.execute(query.order_by(table.id)).all()
    if not found:
        return []
    clock, unit = _Clock(connection, mine), _unit(connection, mine)
    cells: list[Cells] = []
    for time, elapsed_h, sample, value, own in found:
        try:
            converted = convert(value, own, unit, molar_mass=molar_mass)
        except InputError:
            continue
        at_s = time.timestamp() if time is not None else clock.seconds(elapsed_h, sample)
        cells.append({"at_s": at_s, "value": shown(converted)})
    return cells


def _unit(connection: Connection, mine: ColumnElement[bool]) -> str:
    table = PREDICTIONS.c
    newest = select(table.unit).where(mine).order_by(table.time.desc(), table.elapsed_h.desc())
    return connection.scalar(newest.limit(1)) or ""


class _Clock:
    """When a culture's samples were drawn, as its predictions tell."""

    def __init__(self, connection: Connection, mine: ColumnElement[bool]) -> None:
        table = PREDICTIONS.c
        both = select(table.time, table.elapsed_h).where(
            mine, table.time.is_not(None), table.elapsed_h.is_not(None)
        )
        newest = connection.execute(both.order_by(table.time.desc()).limit(1)).one_or_none()
        self._start_s = 0.0 if newest is None else newest[0].timestamp() - newest[1] * 3600
        newest_time = connection.scalar(select(func.max(table.time)).where(mine))
        self._is_placed = newest is not None or newest_time is None
        samples = select(table.sample, table.time, table.elapsed_h)
        samples = samples.where(mine, table.sample.is_not(None))
        self._samples = {
            sample: time.timestamp() if time is not None else elapsed_h * 3600
            for sample, time, elapsed_h in connection.execute(samples)
        }

    def seconds(self, elapsed_h: float | None, sample: str | None) -> float | None:
        """Return the seconds of a sample that tells no time: since 1970 where its culture does."""
        if sample is not None and sample in self._samples:
            return self._samples[sample]
        if elapsed_h is None or not self._is_placed:
            return None
        return self._start_s + elapsed_h * 3600
