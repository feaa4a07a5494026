"""A prediction as it was stored: one analyte of one scan by one sensor."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Row, Select, select, union_all

from pat.spectra import Kind
from pat.stream.tables import HEALTH, PREDICTIONS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Tag(NamedTuple):
    """What a control system knows a value by: it stays the same when a sensor is replaced."""

    campaign: str
    vessel: str
    analyte: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """One row of the table `predictions`; None: it holds nothing there."""

    id: int
    campaign: str | None
    vessel: str | None
    time: datetime | None  # of the spectrum
    elapsed_h: float | None
    sample: str | None
    kind: str | None
    analyte: str
    value: float | None
    lower: float | None
    upper: float | None
    unit: str | None
    quality: str
    reasons: str | None
    t2: float | None
    t2_limit: float | None
    q: float | None
    q_limit: float | None
    sensor: str | None
    sensor_digest: str
    spectrum_sha256: str
    source_file: str | None
    file_sha256: str | None
    received_at: datetime | None
    scored_at: datetime | None
    published_at: datetime | None
    level: float | None = None  # health of the scan, as in the table of that name
    noise: float | None = None
    saturated: int | None = None
    cosmic_rays: int | None = None
    water: float | None = None
    sapphire: float | None = None
    axis_shift: float | None = None
    laser_mw: float | None = None

    @property
    def tag(self) -> Tag | None:
        """Whose value it is; None for an aliquot, and where nobody told the vessel."""
        if self.vessel is None or self.moment is None or self.kind != Kind.CULTURE:
            return None
        return Tag(self.campaign or "", self.vessel, self.analyte)

    @property
    def moment(self) -> datetime | None:
        """What tells later spectra of a culture from earlier ones: time, else culture age."""
        if self.time is not None or self.elapsed_h is None:
            return self.time
        return _EPOCH + timedelta(hours=self.elapsed_h)


_NAMES = [field.name for field in fields(Prediction)]
#: What a scan tells of the health of spectrometer and probe.
HEALTH_NAMES = tuple(name for name in _NAMES if name not in PREDICTIONS.c)
_COLUMNS = [(HEALTH if name in HEALTH_NAMES else PREDICTIONS).c[name] for name in _NAMES]
_ROWS = PREDICTIONS.outerjoin(HEALTH, PREDICTIONS.c.scan_key == HEALTH.c.scan_key)


def after(number: int, *, station: str, at_most: int) -> Select[tuple[object, ...]]:
    """Return the query for a station's predictions with higher numbers, in their order."""
    table = PREDICTIONS.c
    query = select(*_COLUMNS).select_from(_ROWS).where(table.station == station, table.id > number)
    return query.order_by(table.id).limit(at_most)


def newest(number: int, *, station: str) -> Select[tuple[object, ...]]:
    """Return the query for each tag's newest prediction among those up to a number.

    The tags come from the index alone and each finds its newest row there, so that a year of
    predictions costs little more than a day.
    """
    table = PREDICTIONS.c
    tags = (
        select(table.campaign, table.vessel, table.analyte)
        .where(table.vessel.is_not(None))
        .distinct()
        .subquery()
    )
    row = PREDICTIONS.alias("row").c
    here = row.station.concat("") == station  # an expression: SQLite would take its index first
    of_tag = (
        select(row.id)
        .where(row.vessel == tags.c.vessel, row.analyte == tags.c.analyte)
        .where(here, row.id <= number, row.kind == Kind.CULTURE.value)
        .where(row.time.is_not(None) | row.elapsed_h.is_not(None))
        .order_by(row.time.desc().nulls_last(), row.elapsed_h.desc().nulls_last(), row.id.desc())
        .limit(1)
    )
    # A comparison that holds for null, too, would not use the index everywhere.
    named = of_tag.where(row.campaign == tags.c.campaign).scalar_subquery()
    nameless = of_tag.where(row.campaign.is_(None)).scalar_subquery()
    ids = union_all(
        select(named).select_from(tags).where(tags.c.campaign.is_not(None)),
        select(nameless).select_from(tags).where(tags.c.campaign.is_(None)),
    )
    return select(*_COLUMNS).select_from(_ROWS).where(table.id.in_(ids)).order_by(table.id)


def prediction_of(row: Row[tuple[object, ...]]) -> Prediction:
    """Return a row of these queries as a prediction."""
    return Prediction(*cast("tuple[Any, ...]", row))
