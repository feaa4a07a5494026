"""Times as written in files, to aware UTC."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

NOT_A_TIME = np.datetime64("NaT", "us")
EXAMPLE = "2024-05-01T10:00:00+02:00"


def parse_times(
    cells: Sequence[object] | pd.Series, *, timezone: str | None
) -> tuple[pd.Series, dict[int, str]]:
    """Return times in UTC (datetime64[us, UTC], NaT where empty), and what is wrong where.

    Parameters
    ----------
    cells : sequence
        ISO 8601 text with an offset, or without one where `timezone` is named; or datetimes.
    timezone : str or None
        IANA name of the zone of times without an offset.

    Returns
    -------
    times : Series
    wrong : dict
        For the position of each cell that is no time, what is wrong with it.
    """
    column = pd.Series(cells).reset_index(drop=True)
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return column.dt.tz_convert("UTC").dt.as_unit("us"), {}
    zone = ZoneInfo(timezone) if timezone is not None else None
    number, cells_once = pd.factorize(column)
    once = [_instant(cell, zone) for cell in cells_once]
    told = [instant if isinstance(instant, str) else None for instant in once]
    utc = [
        NOT_A_TIME if isinstance(t, str) else np.datetime64(t.replace(tzinfo=None), "us")
        for t in once
    ]
    values = np.array([*utc, NOT_A_TIME], dtype="datetime64[us]")[number]
    bad = np.array([*(words is not None for words in told), False], dtype=bool)[number]
    wrong = {int(i): str(told[number[i]]) for i in np.flatnonzero(bad)}
    return pd.Series(values).dt.tz_localize("UTC"), wrong


def is_timezone(name: str) -> bool:
    """Return whether `name` is an IANA time zone that this computer knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def iso(instant: pd.Timestamp | datetime) -> str:
    """Return an aware time as ISO 8601 in UTC, microseconds only where there are any."""
    utc = pd.Timestamp(instant).tz_convert("UTC")
    text = utc.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{utc.microsecond:06d}Z" if utc.microsecond else f"{text}Z"


def _instant(cell: object, zone: ZoneInfo | None) -> datetime | str:
    """Return the UTC time that a cell spells, or what is wrong with it."""
    if isinstance(cell, datetime):
        local = pd.Timestamp(cell).floor("us").to_pydatetime()
    else:
        text = str(cell).strip()
        try:
            local = datetime.fromisoformat(text)
        except ValueError:
            return f"expected a time in ISO 8601 such as {EXAMPLE}; got {text!r}"
        if ":" not in text and "T" not in text.upper():
            return f"expected a date and a time such as {EXAMPLE}; got the date {text!r} alone"
    if local.tzinfo is not None:
        return _in_utc(local)
    if zone is None:
        return (
            f"the time has no offset and campaign.toml names no timezone; write times like "
            f"{EXAMPLE}, or set timezone, such as 'Europe/Berlin'"
        )
    return _from_local(local, zone)


def _from_local(local: datetime, zone: ZoneInfo) -> datetime | str:
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    earlier, later = first.utcoffset(), second.utcoffset()
    assert earlier is not None
    assert later is not None
    if earlier == later:
        return _in_utc(first)
    how_often = "comes twice" if earlier > later else "does not exist"
    return (
        f"the local time {local.isoformat(sep=' ')} {how_often} in {zone.key} (the clocks "
        f"change); write {first.isoformat()} or {second.isoformat()}"
    )


def _in_utc(local: datetime) -> datetime | str:
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return f"expected a time in ISO 8601 such as {EXAMPLE}; got {local.isoformat()!r}"
