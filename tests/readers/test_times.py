"""Times come back in UTC, and a local hour that is not one instant is never guessed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.readers.times import is_timezone, iso, parse_times

BERLIN = "Europe/Berlin"


def one(text, timezone=None):
    times, wrong = parse_times([text], timezone=timezone)
    return times.iloc[0], wrong.get(0)


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T10:00:00Z",
        "2024-05-01T12:00:00+02:00",
        "2024-05-01 10:00Z",
        "20240501T100000Z",
        " 2024-05-01T10:00:00.000000Z ",
        "2024-04-30T22:00:00-12:00",
    ],
)
def test_a_time_with_an_offset_is_one_instant(text):
    assert one(text) == (pd.Timestamp("2024-05-01T10:00Z"), None)


def test_a_local_time_is_read_in_the_zone_of_the_campaign():
    assert one("2024-01-15 10:00", BERLIN)[0] == pd.Timestamp("2024-01-15T09:00Z")
    assert one("2024-07-15 10:00", BERLIN)[0] == pd.Timestamp("2024-07-15T08:00Z")


def test_an_offset_is_stronger_than_the_zone():
    assert one("2024-07-15T10:00Z", BERLIN)[0] == pd.Timestamp("2024-07-15T10:00Z")


def test_a_local_time_without_a_zone_is_refused():
    time, wrong = one("2024-05-01T10:00:00")

    assert pd.isna(time)
    assert "no offset" in wrong
    assert "timezone" in wrong


@pytest.mark.parametrize("minute", ["02:00", "02:30", "02:59:59"])
def test_the_hour_that_comes_twice_is_refused(minute):
    assert "comes twice in Europe/Berlin" in one(f"2024-10-27 {minute}", BERLIN)[1]


@pytest.mark.parametrize("minute", ["02:00", "02:30", "02:59:59"])
def test_the_hour_that_is_skipped_is_refused(minute):
    assert "does not exist in Europe/Berlin" in one(f"2024-03-31 {minute}", BERLIN)[1]


@pytest.mark.parametrize("minute", ["01:59:59", "03:00:00"])
def test_the_hours_around_a_change_are_read(minute):
    for day in ("2024-03-31", "2024-10-27"):
        assert one(f"{day} {minute}", BERLIN)[1] is None


def test_the_night_of_the_change_is_read_with_offsets():
    first, second = one("2024-10-27T02:30+02:00", BERLIN)[0], one("2024-10-27T02:30+01:00")[0]

    assert second - first == timedelta(hours=1)


@pytest.mark.parametrize("text", ["01.05.2024 10:00", "yesterday", "2024-13-01T10:00Z", "45413.5"])
def test_what_is_no_iso_time_is_refused_with_an_example(text):
    assert "ISO 8601 such as 2024" in one(text)[1]


def test_a_date_alone_is_refused():
    assert "alone" in one("2024-05-01", BERLIN)[1]


def test_a_time_before_all_calendars_is_refused_not_a_crash():
    assert "ISO 8601" in one("0001-01-01T00:00:00+14:00")[1]


def test_an_empty_cell_is_no_time_and_no_fault():
    times, wrong = parse_times(pd.Series([None, "2024-05-01T10:00Z"], dtype="str"), timezone=None)

    assert times.isna().tolist() == [True, False]
    assert times.dtype == "datetime64[us, UTC]"
    assert not wrong


def test_typed_times_are_read_like_text():
    aware = pd.Series(pd.to_datetime(["2024-07-15T10:00+02:00"]))
    local = pd.Series(pd.to_datetime(["2024-07-15T10:00", "2024-10-27T02:30"]))

    assert parse_times(aware, timezone=None)[0][0] == pd.Timestamp("2024-07-15T08:00Z")
    times, wrong = parse_times(local, timezone=BERLIN)
    assert times[0] == pd.Timestamp("2024-07-15T08:00Z")
    assert list(wrong) == [1]


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["UTC", BERLIN, "America/New_York", "Asia/Kolkata"]),
)
def test_an_instant_written_with_its_offset_reads_back_to_the_microsecond(instant, zone):
    local = instant.astimezone(ZoneInfo(zone))

    assert one(local.isoformat())[0] == pd.Timestamp(instant)
    assert one(iso(instant))[0] == pd.Timestamp(instant)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2037, 1, 1)))  # noqa: DTZ001
def test_a_local_time_is_refused_exactly_where_two_or_no_instants_print_it(local):
    zone = ZoneInfo(BERLIN)
    guesses = [local.replace(tzinfo=UTC) - timedelta(hours=hours) for hours in (1, 2)]
    instants = [g for g in guesses if g.astimezone(zone).replace(tzinfo=None) == local]

    time, wrong = one(local.isoformat(), BERLIN)

    assert (wrong is None) == (len(instants) == 1)
    if len(instants) == 1:
        assert time == pd.Timestamp(instants[0])


def test_microseconds_are_printed_only_where_there_are_any():
    assert iso(pd.Timestamp("2024-05-01T12:00:00+02:00")) == "2024-05-01T10:00:00Z"
    assert iso(pd.Timestamp("2024-05-01T10:00:00.000250Z")) == "2024-05-01T10:00:00.000250Z"


def test_time_zones_are_iana_names():
    assert is_timezone(BERLIN)
    assert not is_timezone("CEST+1")
    assert not is_timezone("../etc")
    assert np.all([not is_timezone(name) for name in ("", "Berlin")])
