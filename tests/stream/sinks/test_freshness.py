"""A value is too old when its vessel's time has passed, and not before."""

from datetime import UTC, datetime, timedelta

import pytest

from pat.stream.predictions import Prediction
from pat.stream.sinks import Freshness
from tests.stream.sinks.made_up import make_prediction

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def taken(minutes_ago: float, *, held_up_min: float = 0, vessel: str = "V01") -> Prediction:
    time = NOON - timedelta(minutes=minutes_ago)
    came = time + timedelta(minutes=held_up_min)
    return make_prediction(1, time=time, received_at=came, vessel=vessel)


@pytest.mark.parametrize(("minutes", "is_old"), [(14.9, False), (15.0, False), (15.1, True)])
def test_a_value_ages_from_its_spectrum(minutes: float, is_old: bool) -> None:
    freshness = Freshness(QUARTER)
    freshness.saw(taken(minutes))

    assert (freshness.why_too_old(taken(minutes), now=NOON) is not None) == is_old


def test_each_vessel_may_have_a_time_of_its_own() -> None:
    freshness = Freshness(QUARTER, {"V02": timedelta(hours=4)})

    assert freshness.why_too_old(taken(60), now=NOON) == (
        "no spectrum since 2026-03-03T11:00:00Z, expected every 15 min"
    )
    assert freshness.why_too_old(taken(60, vessel="V02"), now=NOON) is None


def test_without_a_time_nothing_ages() -> None:
    assert Freshness(None).why_too_old(taken(1e6), now=NOON) is None


def test_a_replay_is_judged_by_when_it_came() -> None:
    freshness = Freshness(QUARTER)
    replayed = taken(1e6, held_up_min=1e6 - 3)
    freshness.saw(replayed)

    assert freshness.why_too_old(replayed, now=NOON) is None
    assert freshness.why_too_old(replayed, now=NOON + QUARTER) is not None


def test_a_spectrum_that_was_held_up_is_no_sign_of_life_where_clocks_are_of_now() -> None:
    freshness = Freshness(QUARTER)
    freshness.saw(taken(5))

    assert freshness.why_too_old(taken(60, held_up_min=59), now=NOON) is not None
