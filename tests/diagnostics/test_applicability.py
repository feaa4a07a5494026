"""Distances see a stranger, and the channels a recipe reads are found by asking it."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.pipeline import Pipeline

from pat.diagnostics import (
    anatomy,
    calibration_spread,
    channel_residuals,
    distances,
    used_channels,
)
from pat.preprocessing import (
    SNV,
    ArPLS,
    Crop,
    PolynomialBaseline,
    RemoveSpikes,
    Resample,
    SavitzkyGolay,
    regular_grid,
)

AXIS = np.arange(400.0, 1200.0, 2.0)
REGIONS = ((450, 620), (800, 1000))


def spectra(n=30, seed=1):
    rng = np.random.default_rng(seed)
    bands = np.exp(-0.5 * ((AXIS - np.array([[520], [560], [900], [1100]])) / 12) ** 2)
    amounts = rng.uniform(0.5, 2.0, size=(n, 4))
    return 50 + 100 * amounts @ bands + rng.normal(size=(n, AXIS.size)), amounts[:, 0]


def fitted(steps):
    inputs, target = spectra()
    return anatomy(Pipeline([*steps, ("pls", PLSRegression(4, scale=False))]).fit(inputs, target))


def used(steps):
    inputs, _ = spectra()
    return used_channels(
        fitted(steps), inputs.mean(axis=0), scatter=float(inputs.std(axis=0).mean())
    )


def inside(regions):
    return np.any([(low <= AXIS) & (high >= AXIS) for low, high in regions], axis=0)


def test_a_recipe_without_a_crop_reads_every_channel():
    assert used([("snv", SNV())]).all()


def test_a_crop_is_found_to_the_channel():
    cropped = AXIS[inside(REGIONS)]
    steps = [
        ("crop", Crop(AXIS, REGIONS)),
        ("sg", SavitzkyGolay(window_cm1=20, polyorder=2, deriv=1, axis=cropped)),
        ("snv", SNV()),
    ]

    np.testing.assert_array_equal(used(steps), inside(REGIONS))


def test_a_grid_reads_the_channels_it_interpolates():
    grid = regular_grid(((451, 619),), 2.0)

    np.testing.assert_array_equal(used([("grid", Resample(AXIS, grid))]), inside(((450, 620),)))


@pytest.mark.parametrize("baseline", [PolynomialBaseline(2, AXIS), ArPLS(300, AXIS)])
def test_a_baseline_before_the_crop_reads_every_channel(baseline):
    # It looks away from what stands above it, but not from what falls below.
    steps = [("base", baseline), ("crop", Crop(AXIS, REGIONS))]

    assert used(steps).all()


def test_a_search_for_cosmic_rays_does_not_hide_channels():
    cropped = AXIS[inside(REGIONS)]
    steps = [("crop", Crop(AXIS, REGIONS)), ("spikes", RemoveSpikes()), ("snv", SNV())]

    assert cropped.size == used(steps).sum()


@pytest.mark.parametrize("place", [500.0, 900.0])
def test_an_unknown_band_raises_q_and_is_found_where_it_stands(place):
    parts = fitted([])
    known, _ = spectra()
    none = np.empty((len(known), 0))
    spread = calibration_spread(parts, known, none)
    stranger = known[:1] + 60 * np.exp(-0.5 * ((AXIS - place) / 4) ** 2)

    usual = distances(parts, parts.read(known, none), spread=spread)
    reading = parts.read(stranger, none[:1])
    found = distances(parts, reading, spread=spread)

    contributions = channel_residuals(parts, reading)[0]
    assert found.q[0] > 5 * usual.q.max()
    assert AXIS[np.argmax(contributions)] == pytest.approx(place, abs=4)
    assert contributions.sum() == pytest.approx(found.q[0])


def test_more_of_a_known_band_raises_t2_and_not_q():
    parts = fitted([])
    known, _ = spectra()
    none = np.empty((len(known), 0))
    spread = calibration_spread(parts, known, none)
    band = known[np.argmax(known[:, 60])] - known[np.argmin(known[:, 60])]

    usual = distances(parts, parts.read(known, none), spread=spread)
    found = distances(parts, parts.read(known[:1] + 8 * band, none[:1]), spread=spread)

    assert found.t2[0] > 5 * usual.t2.max()
    assert found.t2[0] / usual.t2.max() > found.q[0] / usual.q.max()
