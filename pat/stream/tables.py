"""The tables of the results database, as SQLAlchemy sees them."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

#: Raised with every change of the tables below; a newer database is refused, not guessed at.
SCHEMA_VERSION = 2

METADATA = MetaData()

_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by INTEGER alone


class Instant(TypeDecorator[datetime]):
    """An aware time in UTC: ISO 8601 text in SQLite, which sorts by time, else timestamptz."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of this database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Return what is stored."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.isoformat() if dialect.name == "sqlite" else utc

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:
        """Return what was stored."""
        del dialect
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        assert value is None or isinstance(value, datetime)
        return value


SCHEMA = Table("schema_version", METADATA, Column("version", Integer, nullable=False))

#: One row a scan and sensor, never changed: where and when it came, and the columns of contract 2.
#: Numbers are never used twice, so that sinks can follow them.
PREDICTIONS = Table(
    "predictions",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("scan_key", Text, nullable=False),
    Column("campaign", Text),
    Column("vessel", Text),
    Column("time", Instant),
    Column("elapsed_h", Float),
    Column("sample", Text),
    Column("kind", Text),
    Column("analyte", Text, nullable=False),
    Column("value", Float),
    Column("lower", Float),
    Column("upper", Float),
    Column("unit", Text),
    Column("quality", Text, nullable=False),
    Column("reasons", Text),
    Column("t2", Float),
    Column("t2_limit", Float),
    Column("q", Float),
    Column("q_limit", Float),
    Column("sensor", Text),
    Column("sensor_digest", Text, nullable=False),
    Column("spectrum_sha256", Text, nullable=False),
    Column("source_file", Text),
    Column("scored_at", Instant),
    Column("station", Text, nullable=False),  # the source that it came from
    Column("file_sha256", Text),
    Column("received_at", Instant),
    Column("published_at", Instant),  # when it was stored here, from where every sink follows
    UniqueConstraint("scan_key", "sensor_digest", "analyte"),
    Index("predictions_by_culture", "campaign", "vessel", "analyte", "time"),
    Index("predictions_by_station", "station", "id"),
    sqlite_autoincrement=True,
)

#: Which rows of a station a sink has published, and when; its last row is its cursor.
PUBLICATIONS = Table(
    "publications",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("station", Text, nullable=False),
    Column("sink", Text, nullable=False),
    Column("first_id", BigInteger, nullable=False),
    Column("last_id", BigInteger, nullable=False),
    Column("published_at", Instant, nullable=False),
    Index("publications_by_sink", "station", "sink", "last_id"),
)

#: What happened beside the predictions: sensors swapped, values too old, sinks down and up again.
EVENTS = Table(
    "events",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("station", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("campaign", Text),
    Column("vessel", Text),
    Column("text", Text, nullable=False),
    Index("events_by_station", "station", "at"),
)

#: The state of instrument and probe as each scan shows it; empty where it cannot be told.
HEALTH = Table(
    "health",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("scan_key", Text, nullable=False, unique=True),
    Column("station", Text, nullable=False),
    Column("campaign", Text),
    Column("vessel", Text),
    Column("time", Instant),
    Column("level", Float),  # median intensity, as read
    Column("noise", Float),  # standard deviation, as read
    Column("saturated", Integer),  # channels at full scale
    Column("cosmic_rays", Integer),  # channels hit
    Column("water", Float),  # height of the band, relative to the reference
    Column("sapphire", Float),
    Column("axis_shift", Float),  # against the reference, in the axis' unit
    Column("laser_mw", Float),  # as the file tells
    Index("health_by_vessel", "station", "campaign", "vessel", "time"),
)

#: The journal: one row a version of a file and set of sensors.
FILES = Table(
    "files",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("folder", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("sensors", Text, nullable=False),  # digest of the sensors that scored it
    Column("sha256", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("received_at", Instant),
    Column("finished_at", Instant),
    UniqueConstraint("folder", "path", "size", "mtime_ns", "sensors"),
    Index("files_by_state", "folder", "sensors", "state"),
)

#: Reference assays of the drop folder, as they came; censored cells have a limit, no value.
ASSAYS = Table(
    "assays",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("assay_key", Text, nullable=False, unique=True),
    Column("campaign", Text),
    Column("vessel", Text, nullable=False),
    Column("time", Instant),
    Column("elapsed_h", Float),
    Column("sample", Text),
    Column("analyte", Text, nullable=False),
    Column("value", Float),
    Column("censored", Text),
    Column("limit", Float),
    Column("unit", Text, nullable=False),
    Column("method", Text),
    Column("replicate", Text),
    Column("received_at", Instant),
    Index("assays_by_culture", "vessel", "analyte", "time"),
)
