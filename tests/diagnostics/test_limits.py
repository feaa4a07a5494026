"""Limits promise a rate of false alarms; here they are held to it.

Oracles: exact special cases, simulated draws, and the share of repeated observations.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pat.diagnostics import box_limit, q_limit, robust_box_limit, t2_limit

ONE_DIRECTION_ABOVE_NOISE = np.r_[10.0, np.full(300, 0.02)]
SMOOTH_DECAY = np.geomspace(4.0, 1e-3, num=80)


@pytest.mark.parametrize("n_discarded", [1, 5, 50, 500])
@pytest.mark.parametrize("confidence", [0.90, 0.95, 0.99])
def test_q_limit_is_the_chi_square_quantile_for_equal_variances(n_discarded, confidence):
    # Q is then a sum of n_discarded squared standard normals: an exact answer.
    expected = stats.chi2.ppf(confidence, df=n_discarded)

    actual = q_limit(np.ones(n_discarded), confidence=confidence)

    assert actual == pytest.approx(expected)


@pytest.mark.parametrize("variances", [ONE_DIRECTION_ABOVE_NOISE, SMOOTH_DECAY])
def test_q_limit_raises_the_false_alarm_rate_that_was_asked_for(variances):
    rng = np.random.default_rng(20240501)
    scores = rng.normal(size=(20_000, variances.size)) * np.sqrt(variances)
    q = np.sum(scores**2, axis=1)

    false_alarms = np.mean(q > q_limit(variances, confidence=0.95))

    # Six binomial standard errors at n = 20 000, plus what the approximation costs.
    assert false_alarms == pytest.approx(0.05, abs=0.01)


@given(scale=st.floats(1e-6, 1e6))
def test_q_limit_has_the_unit_of_the_variances(scale):
    assert q_limit(scale * SMOOTH_DECAY) == pytest.approx(scale * q_limit(SMOOTH_DECAY))


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.5, 95.0])
def test_a_confidence_outside_zero_to_one_is_refused(confidence):
    for limit in (q_limit, box_limit, robust_box_limit):
        with pytest.raises(ValueError, match="confidence must lie inside"):
            limit(np.ones(4), confidence=confidence)
    with pytest.raises(ValueError, match="confidence must lie inside"):
        t2_limit(20, 3, confidence=confidence)


def test_a_model_without_residual_has_no_q_limit():
    with pytest.raises(ValueError, match="no residual variance"):
        q_limit(np.zeros(3))


@pytest.mark.parametrize(("n_samples", "n_components"), [(12, 1), (15, 4), (40, 6)])
def test_t2_limit_raises_the_false_alarm_rate_that_was_asked_for(n_samples, n_components):
    rng = np.random.default_rng(7)
    n_calibrations, n_new = 2_000, 20
    alarms = 0
    for _ in range(n_calibrations):
        scores = rng.normal(size=(n_samples, n_components))
        new = rng.normal(size=(n_new, n_components)) - scores.mean(axis=0)
        precision = np.linalg.inv(np.atleast_2d(np.cov(scores, rowvar=False)))
        t2 = np.sum(new @ precision * new, axis=1)
        alarms += np.sum(t2 > t2_limit(n_samples, n_components, confidence=0.95))

    # Four standard errors: calibrations vary, so 2 000 of them count, not 40 000 spectra.
    assert alarms / (n_calibrations * n_new) == pytest.approx(0.05, abs=0.008)


def test_t2_limit_nears_chi_square_with_many_samples():
    assert t2_limit(1_000_000, 4) == pytest.approx(stats.chi2.ppf(0.95, 4), rel=1e-4)


def test_t2_limit_needs_more_samples_than_components():
    with pytest.raises(ValueError, match="more samples than components"):
        t2_limit(5, 5)


@pytest.mark.parametrize("limit", [box_limit, robust_box_limit])
@pytest.mark.parametrize("h", [1.0, 3.0, 40.0])
def test_limits_from_many_distances_are_the_scaled_chi_square_quantile(limit, h):
    distances = 0.3 * stats.chi2.ppf((np.arange(20_000) + 0.5) / 20_000, df=h)

    actual = limit(distances, confidence=0.99)

    assert actual == pytest.approx(0.3 * stats.chi2.ppf(0.99, df=h), rel=0.01)


def test_strangers_among_the_distances_move_the_robust_limit_little():
    clean = stats.chi2.ppf((np.arange(900) + 0.5) / 900, df=5)
    mixed = np.r_[clean, np.full(100, 500.0)]

    assert robust_box_limit(mixed) < 1.3 * robust_box_limit(clean)
    assert box_limit(mixed) > 5 * box_limit(clean)


def test_a_weight_counts_like_repeating_the_distance():
    distances = np.array([1.0, 2.0, 5.0, 9.0])
    weights = np.array([3.0, 1.0, 2.0, 1.0])
    repeated = np.repeat(distances, [300, 100, 200, 100])

    weighted_mean = np.average(distances, weights=weights)
    variance = np.average((distances - weighted_mean) ** 2, weights=weights)
    unbiased = variance / (1 - np.sum((weights / weights.sum()) ** 2))
    h = 2 * weighted_mean**2 / unbiased

    expected = weighted_mean / h * stats.chi2.ppf(0.95, h)
    assert box_limit(distances, weights=weights) == pytest.approx(expected)
    assert np.mean(repeated) == pytest.approx(weighted_mean)


@pytest.mark.parametrize("share_between", [0.1, 0.5, 0.9])
def test_new_cultures_raise_about_the_false_alarms_that_were_asked_for(share_between):
    rng = np.random.default_rng(3)
    plain, corrected = [], []
    for _ in range(300):
        distances = _culture_distances(rng, share_between, n_cultures=12, n_samples=14).ravel()
        new = _culture_distances(rng, share_between, n_cultures=400, n_samples=1).ravel()
        plain.append(np.mean(new > box_limit(distances, confidence=0.975)))
        limit = box_limit(distances, n_cultures=12, confidence=0.975)
        corrected.append(np.mean(new > limit))

    # Twelve cultures that hang together cannot fix the tail; within a point and a half.
    assert np.mean(corrected) == pytest.approx(0.025, abs=0.015)
    assert np.mean(corrected) < np.mean(plain)


def test_the_correction_for_the_number_of_cultures_fades():
    distances = stats.chi2.ppf((np.arange(500) + 0.5) / 500, df=4)

    limits = [box_limit(distances, n_cultures=n) for n in (3, 12, 100, 1_000_000)]

    assert limits == sorted(limits, reverse=True)
    assert limits[-1] == pytest.approx(box_limit(distances), rel=1e-4)


def test_equal_distances_are_their_own_limit():
    assert box_limit(np.full(6, 2.5)) == 2.5
    assert robust_box_limit(np.full(6, 2.5)) == 2.5


def test_one_distance_gives_no_limit():
    with pytest.raises(ValueError, match="two distances or more"):
        box_limit(np.ones(1))
    with pytest.raises(ValueError, match="two distances or more"):
        robust_box_limit(np.ones(1))


def _culture_distances(rng, share_between, *, n_cultures, n_samples):
    """Return T2 of five scores, part of whose variance is common to a culture."""
    between = rng.normal(size=(n_cultures, 1, 5)) * np.sqrt(share_between)
    within = rng.normal(size=(n_cultures, n_samples, 5)) * np.sqrt(1 - share_between)
    return np.sum((between + within) ** 2, axis=-1)
