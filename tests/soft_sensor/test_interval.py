"""The interval holds the next assay of a new culture as often as it says.

Oracles: exact small cases, and simulated campaigns in which residuals of a culture hang
together.
"""

import numpy as np
import pytest
from scipy import stats

from pat.errors import CalibrationError
from pat.soft_sensor.interval import IntervalMethod, residual_interval, weighted_quantile


def named(n_cultures, n_samples):
    return np.repeat([f"V{c}" for c in range(n_cultures)], n_samples).astype(object)


def test_nineteen_cultures_give_the_largest_residual():
    residuals = np.linspace(-3, 1, 19)

    interval = residual_interval(residuals, named(19, 1))

    assert interval.half_width == 3.0
    assert interval.method is IntervalMethod.CULTURE_QUANTILE


def test_thirty_nine_cultures_give_the_second_largest_residual():
    # The level 0.95 · 40/39 is 38/39: the 38th of 39.
    residuals = np.arange(1.0, 40.0)

    assert residual_interval(residuals, named(39, 1)).half_width == 38.0


def test_eighteen_cultures_fall_back_on_student():
    residuals = np.tile([0.5, -0.5], 18)

    interval = residual_interval(residuals, named(18, 2))

    assert interval.method is IntervalMethod.STUDENT_T
    expected = stats.t.ppf(0.975, 17) * 0.5 * np.sqrt(19 / 18)
    assert interval.half_width == pytest.approx(expected)


def test_each_culture_weighs_the_same():
    residuals = np.r_[np.full(100, 0.1), np.full(2, 1.0)]
    cultures = np.array(["big"] * 100 + ["small"] * 2, dtype=object)

    interval = residual_interval(residuals, cultures)

    spread = np.sqrt((0.1**2 + 1.0**2) / 2)
    assert interval.half_width == pytest.approx(stats.t.ppf(0.975, 1) * spread * np.sqrt(1.5))


def test_one_culture_has_no_interval():
    with pytest.raises(CalibrationError, match="two cultures or more; got 1"):
        residual_interval(np.ones(5), named(1, 5))


def test_the_weighted_quantile_is_the_sorted_value_for_equal_weights():
    values = np.array([5.0, 1.0, 4.0, 2.0, 3.0])

    levels = [weighted_quantile(values, np.full(5, 0.2), level=k / 5) for k in range(1, 6)]

    assert levels == [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize("n_cultures", [5, 12, 24, 40])
@pytest.mark.parametrize("share_between", [0.2, 0.8])
def test_the_interval_covers_a_new_culture(n_cultures, share_between):
    rng = np.random.default_rng(17)
    covered = []
    for _ in range(400):
        residuals = _residuals(rng, n_cultures, 10, share_between)
        interval = residual_interval(residuals.ravel(), named(n_cultures, 10))
        new = _residuals(rng, 50, 1, share_between)
        covered.append(np.mean(np.abs(new) <= interval.half_width))

    # Never below its promise (three standard errors). Above it where few cultures are known:
    # Student's t takes all residuals of a culture as one.
    assert 0.95 - 0.01 <= np.mean(covered) <= (0.997 if n_cultures < 19 else 0.99)


def test_bounds_lie_around_the_value_and_are_missing_with_it():
    interval = residual_interval(np.linspace(-3, 1, 19), named(19, 1))

    lower, upper = interval.bounds(np.array([10.0, np.nan]))

    np.testing.assert_allclose(lower, [7.0, np.nan])
    np.testing.assert_allclose(upper, [13.0, np.nan])


def _residuals(rng, n_cultures, n_samples, share_between):
    between = rng.normal(size=(n_cultures, 1)) * np.sqrt(share_between)
    return between + rng.normal(size=(n_cultures, n_samples)) * np.sqrt(1 - share_between)
