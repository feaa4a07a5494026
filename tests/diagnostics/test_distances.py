"""T2 and Q are the textbook's distances, and their contributions add up to them."""

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis

from pat.diagnostics import (
    hotelling_t2,
    q_contributions,
    score_spread,
    squared_residual,
    t2_contributions,
)


@pytest.fixture
def scores():
    rng = np.random.default_rng(5)
    return rng.normal(size=(30, 4)) @ rng.normal(size=(4, 4)) + 3.0


def test_t2_is_the_squared_mahalanobis_distance(scores):
    spread = score_spread(scores)
    inverse = np.linalg.inv(np.cov(scores, rowvar=False))

    expected = [mahalanobis(row, scores.mean(axis=0), inverse) ** 2 for row in scores]

    np.testing.assert_allclose(hotelling_t2(scores, spread), expected, rtol=1e-9)


def test_t2_of_the_calibration_follows_from_its_leverage(scores):
    n = len(scores)
    design = np.c_[np.ones(n), scores]
    leverage = np.diag(design @ np.linalg.inv(design.T @ design) @ design.T)

    t2 = hotelling_t2(scores, score_spread(scores))

    np.testing.assert_allclose(t2, (n - 1) * (leverage - 1 / n), rtol=1e-9)


def test_a_direction_in_which_nothing_varies_takes_no_part():
    rng = np.random.default_rng(6)
    varied = rng.normal(size=(20, 2))
    flat = np.c_[varied, np.full(20, 7.0)]

    t2 = hotelling_t2(flat, score_spread(flat))

    np.testing.assert_allclose(t2, hotelling_t2(varied, score_spread(varied)), rtol=1e-9)


def test_one_component_is_enough():
    one = np.array([[1.0], [2.0], [4.0]])

    t2 = hotelling_t2(one, score_spread(one))

    np.testing.assert_allclose(t2, (one[:, 0] - 7 / 3) ** 2 / np.var(one, ddof=1))


def test_one_sample_has_no_spread():
    with pytest.raises(ValueError, match="two samples"):
        score_spread(np.ones((1, 2)))


def test_contributions_to_q_add_up_to_q():
    rng = np.random.default_rng(8)
    spectra, rebuilt = rng.normal(size=(2, 6, 40))

    total = q_contributions(spectra, rebuilt).sum(axis=1)

    np.testing.assert_allclose(total, squared_residual(spectra, rebuilt))
    np.testing.assert_allclose(total, np.linalg.norm(spectra - rebuilt, axis=1) ** 2)


def test_contributions_to_t2_add_up_to_t2():
    rng = np.random.default_rng(9)
    centred = rng.normal(size=(25, 40))
    centred -= centred.mean(axis=0)
    rotations = rng.normal(size=(40, 3))
    scores = centred @ rotations
    spread = score_spread(scores)

    parts = t2_contributions(centred, scores, spread, rotations=rotations)

    np.testing.assert_allclose(parts.sum(axis=1), hotelling_t2(scores, spread), rtol=1e-9)
