"""Weighted PLS in sample space is NIPALS with weights, and a weight of two is a row given twice."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression

from pat.arrays import FloatArray
from pat.calibration.blocks import prepare
from pat.calibration.sample_space.gram import gram
from pat.calibration.sample_space.pls import pls_fits
from pat.calibration.sample_space.weighted_vectors import culture_draws, weighted_vectors
from tests.calibration.sample_space.ill_conditioned import N_SAMPLES, RECIPES, make_spectra
from tests.oracles import weighted_nipals

N_COMPONENTS = 12


@pytest.fixture(scope="module")
def calibration() -> tuple[FloatArray, FloatArray]:
    spectra = make_spectra()
    rows = prepare(RECIPES["first derivative and SNV"], spectra).rows
    noise = np.random.default_rng(21).normal(scale=0.3, size=N_SAMPLES)
    return rows, noise + 30 * spectra[:, 60] / spectra.max()


def test_vectors_with_any_weights_are_those_of_weighted_nipals(
    calibration: tuple[FloatArray, FloatArray],
) -> None:
    rows, targets = calibration
    weights = np.random.default_rng(22).exponential(size=(4, N_SAMPLES))
    weights[1, ::3] = 0

    found = weighted_vectors(rows, targets, weights=weights, n_components=N_COMPONENTS)

    for vector, own in zip(found, weights, strict=True):
        expected = weighted_nipals(rows, targets, own, n_components=N_COMPONENTS)
        np.testing.assert_allclose(vector, expected, atol=1e-8 * np.abs(expected).max())


def test_predictions_with_weights_are_those_of_the_weighted_vector(
    calibration: tuple[FloatArray, FloatArray],
) -> None:
    rows, targets = calibration
    weights = np.random.default_rng(23).exponential(size=(1, N_SAMPLES))
    weights[0, :20] = 0

    fits = pls_fits(
        gram(rows), np.where(weights > 0, targets, np.nan), weights=weights, n_components=8
    )

    for count in (1, 8):
        vector = weighted_nipals(rows, targets, weights[0], n_components=count)
        means = (np.average(values, axis=0, weights=weights[0]) for values in (rows, targets))
        at, level = means
        expected = (rows - at) @ vector + level
        np.testing.assert_allclose(
            fits.predictions[0, count - 1], expected, atol=1e-8 * targets.std()
        )


def test_cultures_drawn_again_are_rows_given_as_often(
    calibration: tuple[FloatArray, FloatArray],
) -> None:
    rows, targets = calibration
    cultures = (np.arange(N_SAMPLES) // 6).astype(object)
    draws = culture_draws(cultures, n_draws=5, rng=np.random.default_rng(24))

    found = weighted_vectors(rows, targets, weights=draws, n_components=N_COMPONENTS)

    assert np.all(draws.sum(axis=1) == N_SAMPLES)
    assert all(len({(c, n) for c, n in zip(cultures, draw, strict=True)}) == 15 for draw in draws)
    for vector, draw in zip(found, draws, strict=True):
        again = np.repeat(np.arange(N_SAMPLES), draw.astype(int))
        pls = PLSRegression(N_COMPONENTS, scale=False).fit(rows[again], targets[again])
        expected = np.ravel(pls.coef_)
        np.testing.assert_allclose(vector, expected, atol=1e-8 * np.abs(expected).max())


def test_a_set_of_lower_rank_has_the_vector_of_as_many_components() -> None:
    rng = np.random.default_rng(25)
    rows = rng.normal(size=(20, 3)) @ rng.normal(size=(3, 40))
    targets = rng.normal(size=20)

    found = weighted_vectors(rows, targets, weights=np.ones((1, 20)), n_components=6)

    expected = np.ravel(PLSRegression(3, scale=False).fit(rows, targets).coef_)
    np.testing.assert_allclose(found[0], expected, atol=1e-8 * np.abs(expected).max())


def test_the_true_vector_lies_in_the_band_of_drawn_cultures() -> None:
    rng = np.random.default_rng(6)
    cultures = np.repeat(np.arange(12), 6).astype(object)
    spectra = rng.normal(size=(72, 3))
    truth = np.array([1.0, -2.0, 0.0])
    y = spectra @ truth + np.repeat(rng.normal(0, 0.3, 12), 6)

    draws = culture_draws(cultures, n_draws=200, rng=rng)
    vectors = weighted_vectors(spectra, y, weights=draws, n_components=3)

    low, high = np.quantile(vectors, [0.005, 0.995], axis=0)
    assert np.all((low < truth) & (truth < high))
    assert np.all(high - low < 0.8)
