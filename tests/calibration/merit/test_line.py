"""Deming's line finds slope and intercept through errors on both sides, and tests them together."""

import numpy as np
import pytest
from scipy import optimize

from pat.calibration.merit import line_test


def campaign(rng, *, n_cultures=12, slope=1.0, intercept=0.0, sel=0.5, own=0.7):
    """Return assays, predictions and cultures; the errors of a culture are partly common."""
    culture = np.repeat(np.arange(n_cultures), 10)
    truth = rng.uniform(0, 6, culture.size)
    common = rng.normal(0.0, 0.3**0.5, n_cultures)[culture]
    errors = own * (common + rng.normal(0.0, 0.7**0.5, culture.size))
    measured = truth + rng.normal(0.0, sel, culture.size)
    return measured, intercept + slope * truth + errors, culture


def test_the_line_has_the_least_distances_weighted_by_the_error_variances():
    measured, predicted, culture = campaign(np.random.default_rng(0), slope=0.8)
    spread = np.std(predicted - measured, ddof=1)
    sel = spread / 2

    def weighted_distances(line):
        residual = predicted - line[0] - line[1] * measured
        return np.sum(residual**2) / (3.0 + line[1] ** 2)  # variances 3 to 1

    fitted = optimize.minimize(weighted_distances, x0=[0.0, 1.0], tol=1e-10)

    found = line_test(measured, predicted, culture, sel=sel)

    assert found.error_ratio == pytest.approx(3.0)
    assert [found.intercept, found.slope] == pytest.approx(fitted.x, rel=1e-4)


def test_without_the_assays_error_it_is_ordinary_regression():
    measured, predicted, culture = campaign(np.random.default_rng(1))

    found = line_test(measured, predicted, culture)

    assert [found.slope, found.intercept] == pytest.approx(np.polyfit(measured, predicted, 1))


def test_the_assays_error_does_not_flatten_the_line():
    rng = np.random.default_rng(2)
    drawn = [campaign(rng, sel=1.0) for _ in range(200)]

    aware = np.mean([line_test(*one, sel=1.0).slope for one in drawn])
    unaware = np.mean([line_test(*one).slope for one in drawn])

    assert aware == pytest.approx(1.0, abs=0.015)
    assert unaware < 0.8


def test_a_line_of_identity_is_rejected_about_once_in_twenty():
    rng = np.random.default_rng(3)
    rejected = [line_test(*campaign(rng), sel=0.5).p_value < 0.05 for _ in range(1000)]

    # Measured over 1,500 campaigns: 6 to 7 %; the jackknife is a little bold with 12 cultures.
    assert 0.03 < np.mean(rejected) < 0.09


@pytest.mark.parametrize("wrong", [{"slope": 0.75}, {"intercept": 0.9}])
def test_a_wrong_slope_or_intercept_is_found(wrong):
    found = line_test(*campaign(np.random.default_rng(4), **wrong), sel=0.5)

    assert found.p_value < 0.05
    assert "do not follow" in found.meaning


@pytest.mark.parametrize("n_cultures", [1, 3])
def test_too_few_cultures_have_no_line(n_cultures):
    assert line_test(*campaign(np.random.default_rng(5), n_cultures=n_cultures)) is None


def test_predictions_equal_to_the_assays_are_the_identity():
    measured, _, culture = campaign(np.random.default_rng(6))

    found = line_test(measured, measured, culture)

    assert found.slope == pytest.approx(1.0)
    assert found.p_value > 0.99
