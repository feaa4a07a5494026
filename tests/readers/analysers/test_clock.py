"""The order of day and month is settled by the column, or refused; never guessed."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.readers.analysers.clock import local_times, printed_times

NOT_KNOWN = [None, None]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2/18/2021  10:28:04 AM", "2/3/2021 9:00 PM"], [(2, 18, 10), (2, 3, 21)]),
        (["24-6-2022  14:34:52", "3-6-2022 01:00"], [(6, 24, 14), (6, 3, 1)]),
        (["01.02.2023 10:00", "03.04.2023 11:00"], [(2, 1, 10), (4, 3, 11)]),
        (["29 Sep 2023  5:21:06 AM", "1 Oct 2023 12:00:00 AM"], [(9, 29, 5), (10, 1, 0)]),
        (["2023-09-29 05:21", "2023/10/01 12:00"], [(9, 29, 5), (10, 1, 12)]),
        (["1/1/2020 16:20", "2/2/2020 0:00"], [(1, 1, 16), (2, 2, 0)]),
    ],
)
def test_a_column_whose_order_can_be_told_is_read(cells, expected):
    times, wrong = local_times(cells, latest=NOT_KNOWN)

    assert [(t.month, t.day, t.hour) for t in times] == expected
    assert wrong == {}


def test_an_order_that_nothing_tells_is_left_open_with_what_to_do():
    times, wrong = local_times(["3/4/2021 10:00", "5/6/2021 10:00"], latest=NOT_KNOWN)

    assert times == [None, None]
    assert "'3/4/2021 10:00' may be day first or month first" in wrong[0]
    assert "give the time in the index" in wrong[1]


def test_a_sample_is_not_drawn_after_it_was_analysed():
    latest = [datetime.fromisoformat(day) for day in ("2021-03-05", "2021-05-07")]

    times, wrong = local_times(["3/4/2021 10:00", "5/6/2021 10:00"], latest=latest)

    assert [(t.day, t.month) for t in times] == [(4, 3), (6, 5)]
    assert wrong == {}


def test_both_orders_in_one_column_are_refused():
    times, wrong = local_times(["24/6/2022 10:00", "6/25/2022 10:00"], latest=NOT_KNOWN)

    assert times == [None, None]
    assert "no one order of day and month fits" in wrong[0]


@pytest.mark.parametrize("cell", ["20240219", "2024-02-19", "soon", "13:00", "1/2/2021 25:00"])
def test_what_is_no_time_is_told(cell):
    times, wrong = local_times([cell], latest=[None])

    assert times == [None]
    assert set(wrong) == {0}


def test_an_hour_that_comes_twice_and_a_missing_zone_are_told():
    twice = printed_times(["2023-10-29 02:30"], latest=[None], timezone="Europe/Berlin")
    nowhere = printed_times(["2023-10-29 02:30"], latest=[None], timezone=None)

    assert "comes twice in Europe/Berlin" in twice[1][0]
    assert "names no timezone" in nowhere[1][0]


@given(
    st.lists(
        st.datetimes(*map(datetime.fromisoformat, ("2000-01-01", "2099-01-01"))),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"]),
)
def test_what_is_read_at_all_is_what_was_printed(times, form):
    whole = [time.replace(microsecond=0) for time in times]

    read, wrong = local_times([t.strftime(form) for t in whole], latest=[None] * len(whole))

    assert read == whole or read == [None] * len(whole) == [None] * len(wrong)
