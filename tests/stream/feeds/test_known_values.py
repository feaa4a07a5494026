"""With a spectrum goes what was known at its time, in whatever order it was told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pat.stream.feeds.known_values import KnownValues

TEN = datetime(2024, 5, 1, 10, tzinfo=UTC)


def minute(number: int) -> datetime:
    return TEN + timedelta(minutes=number)


def test_the_newest_value_that_is_not_later_counts() -> None:
    known = KnownValues(["vessel", "scan"])
    known.learn("vessel", minute(0), "V01")
    known.learn("vessel", minute(10), "V02")

    assert known.at(minute(9)) == {"vessel": "V01"}
    assert known.at(minute(10)) == {"vessel": "V02"}
    assert known.since(minute(12)) == {"vessel": minute(10)}


def test_of_what_was_told_only_later_nothing_is_known() -> None:
    known = KnownValues(["vessel"])
    known.learn("vessel", minute(1), "V01")

    assert known.at(minute(0)) == {}


@given(st.lists(st.integers(0, 50), unique=True, min_size=1), st.integers(-5, 55), st.randoms())
def test_the_order_of_telling_does_not_matter(minutes: list[int], at: int, random: object) -> None:
    known = KnownValues(["vessel"])
    for number in random.sample(minutes, len(minutes)):  # type: ignore[attr-defined]
        known.learn("vessel", minute(number), number)

    before = [number for number in minutes if number <= at]
    assert known.at(minute(at)) == ({"vessel": max(before)} if before else {})
