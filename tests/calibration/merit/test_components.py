"""Variance between and within cultures, and the intervals built on it, hold what they promise."""

import numpy as np
import pytest
from scipy import stats

from pat.calibration.merit import tolerance, variance_components


def draw(rng, n_cultures, *, between, sizes=(3, 17)):
    """Return errors of variance 1, a share of it common to each culture, and the cultures."""
    size = rng.integers(*sizes, n_cultures)
    culture = np.repeat(np.arange(n_cultures), size)
    own = rng.normal(0.0, between**0.5, n_cultures)[culture]
    return own + rng.normal(0.0, (1 - between) ** 0.5, culture.size), culture


def test_a_balanced_layout_gives_the_textbook_mean_squares():
    errors = np.array([1.0, 3.0, 6.0, 8.0, 2.0, 4.0])
    culture = np.array(["a", "a", "b", "b", "c", "c"])
    # Means 2, 7, 3 about 4: mean square between 2·(4 + 9 + 1)/2 = 14; within 6·1/3 = 2.

    found = variance_components(errors, culture)

    assert found.mean == pytest.approx(4.0)
    assert found.within == pytest.approx(2.0)
    assert found.between == pytest.approx((14.0 - 2.0) / 2)
    assert found.mean_variance == pytest.approx(14.0 / 2 / 3)


@pytest.mark.parametrize("between", [0.0, 0.3, 0.8])
def test_the_components_are_right_on_average_for_cultures_of_unequal_size(between):
    rng = np.random.default_rng(int(10 * between))
    found = [variance_components(*draw(rng, 40, between=between)) for _ in range(300)]

    # An estimate of the variance between below zero is cut there: a little upwards.
    assert np.mean([one.between for one in found]) == pytest.approx(between, abs=0.03)
    assert np.mean([one.within for one in found]) == pytest.approx(1 - between, abs=0.02)


def test_the_p_value_of_cultures_that_differ_is_that_of_the_analysis_of_variance():
    errors, culture = draw(np.random.default_rng(4), 7, between=0.3)

    found = variance_components(errors, culture)

    groups = [errors[culture == one] for one in np.unique(culture)]
    assert found.p_value == pytest.approx(stats.f_oneway(*groups).pvalue)
    assert variance_components(np.arange(4.0), np.arange(4)).p_value is None


def test_one_sample_a_culture_leaves_one_variance():
    errors = np.array([0.5, -1.0, 2.0, 0.1])

    found = variance_components(errors, np.arange(4))

    assert found.total == pytest.approx(np.var(errors, ddof=1))
    assert found.freedom == pytest.approx(3.0)


def test_one_culture_has_no_components():
    assert variance_components(np.ones(5), np.zeros(5)) is None


@pytest.mark.parametrize("n_cultures", [5, 12])
@pytest.mark.parametrize("between", [0.0, 0.7])
@pytest.mark.parametrize("share", [0.90, 0.95])
def test_the_tolerance_interval_holds_its_share_of_new_cultures(n_cultures, between, share):
    rng = np.random.default_rng([n_cultures, int(10 * between)])
    held = []
    for _ in range(1500):
        limits = tolerance(
            variance_components(*draw(rng, n_cultures, between=between)), share=share
        )
        new = rng.normal(size=40)
        held.append(np.mean((limits.low < new) & (new < limits.high)))

    # Satterthwaite costs up to a point; four standard errors of the mean are below one.
    assert np.mean(held) == pytest.approx(share, abs=0.015)


def test_the_plain_limits_of_agreement_hold_too_little_with_few_cultures():
    rng = np.random.default_rng(5)
    held = []
    for _ in range(500):
        errors, _ = draw(rng, 5, between=0.7)
        new = rng.normal(size=40)
        held.append(np.mean(np.abs(new - errors.mean()) < 1.96 * errors.std(ddof=1)))

    assert np.mean(held) < 0.90
