"""A learning curve tells from left-out cultures what more of them would bring."""

from itertools import pairwise

import numpy as np
import pytest

from pat.calibration.learning_curve import FEWEST, floor_and_gain, learning_curve
from pat.errors import CalibrationError

N_SAMPLES = 4


def culture_means(n_cultures, rng, *, spread=1.0):
    """Return assays that differ by culture alone, and a sensor that predicts their mean."""
    groups = np.repeat([f"V{number:02d}" for number in range(n_cultures)], N_SAMPLES)
    targets = np.repeat(spread * rng.normal(size=n_cultures), N_SAMPLES)

    def fit_predict(train, held):
        return np.full(int(held.sum()), targets[train].mean())

    return fit_predict, targets, groups.astype(object)


def test_floor_and_gain_of_an_exact_curve_are_found():
    counts = np.array([4, 8, 12, 18])

    floor, gain = floor_and_gain(counts, 0.04 + 0.6 / counts)

    assert floor == pytest.approx(0.04)
    assert gain == pytest.approx(0.6)


def test_an_error_that_rises_with_the_cultures_promises_no_gain():
    floor, gain = floor_and_gain(np.array([4, 8, 12]), np.array([0.1, 0.11, 0.12]))

    assert gain == 0.0
    assert floor == pytest.approx(0.11, abs=0.01)


def test_no_culture_that_is_tested_was_learnt_from_and_smaller_sets_are_parts_of_larger_ones():
    seen = []
    targets, groups = np.zeros(30), np.repeat(list("abcdefghij"), 3).astype(object)

    def fit_predict(train, held):
        seen.append((set(groups[train]), set(groups[held])))
        return np.zeros(int(held.sum()))

    curve = learning_curve(fit_predict, targets, groups, rng=np.random.default_rng(0), n_repeats=1)

    assert all(not train & held for train, held in seen)
    for (smaller, held), (larger, same) in pairwise(seen):
        assert held != same or smaller < larger
    tested = [held for train, held in seen if len(train) == curve.counts[0]]
    assert sorted(name for held in tested for name in held) == sorted(set(groups))


def test_the_mean_of_k_cultures_is_off_by_one_plus_one_kth_of_their_variance():
    fit_predict, targets, groups = culture_means(400, np.random.default_rng(1))

    curve = learning_curve(fit_predict, targets, groups, rng=np.random.default_rng(2), n_repeats=1)

    # The standard error of a mean of 400 chi-squares is 7 %; half of it in the root.
    np.testing.assert_allclose(curve.rmse**2, 1 + 1 / curve.counts, rtol=0.25)


def test_the_interval_holds_the_error_that_more_cultures_really_have():
    held = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        fit_predict, targets, groups = culture_means(16, rng)
        curve = learning_curve(fit_predict, targets, groups, rng=rng)
        found = curve.expected(6)
        held += found.low <= np.sqrt(1 + 1 / 22) <= found.high
        assert found.n_cultures == 22
        assert 0 <= found.gain_low <= found.gain <= found.gain_high
    # A nominal 95 %, of 60: what a binomial allows on either side, and the jackknife's own error.
    assert 51 <= held <= 60


def test_too_few_cultures_are_refused():
    fit_predict, targets, groups = culture_means(FEWEST - 1, np.random.default_rng(3))

    with pytest.raises(CalibrationError, match="expected at least 6 cultures"):
        learning_curve(fit_predict, targets, groups, rng=np.random.default_rng(4))
