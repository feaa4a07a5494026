"""Figures of merit are their definitions, hang together, and say None where they are undefined."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import r2_score, root_mean_squared_error

from pat.calibration.merit import bias, ccc, coverage, q2, r2, rer, rmse, rpd, rpiq, sep, slope

RNG = np.random.default_rng(0)
MEASURED = RNG.uniform(0.5, 8.0, 60)
PREDICTED = 0.4 + 0.9 * MEASURED + RNG.normal(0.0, 0.3, 60)
PAIRS = st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=2, max_size=30)


def test_each_figure_of_a_case_worked_by_hand():
    measured, predicted = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 5.0])
    errors = predicted - measured

    assert rmse(errors) == pytest.approx((5 / 3) ** 0.5)
    assert bias(errors) == pytest.approx(1.0)
    assert sep(errors) == pytest.approx(1.0)
    assert q2(measured, predicted) == pytest.approx(1 - 5 / 2)
    assert slope(measured, predicted) == pytest.approx(1.5)
    assert r2(measured, predicted) == pytest.approx(3.0**2 / (2.0 * 6.0))
    assert rpd(measured, predicted) == pytest.approx(1.0)


def test_figures_agree_with_independent_implementations():
    line = stats.linregress(MEASURED, PREDICTED)

    assert slope(MEASURED, PREDICTED) == pytest.approx(line.slope)
    assert r2(MEASURED, PREDICTED) == pytest.approx(line.rvalue**2)
    assert q2(MEASURED, PREDICTED) == pytest.approx(r2_score(MEASURED, PREDICTED))
    assert rmse(PREDICTED - MEASURED) == pytest.approx(root_mean_squared_error(MEASURED, PREDICTED))
    assert rpd(MEASURED, PREDICTED) == pytest.approx(
        stats.tstd(MEASURED) / stats.tstd(PREDICTED - MEASURED)
    )


@given(PAIRS)
def test_the_squared_rmse_is_bias_and_sep_together(pairs):
    errors = np.array([p - m for m, p in pairs])
    n = errors.size

    assert rmse(errors) ** 2 == pytest.approx(
        bias(errors) ** 2 + sep(errors) ** 2 * (n - 1) / n, abs=1e-9
    )


def test_the_mean_squared_error_splits_into_bias_slope_and_scatter():
    # MSEP = bias² + (1 - slope)² s²_yhat + (1 - r²) s²_y, with the slope of measured on predicted.
    expected = (
        bias(PREDICTED - MEASURED) ** 2
        + (1 - slope(PREDICTED, MEASURED)) ** 2 * PREDICTED.var()
        + (1 - r2(MEASURED, PREDICTED)) * MEASURED.var()
    )

    assert rmse(PREDICTED - MEASURED) ** 2 == pytest.approx(expected)


def test_a_sound_model_has_a_slope_of_about_its_r2():
    truth = RNG.normal(size=20_000)
    shrunken = 0.64 * (truth + RNG.normal(0.0, 0.75, truth.size))  # E[truth | spectrum]

    assert r2(truth, shrunken) == pytest.approx(0.64, abs=0.02)
    assert slope(truth, shrunken) == pytest.approx(0.64, abs=0.02)
    assert slope(shrunken, truth) == pytest.approx(1.0, abs=0.02)


def test_the_mean_of_the_samples_has_a_q2_of_zero_and_worse_has_less():
    assert q2(MEASURED, np.full(60, MEASURED.mean())) == pytest.approx(0.0)
    assert q2(MEASURED, np.full(60, 100.0)) < 0


def test_what_is_undefined_is_none():
    constant, rising = np.full(3, 2.0), np.array([1.0, 2.0, 3.0])

    assert q2(constant, rising) is None
    assert slope(constant, rising) is None
    assert r2(constant, rising) is None
    assert r2(rising, constant) is None
    assert slope(rising, constant) == 0.0
    assert rpd(rising, rising + 1.0) is None
    assert sep(np.array([0.3])) is None
    assert rpd(np.array([1.0]), np.array([2.0])) is None
    assert coverage(np.array([]), np.array([]), np.array([])) is None


@pytest.mark.parametrize("errors", [[], [1.0, np.nan], [np.inf], [[1.0, 2.0]]])
def test_no_figure_comes_from_missing_errors(errors):
    for figure in (rmse, bias, sep):
        with pytest.raises(ValueError, match="expected one finite error a sample"):
            figure(np.array(errors))


def test_pairs_must_be_pairs():
    with pytest.raises(ValueError, match="expected as many predictions as assays"):
        q2(np.ones(3), np.ones(4))


def test_coverage_counts_both_ends_and_leaves_missing_intervals_out():
    lower = np.array([0.0, 0.0, 0.0, np.nan, 0.0])
    upper = np.array([1.0, 1.0, 1.0, 1.0, 1.0])
    measured = np.array([0.0, 1.0, 1.1, 0.5, np.nan])

    assert coverage(lower, upper, measured) == pytest.approx(2 / 3)


def test_concordance_is_the_correlation_less_what_bias_and_slope_cost():
    rng = np.random.default_rng(8)
    measured = rng.normal(size=200)
    predicted = 0.8 * measured + 0.3 + rng.normal(0, 0.2, 200)
    correlation = np.corrcoef(measured, predicted)[0, 1]
    scale = predicted.std() / measured.std()
    shift = (predicted.mean() - measured.mean()) / np.sqrt(predicted.std() * measured.std())
    accuracy = 2 / (scale + 1 / scale + shift**2)  # Lin's C_b

    assert ccc(measured, predicted) == pytest.approx(correlation * accuracy)
    assert ccc(measured, measured) == pytest.approx(1.0)
    assert ccc(np.ones(3), np.ones(3)) is None


def test_rer_and_rpiq_are_ranges_over_sep():
    measured = np.arange(9.0)
    predicted = measured + np.tile([0.5, -0.5, 0.0], 3)
    spread = np.std(predicted - measured, ddof=1)

    assert rer(measured, predicted) == pytest.approx(8 / spread)
    assert rpiq(measured, predicted) == pytest.approx(4 / spread)
    assert rer(measured, measured) is None
