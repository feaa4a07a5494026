"""Several distances together raise the false alarms that were asked for, each its share.

Oracle: simulated distances of light and heavy tails, of cultures that hang together or not.
"""

import numpy as np
import pytest

from pat.soft_sensor.joint_limits import joint_limits
from pat.soft_sensor.residual_spread import Shares


def distances(rng, n_cultures, n_samples, *, between):
    """Return four distances: two Gaussian, one heavy-tailed, one of many degrees of freedom."""
    own = np.exp(between * rng.normal(size=(4, n_cultures, 1)))
    shape = (n_cultures, n_samples)
    drawn = np.stack(
        [
            np.abs(rng.normal(size=shape)),
            np.sqrt(rng.chisquare(8, size=shape)),
            np.abs(rng.standard_t(4, size=shape)),
            np.sqrt(rng.chisquare(200, size=shape)),
        ]
    )
    return (own * drawn).reshape(4, -1)


@pytest.mark.parametrize("n_cultures", [12, 24])
@pytest.mark.parametrize(("between", "most"), [(0.0, 0.06), (0.1, 0.06), (0.2, 0.075)])
def test_together_they_flag_one_in_twenty_and_none_of_them_alone(n_cultures, between, most):
    rng = np.random.default_rng(8)
    cultures = np.repeat(np.arange(n_cultures), 14).astype(object)
    shares = Shares.of(cultures, np.arange(cultures.size))
    flagged, each = [], []
    for _ in range(120):
        limits = joint_limits(
            distances(rng, n_cultures, 14, between=between), shares, confidence=0.95
        )
        passed = distances(rng, 300, 1, between=between) > limits[:, None]
        flagged.append(passed.any(axis=0).mean())
        each.append(passed.mean(axis=1))

    # The mean of 120 calibrations is known to half a point.
    assert 0.035 <= np.mean(flagged) <= most
    assert np.max(np.mean(each, axis=0)) < 0.75 * np.mean(flagged)


def test_one_odd_culture_of_twelve_does_not_treble_the_limits():
    rng = np.random.default_rng(11)
    shares = Shares.of(np.repeat(np.arange(12), 14).astype(object), np.arange(168))
    usual = distances(rng, 12, 14, between=0.0)
    odd = usual.copy()
    odd[:, :7] *= 5.0

    grown = joint_limits(odd, shares, confidence=0.95) / joint_limits(
        usual, shares, confidence=0.95
    )

    assert np.all(grown > 1.0)
    assert np.max(grown) < 1.3


def test_few_spectra_of_three_cultures_have_wide_limits():
    rng = np.random.default_rng(9)
    few = distances(rng, 3, 2, between=0.0)
    shares = Shares.of(np.repeat(np.arange(3), 2).astype(object), np.arange(6))

    limits = joint_limits(few, shares, confidence=0.95)

    assert np.all(limits > few.max(axis=1))


def test_a_distance_that_is_always_zero_has_a_limit_of_zero():
    rng = np.random.default_rng(10)
    found = np.vstack([distances(rng, 12, 5, between=0.0), np.zeros(60)])
    shares = Shares.of(np.repeat(np.arange(12), 5).astype(object), np.arange(60))

    limits = joint_limits(found, shares, confidence=0.95)

    assert limits[-1] == 0.0
    assert np.all(limits[:-1] > 0)


def test_a_distance_told_twice_counts_once():
    rng = np.random.default_rng(12)
    shares = Shares.of(np.repeat(np.arange(12), 14).astype(object), np.arange(168))
    found = distances(rng, 12, 14, between=0.0)[:2]
    constant = np.full((1, 168), 3.0)

    once = joint_limits(found, shares, confidence=0.95)
    twice = joint_limits(np.vstack([found, found, constant]), shares, confidence=0.95)

    np.testing.assert_allclose(twice, [*once, *once, 3.0], rtol=1e-6)


def test_what_theory_knows_of_a_distance_steadies_its_limit():
    rng = np.random.default_rng(13)
    shares = Shares.of(np.repeat(np.arange(12), 14).astype(object), np.arange(168))
    known = np.array([True, False])
    limits = []
    for _ in range(60):
        own = np.exp(0.3 * rng.normal(size=(1, 12, 1)))
        normal = (own * np.abs(rng.normal(size=(1, 12, 14)))).reshape(1, -1)
        found = np.vstack([normal, np.sqrt(rng.chisquare(8, size=(1, 168)))])
        limits.append(
            [
                joint_limits(found, shares, confidence=0.95, standard_normal=some)[0]
                for some in (known, None)
            ]
        )

    steadied, alone = np.log(limits).std(axis=0)
    assert steadied < 0.8 * alone
    assert np.mean(limits, axis=0)[0] == pytest.approx(np.mean(limits, axis=0)[1], rel=0.1)
