"""Times of any form become UTC, and what could mean two things is refused."""

import pytest

from pat.importing.clock import read_times
from pat.importing.column_map import DateOrder
from tests.importing.laboratory import utc

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01T10:00:00+02:00",
        "2024-05-01 08:00:00Z",
        "01.05.2024 10:00",
        "1.5.24 10:00:00",
        "2024/05/01 10:00",
    ],
)
def test_a_time_is_read_in_every_form_that_means_one_thing(text: str) -> None:
    times = read_times([text], timezone=BERLIN)

    assert times.wrong == {}
    assert times.utc[0] == utc("2024-05-01T08:00:00")


def test_a_day_above_twelve_tells_the_order_of_all_the_column() -> None:
    times = read_times(["05/04/2024 10:00 AM", "05/14/2024 1:30 PM"], timezone="UTC")

    assert list(times.utc) == [utc("2024-05-04T10:00:00"), utc("2024-05-14T13:30:00")]
    assert any("month first" in note for note in times.notes)


def test_a_date_that_may_be_two_days_is_refused_unless_columns_toml_says_which() -> None:
    unsaid = read_times(["05/04/2024 10:00"], timezone="UTC")
    said = read_times(["05/04/2024 10:00"], timezone="UTC", dates=DateOrder.DAY)

    assert "day first" in unsaid.wrong[0]
    assert said.utc[0] == utc("2024-04-05T10:00:00")


def test_dates_that_prove_both_orders_are_refused() -> None:
    times = read_times(["14/05/2024 10:00", "05/14/2024 10:00"], timezone="UTC")

    assert sorted(times.wrong) == [0, 1]


def test_a_time_without_offset_needs_a_zone() -> None:
    assert "no offset" in read_times(["2024-05-01 10:00"], timezone=None).wrong[0]


def test_the_hour_that_comes_twice_is_told_apart_by_the_order_of_the_rows() -> None:
    cells = ["27.10.2024 01:30", "27.10.2024 02:00", "27.10.2024 02:30", "27.10.2024 02:00",
             "27.10.2024 02:30", "27.10.2024 03:00"]  # fmt: skip
    times = read_times(cells, timezone=BERLIN, series=["V01"] * 6)

    assert times.wrong == {}
    assert list(times.utc.dt.strftime("%H:%M")) == ["23:30", "00:00", "00:30", "01:00", "01:30",
                                                    "02:00"]  # fmt: skip
    assert any("comes twice" in note for note in times.notes)


def test_one_row_alone_in_the_hour_that_comes_twice_stays_refused() -> None:
    times = read_times(["2024-10-27 02:30"], timezone=BERLIN, series=["V01"])

    assert "comes twice" in times.wrong[0]


def test_rows_of_two_vessels_do_not_tell_each_other_apart() -> None:
    cells = ["2024-10-27 02:30", "2024-10-27 02:00"]

    assert len(read_times(cells, timezone=BERLIN, series=["V01", "V02"]).wrong) == 2


def test_the_hour_that_never_comes_is_refused() -> None:
    times = read_times(["2024-03-31 02:30"], timezone=BERLIN, series=["V01"])

    assert "does not exist" in times.wrong[0]


def test_offsets_that_change_are_told() -> None:
    times = read_times(["2024-10-27T02:30+02:00", "2024-10-27T02:30+01:00"], timezone=None)

    assert (times.utc[1] - times.utc[0]).total_seconds() == 3600
    assert any("+01:00, +02:00" in note for note in times.notes)
