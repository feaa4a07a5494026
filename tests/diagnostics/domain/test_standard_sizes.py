"""Sizes of internal standards are judged together. Oracle: SciPy's Mahalanobis distance."""

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis

from pat.diagnostics.domain.standard_sizes import usual_sizes


@pytest.fixture
def sizes():
    rng = np.random.default_rng(1)
    gain = rng.normal(scale=0.05, size=(80, 1))
    return np.exp(gain + rng.normal(scale=0.02, size=(80, 3))) * np.array([300.0, 20.0, 5.0])


def test_the_distance_is_mahalanobis_of_logarithms(sizes):
    logs = np.log(sizes)
    inverse = np.linalg.inv(np.cov(logs, rowvar=False))
    expected = [mahalanobis(row, logs.mean(axis=0), inverse) for row in logs]

    np.testing.assert_allclose(usual_sizes(sizes).distance(sizes), expected, rtol=1e-3)


def test_one_standard_alone_that_grows_is_further_off_than_all_that_grow(sizes):
    usual = usual_sizes(sizes)

    one, every = usual.distance(usual.usual * np.array([[1.0, 1.2, 1.0], [1.2, 1.2, 1.2]]))

    assert one > 1.5 * every
    np.testing.assert_allclose(usual.change(usual.usual[None] * 1.2), np.log(1.2))


def test_a_standard_that_is_not_covered_judges_nothing(sizes):
    usual = usual_sizes(sizes)

    np.testing.assert_array_equal(usual.distance(np.array([[300.0, np.nan, 5.0]])), [0.0])


def test_a_band_that_is_gone_is_far(sizes):
    usual = usual_sizes(sizes)

    assert usual.distance(np.array([[300.0, -1.0, 5.0]]))[0] > 50


def test_too_few_sizes_say_nothing(sizes):
    assert usual_sizes(sizes[:4]) is None
    assert usual_sizes(np.empty((80, 0))) is None
