"""Limits of detection are those of a straight line in one variable, and hold for blanks."""

import numpy as np
import pytest

from pat.calibration.merit import detection_limits


def test_one_variable_gives_the_limit_of_a_straight_line():
    # Signal = slope * amount: the textbook's 3.3 s/slope * sqrt(1 + 1/n + mean²/sum of squares).
    amounts = np.array([0.5, 1.0, 2.0, 3.5, 5.0])
    slope, s = 7.0, 0.35
    centred = amounts - amounts.mean()
    leverage = centred**2 / (centred @ centred)

    found = detection_limits(leverage, amounts, noise=s / slope)

    blank = 1 / 5 + amounts.mean() ** 2 / (centred @ centred)
    expected = 3.3 * s / slope * np.sqrt(1 + blank)
    assert found.low == pytest.approx(expected)
    assert found.high == pytest.approx(expected)
    assert found.quantitation == pytest.approx((expected / 0.33, expected / 0.33))


def test_the_spread_of_blanks_over_calibrations_is_what_the_limit_says():
    # Calibrate again and again on noisy signals and noisy assays, predict a blank each time.
    rng = np.random.default_rng(0)
    amounts = np.linspace(1, 6, 20)
    slope, s, sel = 2.0, 0.2, 0.1
    blanks = np.empty(4000)
    for number in range(blanks.size):
        signal = slope * amounts + s * rng.normal(size=20)
        assays = amounts + sel * rng.normal(size=20)
        # The signal is nearly without error beside its range, so that inverse regression serves.
        gain = np.polyfit(signal, assays, 1)
        blanks[number] = np.polyval(gain, s * rng.normal())
    centred = amounts - amounts.mean()

    found = detection_limits(centred**2 / (centred @ centred), amounts, noise=s / slope, sel=sel)

    assert found.low == pytest.approx(3.3 * blanks.std(), rel=0.05)


def test_a_background_far_from_the_others_raises_the_upper_limit_alone():
    amounts = np.linspace(1, 6, 10)
    centred = amounts - amounts.mean()
    plain = centred**2 / (centred @ centred)
    odd = plain + np.eye(10)[3] * 0.5

    one, other = (detection_limits(h, amounts, noise=0.1) for h in (plain, odd))

    assert other.low == pytest.approx(one.low)
    assert other.high == pytest.approx(np.sqrt(one.high**2 + 0.5 * (3.3 * 0.1) ** 2))
    assert "cannot be told from none" in other.meaning(0.5)
    assert "above the limit" in other.meaning(50.0)


def test_equal_assays_have_no_limit():
    assert detection_limits(np.zeros(4), np.full(4, 2.0), noise=0.1) is None
