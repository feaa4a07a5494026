"""A bias or a larger error is found as often as the tests say, cultures counting once."""

import numpy as np
import pytest
from scipy import stats

from pat.calibration.merit import bias_test, spread_of, spread_test
from tests.calibration.merit.test_components import draw


def test_it_is_students_t_on_the_means_of_the_cultures():
    errors, culture = draw(np.random.default_rng(0), 8, between=0.5)
    means = [errors[culture == c].mean() for c in np.unique(culture)]
    oracle = stats.ttest_1samp(means, 0.0)

    found = bias_test(errors, culture)

    assert found.p_value == pytest.approx(oracle.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(oracle.confidence_interval(0.95)))


def test_it_finds_no_bias_where_cultures_differ_but_t_over_samples_does():
    rng = np.random.default_rng(1)
    drawn = [draw(rng, 8, between=0.5) for _ in range(1000)]

    by_culture = np.mean([bias_test(*one).p_value < 0.05 for one in drawn])
    by_sample = np.mean([stats.ttest_1samp(errors, 0.0).pvalue < 0.05 for errors, _ in drawn])

    assert by_culture == pytest.approx(0.05, abs=0.028)  # four binomial standard errors
    assert by_sample > 0.25


def test_equivalence_at_the_limit_itself_is_claimed_once_in_twenty():
    rng = np.random.default_rng(2)
    claimed = []
    for _ in range(1500):
        errors, culture = draw(rng, 10, between=0.5)
        claimed.append(bias_test(errors + 2.0, culture, limit=2.0).p_equivalent < 0.05)

    assert np.mean(claimed) == pytest.approx(0.05, abs=0.023)


def test_a_small_bias_is_shown_to_be_small():
    errors, culture = draw(np.random.default_rng(3), 20, between=0.2)

    found = bias_test(errors, culture, limit=1.0)

    assert found.p_equivalent < 1e-3
    assert "is shown to lie within 1" in found.meaning


@pytest.mark.parametrize("errors,p_value", [(np.zeros(6), 1.0), (np.full(6, 0.5), 0.0)])
def test_errors_that_do_not_vary_are_told_from_zero_exactly(errors, p_value):
    assert bias_test(errors, np.repeat([0, 1, 2], 2)).p_value == p_value


@pytest.mark.parametrize("between,most", [(0.0, 0.075), (0.7, 0.095)])
def test_a_spread_that_has_not_grown_is_called_grown_once_in_twenty(between, most):
    rng = np.random.default_rng(4)
    alarms = []
    for _ in range(1000):
        errors, culture = draw(rng, 10, between=between)
        before, cultures = draw(rng, 14, between=between)
        found = spread_test(errors, culture, reference=spread_of(before, cultures))
        alarms.append(found.p_value < 0.05)

    # Satterthwaite's approximation errs by two points where cultures' own biases dominate.
    assert 0.025 < np.mean(alarms) < most


def test_equal_sizes_without_culture_effect_give_nearly_the_plain_f_test():
    rng = np.random.default_rng(6)
    errors, before = rng.normal(size=400), rng.normal(size=600)

    found = spread_test(errors, np.arange(400), reference=spread_of(before, np.arange(600)))
    ratio = np.var(errors, ddof=1) / np.var(before, ddof=1)

    assert found.p_value == pytest.approx(stats.f.sf(ratio, 399, 599))


def test_an_error_doubled_is_found():
    rng = np.random.default_rng(7)
    errors, culture = draw(rng, 12, between=0.3)

    found = spread_test(2 * errors, culture, reference=spread_of(errors, culture))

    assert found.p_value < 0.01
    assert "larger than validated" in found.meaning
