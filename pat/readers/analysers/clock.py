"""Local times as analysers print them; the order of day and month is found out or refused."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import pandas as pd

from pat.readers.times import parse_times

_CLOCK = r"[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AP]\.?M\.?)?"
#: 2/18/2021  10:28:04 AM, 24-6-2022  14:34:52, 18.02.2021 10:28
NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_CLOCK}", re.IGNORECASE)
#: 29 Sep 2023  5:21:06 AM
NAMED = re.compile(rf"(\d{{1,2}})[ -]([A-Z]{{3}})[A-Z]*[ -](\d{{4}}){_CLOCK}", re.IGNORECASE)
#: 2023/09/29 05:21
YEAR_FIRST = re.compile(rf"(\d{{4}})[/.](\d{{1,2}})[/.](\d{{1,2}}){_CLOCK}")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

#: Finds the local time in a match of `NUMERIC`, None where there is no such day.
Order = Callable[["re.Match[str]"], datetime | None]


def printed_times(
    cells: Sequence[str], *, latest: Sequence[datetime | None], timezone: str | None
) -> tuple[pd.Series, dict[int, str]]:
    """Return times in UTC, NaT where none can be had, and by position what is wrong.

    Parameters
    ----------
    cells : sequence of str
        A column of times, empty where there is none; one order of day and month in all of it.
    latest : sequence of datetime or None
        For each cell the local time that it cannot be after; a sample is drawn before it is
        analysed. It tells the order where the numbers do not.
    timezone : str or None
        IANA zone of the analyser's clock.
    """
    local, wrong = local_times(cells, latest=latest)
    iso = pd.Series([None if t is None else t.isoformat() for t in local], dtype="str")
    times, not_utc = parse_times(iso, timezone=timezone)
    return times, {**not_utc, **wrong}


def local_times(
    cells: Sequence[str], *, latest: Sequence[datetime | None]
) -> tuple[list[datetime | None], dict[int, str]]:
    """Return the times as printed, None where none can be had, and by position what is wrong."""
    numeric = {i: NUMERIC.fullmatch(cell.strip()) for i, cell in enumerate(cells)}
    matches = {i: match for i, match in numeric.items() if match is not None}
    order, why = _order(matches, latest)
    found: list[datetime | None] = []
    wrong: dict[int, str] = {}
    for i, cell in enumerate(cells):
        text = cell.strip()
        if i in matches:
            time = None if order is None else order(matches[i])
        else:
            time = _plain(text)
        found.append(time)
        if text and time is None:
            no_time = f"expected a date and a time such as 2024-05-01 10:00; got {text!r}"
            wrong[i] = why if i in matches and order is None else no_time
    return found, wrong


def _order(
    matches: Mapping[int, re.Match[str]], latest: Sequence[datetime | None]
) -> tuple[Order | None, str]:
    """Return how day and month are ordered in a column, or None and why nobody can tell."""
    orders = {"day first": _day_first, "month first": _month_first}
    if any(match[2] == "." for match in matches.values()):
        del orders["month first"]  # no country writes the month first with full stops
    possible = {name: order for name, order in orders.items() if all(map(order, matches.values()))}
    if not possible:
        example = next(iter(matches.values()))[0]
        return None, f"no one order of day and month fits all times, such as {example!r}"
    if len({tuple(map(order, matches.values())) for order in possible.values()}) > 1:
        possible = {
            name: order
            for name, order in possible.items()
            if not any(_is_late(order(match), latest[i]) for i, match in matches.items())
        } or possible
    if len(possible) > 1 and any(match[1] != match[3] for match in matches.values()):
        example = next(match[0] for match in matches.values() if match[1] != match[3])
        return None, (
            f"{example!r} may be day first or month first and nothing in the file tells which; "
            "give the time in the index, or save the export with times such as 2024-05-01 10:00"
        )
    return next(iter(possible.values())), ""


def _is_late(time: datetime | None, latest: datetime | None) -> bool:
    return time is not None and latest is not None and time > latest


def _day_first(match: "re.Match[str]") -> datetime | None:
    return _moment(match[4], match[3], match[1], clock=match.groups()[4:])


def _month_first(match: "re.Match[str]") -> datetime | None:
    return _moment(match[4], match[1], match[3], clock=match.groups()[4:])


def _plain(text: str) -> datetime | None:
    """Return a time that can be read in one way only."""
    named, year_first = NAMED.fullmatch(text), YEAR_FIRST.fullmatch(text)
    if named and named[2].lower() in MONTHS:
        month = str(MONTHS.index(named[2].lower()) + 1)
        return _moment(named[3], month, named[1], clock=named.groups()[3:])
    if year_first:
        return _moment(*year_first.groups()[:3], clock=year_first.groups()[3:])
    try:
        return datetime.fromisoformat(text) if ":" in text else None
    except ValueError:
        return None


def _moment(year: str, month: str, day: str, *, clock: Sequence[str | None]) -> datetime | None:
    hour, half = int(clock[0] or 0), (clock[3] or "").lower().replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return datetime(  # noqa: DTZ001 -- the analyser's own clock; its zone is named elsewhere
            int(year), int(month), int(day), hour, int(clock[1] or 0), int(clock[2] or 0)
        )
    except ValueError:
        return None
