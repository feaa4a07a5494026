"""Sizes of internal standards are judged beside what the rest of the spectrum suggests.

Oracles: scikit-learn's principal components and regression; generalised least squares by whitening;
a simulated light path.
"""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

from pat.diagnostics.collection import STANDARD_BANDS
from pat.diagnostics.domain.standard_sizes import MOST_COMPONENTS, StandardSizes

AXIS = np.arange(450.0, 1800.0, 10.0)
BEYOND = AXIS > 1150
WATER, CELLS = (np.exp(-0.5 * ((AXIS - at) / 30) ** 2) for at in (1640.0, 1450.0))
N = 120


def cultures(rng, n=N, *, sapphire=1.0):
    """Return sizes of water, two bands of sapphire, and spectra whose cells take light."""
    cells = rng.uniform(0, 1, size=n)
    gain = np.exp(0.04 * rng.normal(size=n))
    through = np.exp(-0.4 * cells + 0.02 * rng.normal(size=n))
    sizes = np.column_stack(
        [300 * gain * through, 20 * gain * sapphire, 5 * gain * sapphire]
    ) * np.exp(0.01 * rng.normal(size=(n, 3)))
    spectra = through[:, None] * (WATER + np.outer(cells, CELLS) + np.exp(-AXIS / 900))
    return sizes, spectra + 0.001 * rng.normal(size=spectra.shape)


def learnt(sizes, spectra, bands=STANDARD_BANDS):
    return StandardSizes.of(sizes, spectra, axis=AXIS, bands=bands)


@pytest.fixture
def calibration():
    return cultures(np.random.default_rng(1))


def scaled(spectra):
    part = spectra[:, BEYOND]
    return (part - part.mean(axis=1, keepdims=True)) / part.std(axis=1, keepdims=True)


def test_the_change_is_what_regression_on_the_samples_part_of_the_spectrum_leaves(calibration):
    sizes, spectra = calibration
    model = make_pipeline(PCA(MOST_COMPONENTS, svd_solver="full"), LinearRegression())
    model.fit(scaled(spectra), np.log(sizes))

    change = learnt(sizes, spectra).change(sizes, spectra)

    expected = np.log(sizes) - model.predict(scaled(spectra))
    np.testing.assert_allclose(change, expected, atol=1e-9)


def test_the_distance_is_generalised_least_squares_of_one_change_of_the_light_path(calibration):
    sizes, spectra = calibration
    standards = learnt(sizes, spectra)
    change = standards.change(sizes, spectra)
    left = np.linalg.cholesky(change.T @ change / (N - 1 - MOST_COMPONENTS))
    path = np.linalg.solve(left, [0.0, 1.0, 1.0])
    white = np.linalg.solve(left, change.T)

    expected = np.abs(path @ white) / np.linalg.norm(path)

    np.testing.assert_allclose(standards.distance(sizes, spectra), expected, rtol=1e-3, atol=1e-3)


def test_light_that_cells_take_is_no_change_and_a_fifth_more_sapphire_is_one(calibration):
    standards = learnt(*calibration)
    usual = standards.distance(*cultures(np.random.default_rng(2)))
    more = standards.distance(*cultures(np.random.default_rng(2), sapphire=1.2))

    # Water alone varies by 12 % here, so that a fifth is less than two deviations of a ratio.
    assert np.quantile(usual, 0.95) < 2.5
    assert np.mean(more > np.quantile(usual, 0.95)) > 0.95


def test_water_alone_is_held_against_its_mean_where_no_light_path_is_shown(calibration):
    sizes, spectra = calibration
    water = sizes[:, :1]
    z = np.abs(np.log(water) - np.log(water).mean()) / np.log(water).std(ddof=1)

    distance = learnt(water, spectra, bands=STANDARD_BANDS[:1]).distance(water, spectra)

    np.testing.assert_allclose(distance, z[:, 0], rtol=1e-5)


def test_where_too_little_of_the_sample_is_read_sizes_are_held_against_their_mean(calibration):
    sizes, spectra = calibration
    standards = StandardSizes.of(sizes, spectra, axis=AXIS - 1000, bands=STANDARD_BANDS)

    change = standards.change(sizes, spectra)

    np.testing.assert_allclose(change, np.log(sizes) - np.log(sizes).mean(axis=0), atol=1e-9)


def test_a_spectrum_is_judged_the_same_whatever_stands_beside_it(calibration):
    sizes, spectra = calibration
    standards = learnt(sizes, spectra)

    together = standards.distance(sizes[:7], spectra[:7])

    alone = [standards.distance(sizes[[row]], spectra[[row]])[0] for row in range(7)]
    np.testing.assert_array_equal(together, alone)


def test_a_standard_that_is_not_covered_judges_nothing(calibration):
    sizes, spectra = calibration
    unknown = sizes * np.array([1.0, np.nan, 1.0])

    np.testing.assert_array_equal(learnt(sizes, spectra).distance(unknown, spectra), 0.0)


def test_a_light_path_that_is_gone_is_far(calibration):
    sizes, spectra = calibration
    gone = sizes * np.array([1.0, -1.0, -1.0])

    assert learnt(sizes, spectra).distance(gone, spectra).min() > 5


def test_a_cosmic_ray_on_one_band_counts_for_five_deviations_of_it(calibration):
    sizes, spectra = calibration
    standards = learnt(sizes, spectra)
    far = sizes * np.exp([0.0, 0.0, 5.0])
    five = sizes.copy()
    five[:, 2] *= np.exp(5 * standards.deviations[2] - standards.change(sizes, spectra)[:, 2])

    np.testing.assert_allclose(
        standards.distance(far, spectra), standards.distance(five, spectra), rtol=1e-9
    )
    np.testing.assert_allclose(
        standards.deviations, standards.change(sizes, spectra).std(axis=0), rtol=0.02
    )


def test_too_few_sizes_say_nothing(calibration):
    sizes, spectra = calibration

    assert learnt(sizes[:4], spectra[:4]) is None
    assert learnt(sizes[:, :0], spectra, bands=()) is None
