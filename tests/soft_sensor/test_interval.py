"""The interval holds the next assay of a new culture as often as it says.

Oracles: exact small cases, and simulated campaigns in which residuals of a culture hang
together, follow the spectrum, or lie more to one side.
"""

import numpy as np
import pytest
from scipy import stats

from pat.errors import CalibrationError
from pat.soft_sensor.interval import IntervalMethod, residual_interval


def interval_of(residuals, n_samples=1, *, cultures=None, samples=None, confidence=0.95, **seen):
    n = len(residuals)
    names = np.repeat([f"V{c}" for c in range(n // n_samples)], n_samples).astype(object)
    return residual_interval(
        np.asarray(residuals, dtype=np.float64),
        names if cultures is None else cultures,
        np.arange(n) if samples is None else samples,
        t2=seen.get("t2", np.ones(n)),
        q=seen.get("q", np.ones(n)),
        confidence=confidence,
    )


def alternating(n):
    return np.where(np.arange(n) % 2, 1.0, -1.0)


def test_nineteen_cultures_give_the_largest_residual():
    residuals = np.arange(1.0, 20.0) * alternating(19)

    interval = interval_of(residuals)

    assert interval.half_width == pytest.approx(19.0)
    assert interval.method is IntervalMethod.CONFORMAL
    assert interval.n_effective == pytest.approx(19.0)


def test_thirty_nine_cultures_give_the_second_largest_residual():
    # The level 0.95 · 40/39 is 38/39: the 38th of 39.
    interval = interval_of(np.arange(1.0, 40.0) * alternating(39))

    assert interval.half_width == pytest.approx(38.0)


def test_nine_cultures_are_enough_for_ninety_per_cent():
    interval = interval_of(np.arange(1.0, 10.0) * alternating(9), confidence=0.9)

    assert interval.method is IntervalMethod.CONFORMAL
    assert interval.half_width == pytest.approx(9.0)


def test_eighteen_cultures_fall_back_on_student():
    interval = interval_of(np.full(18, 0.5) * alternating(18))

    assert interval.method is IntervalMethod.STUDENT_T
    expected = stats.t.ppf(0.975, 17) * 0.5 * np.sqrt(19 / 18)
    assert interval.half_width == pytest.approx(expected)
    assert "needs 19 cultures" in interval.in_words("g/L")


def test_each_culture_weighs_the_same():
    rng = np.random.default_rng(2)
    sizes = np.r_[np.full(1000, 0.1), np.full(20, 1.0)]
    cultures = np.array(["big"] * 1000 + ["small"] * 20, dtype=object)

    interval = interval_of(sizes * rng.choice([-1, 1], 1020), cultures=cultures)

    spread = np.sqrt((0.1**2 + 1.0**2) / 2)
    # Two cultures, each of one mind: worth two residuals.
    assert interval.n_effective == pytest.approx(2.0, rel=1e-3)
    expected = stats.t.ppf(0.975, 1) * spread * np.sqrt(1.5)
    assert interval.half_width == pytest.approx(expected, rel=0.01)


def test_spectra_of_one_sample_count_as_one():
    rng = np.random.default_rng(3)
    once = rng.normal(size=60)

    alone = interval_of(once, 3)
    repeated = interval_of(np.repeat(once, 5), 15, samples=np.repeat(np.arange(60), 5))

    assert repeated.n_effective == pytest.approx(alone.n_effective)
    assert repeated.half_width == pytest.approx(alone.half_width, rel=0.02)


def test_one_culture_has_no_interval():
    with pytest.raises(CalibrationError, match="two cultures or more; got 1"):
        interval_of(np.ones(5), 5)


@pytest.mark.parametrize("confidence", [0.90, 0.95])
@pytest.mark.parametrize("n_cultures", [5, 12, 24, 40])
@pytest.mark.parametrize("share_between", [0.05, 0.4, 0.8])
def test_the_interval_covers_a_new_culture(n_cultures, share_between, confidence):
    rng = np.random.default_rng(17)
    covered = []
    for _ in range(200):
        residuals = _residuals(rng, n_cultures, 10, share_between)
        interval = interval_of(residuals.ravel(), 10, confidence=confidence)
        new = _residuals(rng, 50, 1, share_between)
        covered.append(np.mean((-interval.above <= new) & (new <= interval.below)))

    # Of 200 calibrations the mean is known to about half a point; five cultures whose samples
    # are all alike tell too little of how alike they are.
    least = confidence - (0.03 if n_cultures == 5 else 0.01)
    assert least <= np.mean(covered) <= confidence + 0.035


def test_twelve_vessels_do_not_pay_for_what_they_know():
    rng = np.random.default_rng(19)
    widths = [interval_of(_residuals(rng, 20, 12, 0.1).ravel(), 12).half_width for _ in range(100)]

    # 1.96 is what all cultures of the world would give; the largest of 240 residuals is 2.9.
    assert np.mean(widths) == pytest.approx(1.96, rel=0.06)


def test_a_strange_spectrum_has_a_wide_interval_and_a_quiet_one_a_narrow_one():
    rng = np.random.default_rng(23)
    strangeness = rng.chisquare(4, size=480) / 4
    residuals = rng.normal(size=480) * np.sqrt(strangeness)

    interval = interval_of(residuals, 20, t2=strangeness, q=strangeness)
    lower, upper = interval.bounds(
        np.zeros(3), t2=np.array([1.0, 4.0, 0.25]), q=np.array([1.0, 4.0, 0.25])
    )

    assert interval.share > 0.8
    half = (upper - lower) / 2
    assert half[1] / half[0] == pytest.approx(2.0, rel=0.1)
    assert half[2] / half[0] == pytest.approx(0.5, rel=0.2)


def test_where_residuals_do_not_follow_the_spectrum_the_width_hardly_does():
    rng = np.random.default_rng(29)

    interval = interval_of(rng.normal(size=480), 20, t2=rng.chisquare(4, 480), q=np.ones(480))

    assert interval.share < 0.25


def test_residuals_of_one_side_widen_that_side():
    rng = np.random.default_rng(31)
    covered, missed = [], []
    for _ in range(100):
        residuals = rng.exponential(size=480) - 0.7
        interval = interval_of(residuals, 20)
        new = rng.exponential(size=2000) - 0.7
        covered.append(np.mean((new <= interval.below) & (new >= -interval.above)))
        missed.append(interval.below / interval.above)

    assert np.mean(covered) == pytest.approx(0.95, abs=0.01)
    assert np.mean(missed) > 1.5


def test_symmetric_residuals_have_a_symmetric_interval():
    rng = np.random.default_rng(37)
    ratios = [interval_of(rng.normal(size=240), 12) for _ in range(50)]

    assert np.mean([r.below == r.above for r in ratios]) > 0.7


def test_bounds_lie_around_the_value_and_are_missing_with_it():
    interval = interval_of(np.arange(1.0, 20.0) * alternating(19))

    lower, upper = interval.bounds(np.array([10.0, np.nan]), t2=np.ones(2), q=np.ones(2))

    assert lower == pytest.approx([-9.0, np.nan], nan_ok=True)
    assert upper == pytest.approx([29.0, np.nan], nan_ok=True)


def test_bounds_stay_finite_whatever_the_distance():
    interval = interval_of(np.arange(1.0, 20.0) * alternating(19))

    bounds = interval.bounds(np.zeros(1), t2=np.array([1e308]), q=np.array([1e308]))

    assert np.isfinite(bounds).all()


def _residuals(rng, n_cultures, n_samples, share_between):
    between = rng.normal(size=(n_cultures, 1)) * np.sqrt(share_between)
    return between + rng.normal(size=(n_cultures, n_samples)) * np.sqrt(1 - share_between)
