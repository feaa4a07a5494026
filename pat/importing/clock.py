"""Times as people and their programs write them, to UTC; nothing is guessed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from pat.importing.column_map import DateOrder
from pat.readers.times import parse_times

_OF_DAY = r"(?:[ T,]+(\d{1,2})[:.](\d\d)(?:[:.](\d\d)([.,]\d+)?)?\s*([AaPp])?\.?[Mm]?\.?)?"
#: 1.5.2024 is written day first wherever it is written.
_DOTTED = re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}|\d\d){_OF_DAY}")
#: 1/5/2024 is not.
_SLASHED = re.compile(rf"(\d{{1,2}})[/-](\d{{1,2}})[/-](\d{{4}}|\d\d){_OF_DAY}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})[/.](\d{{1,2}})[/.](\d{{1,2}}){_OF_DAY}")
_TWICE = "comes twice"


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """A column of times: datetime64[us, UTC], NaT where empty or at fault."""

    utc: pd.Series
    wrong: dict[int, str]  # what is wrong, by position
    notes: tuple[str, ...] = ()


def read_times(
    cells: Sequence[object],
    *,
    timezone: str | None,
    dates: DateOrder | None = None,
    series: Sequence[object] | None = None,
) -> Times:
    """Return a column of times.

    Parameters
    ----------
    cells : sequence
        Texts; empty ones are NaN or None.
    timezone : str or None
        IANA zone of times without an offset.
    dates : DateOrder, optional
        The order of 3/4/2024 where no cell of the column tells it.
    series : sequence, optional
        What each row is a record of: within one the rows of an hour that comes twice are told
        apart by their order, where the clock steps back once.
    """
    texts = ["" if pd.isna(cell) else str(cell).strip() for cell in cells]  # type: ignore[call-overload]
    order = dates or _order_told(texts)
    written = [_as_iso(text, order) for text in texts]
    problems = {i: text for i, text in enumerate(written) if text.startswith("expected")}
    clean = [None if not text or i in problems else text for i, text in enumerate(written)]
    utc, wrong = parse_times(pd.Series(clean, dtype="object"), timezone=timezone)
    notes = list(_notes(texts, written, order=order, stated=dates))
    if timezone is not None and series is not None:
        resolved = _by_order(clean, wrong, zone=ZoneInfo(timezone), series=series)
        for place, time in resolved.items():
            utc.iloc[place] = pd.Timestamp(time).as_unit("us")
            del wrong[place]
        if resolved:
            notes.append(
                f"{len(resolved)} times of the hour that comes twice in {timezone} are told "
                "apart by the order of the rows"
            )
    return Times(utc, {**wrong, **problems}, tuple(notes))


def _order_told(texts: Sequence[str]) -> DateOrder | None:
    """Return the order that the dates themselves prove, None where none or both do."""
    found = {_order_of(text) for text in dict.fromkeys(texts)} - {None}
    return found.pop() if len(found) == 1 else None


def _order_of(text: str) -> DateOrder | None:
    match = _SLASHED.fullmatch(text)
    if match is None:
        return None
    if int(match[1]) > 12:
        return DateOrder.DAY
    return DateOrder.MONTH if int(match[2]) > 12 else None


def _as_iso(text: str, order: DateOrder | None) -> str:
    """Return a time as ISO 8601, or what is wrong; other forms as they are."""
    if match := _DOTTED.fullmatch(text):
        day, month, year, *rest = match.groups()
    elif match := _SLASHED.fullmatch(text):
        if order is None:
            return (
                f"expected a date whose day and month are certain; got {text!r}: say dates = "
                '"day first" or "month first" for this table in columns.toml'
            )
        day, month, year, *rest = match.groups()
        if order is DateOrder.MONTH:
            day, month = month, day
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month, day, *rest = match.groups()
    else:
        return text
    year = year if len(year) == 4 else f"20{year}"
    if rest[0] is None:
        return f"{year}-{int(month):02d}-{int(day):02d}"
    hour = _hour(int(rest[0]), rest[4])
    clock = f"{hour:02d}:{rest[1]}:{rest[2] or '00'}{(rest[3] or '').replace(',', '.')}"
    return f"{year}-{int(month):02d}-{int(day):02d}T{clock}"


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    return hour % 12 + (12 if half in "pP" else 0)


def _notes(
    texts: Sequence[str],
    written: Sequence[str],
    *,
    order: DateOrder | None,
    stated: DateOrder | None,
) -> "list[str]":
    notes = []
    if order is not None and stated is None:
        example = next(text for text in texts if _order_of(text))
        notes.append(f"dates are read {order}, as {example} shows")
    offsets = sorted(
        {match[0] for text in written if (match := re.search(r"[+-]\d\d:?\d\d$", text))}
    )
    if len(offsets) > 1:
        notes.append(f"times carry the offsets {', '.join(offsets)}")
    return notes


def _by_order(
    texts: Sequence[str | None],
    wrong: dict[int, str],
    *,
    zone: ZoneInfo,
    series: Sequence[object],
) -> dict[int, datetime]:
    """Return the UTC times of rows in an hour that comes twice, where the order tells them."""
    rows: dict[object, list[int]] = {}
    for place, words in wrong.items():
        if _TWICE in words:
            day = datetime.fromisoformat(str(texts[place])).date()
            rows.setdefault((series[place], day), []).append(place)
    found: dict[int, datetime] = {}
    for places in rows.values():
        local = [datetime.fromisoformat(str(texts[place])) for place in places]
        back = [i for i in range(1, len(local)) if local[i] <= local[i - 1]]
        if len(back) != 1 or local[back[0] - 1] - local[back[0]] > timedelta(hours=1):
            continue
        for i, (place, time) in enumerate(zip(places, local, strict=True)):
            aware = time.replace(tzinfo=zone, fold=int(i >= back[0]))
            found[place] = aware.astimezone(ZoneInfo("UTC"))
    return found


def gaps(times: pd.Series, *, longer_than_min: float) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Return the spans between times that follow one another which last longer, in minutes."""
    ordered = times.dropna().drop_duplicates().sort_values()
    minutes = ordered.diff().dt.total_seconds().to_numpy() / 60
    long = np.flatnonzero(minutes > longer_than_min)
    return [(ordered.iloc[i - 1], ordered.iloc[i]) for i in long]
