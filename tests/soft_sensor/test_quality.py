"""Reasons are said in the words of the trade, with the numbers that matter."""

import numpy as np
import pytest

from pat.soft_sensor.quality import (
    DistanceLimits,
    Judgement,
    Quality,
    distance_reasons,
    loudest_channels,
    range_reason,
)

AXIS = np.arange(400.0, 1800.0, 1.0)
LIMITS = DistanceLimits(t2=10.0, q=2.0, confidence=0.95)


def peaks(*places):
    return sum(h * np.exp(-0.5 * ((AXIS - c) / 5) ** 2) for c, h in places)


def test_a_q_above_its_limit_is_said_with_its_channels():
    where = loudest_channels(peaks((1450, 0.8), (1003, 1.0)), AXIS, unit="cm-1")

    (reason,) = distance_reasons(5.0, 6.2, limits=LIMITS, where=where)

    assert reason.words == "Q 3.1 times its limit, mostly 1003 and 1450 cm-1"
    assert reason.times_limit == pytest.approx(3.1**0.5)


def test_one_band_is_named_once():
    assert loudest_channels(peaks((1003, 1.0), (1450, 0.1)), AXIS, unit="cm-1") == (
        ", mostly 1003 cm-1"
    )


def test_a_falling_axis_names_the_same_bands():
    found = loudest_channels(peaks((1003, 1.0), (1450, 0.8))[::-1], AXIS[::-1], unit="cm-1")

    assert found == ", mostly 1003 and 1450 cm-1"


def test_process_values_behind_the_channels_are_not_taken_for_channels():
    contributions = np.r_[peaks((600, 1.0)), 50.0]

    assert loudest_channels(contributions, AXIS, unit="cm-1") == ", mostly 600 cm-1"


def test_where_the_axis_is_not_known_no_channel_is_named():
    assert loudest_channels(np.ones(10), np.empty(0), unit="cm-1") == ""
    assert loudest_channels(np.zeros(AXIS.size), AXIS, unit="cm-1") == ""


@pytest.mark.parametrize(
    ("t2", "words"),
    [(10.5, "1.05"), (24.0, "2.4"), (311.0, "31"), (4e9, "over a million")],
)
def test_t2_is_said_in_units_of_its_limit(t2, words):
    (reason,) = distance_reasons(t2, 1.0, limits=LIMITS)

    assert reason.words == f"T2 {words} times its limit"


def test_inside_the_limits_there_is_nothing_to_say():
    assert distance_reasons(10.0, 2.0, limits=LIMITS) == ()
    assert Judgement(Quality.GOOD).text == ""


def test_a_limit_of_zero_is_passed_by_anything():
    limits = DistanceLimits(t2=1.0, q=0.0, confidence=0.95)

    (reason,) = distance_reasons(0.5, 1e-9, limits=limits)

    assert reason.words == "Q above its limit"


def test_a_value_outside_the_range_is_said_with_its_unit():
    reason = range_reason(12.1, calibrated=(0.6, 7.0), margin=0.4, unit="g/L")

    assert reason == "predicted 12.1 g/L is outside the calibrated 0.6 to 7"


@pytest.mark.parametrize("value", [0.3, 0.6, 7.0, 7.3])
def test_a_value_that_may_be_outside_by_chance_alone_is_not_flagged(value):
    assert range_reason(value, calibrated=(0.6, 7.0), margin=0.4, unit="g/L") is None


def test_reasons_are_joined_in_one_text():
    assert Judgement(Quality.UNCERTAIN, ("one", "two")).text == "one; two"
