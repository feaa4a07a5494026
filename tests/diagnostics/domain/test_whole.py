"""Scores, leverage and neighbours of the whole spectrum are the textbook's.

Oracles: scikit-learn's PCA, SciPy's distances, a spectrum by itself.
"""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.decomposition import PCA

from pat.diagnostics.domain import components_for
from pat.diagnostics.domain.rows import row_by_row
from pat.diagnostics.domain.whole import whole_spectrum


@pytest.fixture
def calibration():
    rng = np.random.default_rng(3)
    return rng.normal(size=(60, 6)) @ rng.normal(size=(6, 40)) + 0.1 * rng.normal(size=(60, 40))


@pytest.fixture
def new():
    return np.random.default_rng(4).normal(size=(9, 40))


def test_scores_and_residual_are_those_of_whitened_pca(calibration, new):
    pca = PCA(5, whiten=True, svd_solver="full").fit(calibration)

    scores, residual = whole_spectrum(calibration, n_components=5).read(new)

    expected = pca.transform(new)
    signs = np.sign(np.sum(scores * expected, axis=0))
    np.testing.assert_allclose(scores * signs, expected, rtol=1e-8)
    np.testing.assert_allclose(residual, new - pca.inverse_transform(expected), atol=1e-9)


def test_the_nearest_neighbour_is_found(calibration, new):
    whole = whole_spectrum(calibration, n_components=5)
    scores, _ = whole.read(new)

    nearest = whole.nearest(scores)

    np.testing.assert_allclose(nearest, cdist(scores, whole.read(calibration)[0]).min(axis=1))
    np.testing.assert_allclose(whole.nearest(whole.neighbours), 0.0, atol=1e-6)


def test_contributions_of_channels_add_up_to_t2(calibration, new):
    whole = whole_spectrum(calibration, n_components=5)
    scores, _ = whole.read(new)

    added = [whole.t2_by_channel(row, score) for row, score in zip(new, scores, strict=True)]

    np.testing.assert_allclose(np.sum(added, axis=1), np.sum(scores**2, axis=1))


def test_directions_that_do_not_vary_are_left_out():
    flat = np.outer(np.arange(20.0), np.ones(8))

    whole = whole_spectrum(flat, n_components=5)

    assert whole.deviations.size == 1


def test_few_spectra_get_few_components():
    assert [components_for(n) for n in (3, 20, 1000)] == [1, 5, 16]


def test_a_row_is_multiplied_the_same_whatever_stands_beside_it():
    rng = np.random.default_rng(5)
    rows, matrix = rng.normal(size=(11, 30)), rng.normal(size=(30, 7))

    together = row_by_row(rows, matrix)

    np.testing.assert_allclose(together, rows @ matrix)
    np.testing.assert_array_equal(together, np.vstack([row_by_row(r[None], matrix) for r in rows]))
