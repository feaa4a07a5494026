"""A shifted axis is measured, in its unit and with its sign.

Oracles: bands moved by a known distance; generalised least squares with the whole covariance.
"""

import numpy as np
import pytest

from pat.diagnostics.domain.axis_shift import shift_filter
from pat.diagnostics.domain.coarse import CoarseChannels
from pat.diagnostics.domain.whole import whole_spectrum

AXIS = np.arange(500.0, 1500.0, 4.0)
CENTRES = np.array([620.0, 850.0, 1003.0, 1250.0, 1340.0])
NOISE = 0.01


def bands(amounts, shift=0.0):
    shapes = np.exp(-0.5 * ((AXIS - shift - CENTRES[:, None]) / 12) ** 2)
    return amounts @ shapes


@pytest.fixture
def calibration():
    rng = np.random.default_rng(1)
    return bands(rng.uniform(1, 2, size=(80, 5))) + NOISE * rng.normal(size=(80, AXIS.size))


@pytest.mark.parametrize("shift", [-1.0, 0.4, 1.5])
def test_the_shift_is_found_with_its_sign(calibration, shift):
    rng = np.random.default_rng(2)
    whole = whole_spectrum(calibration, n_components=5)
    found = shift_filter(whole, np.gradient(whole.mean, AXIS), noise=np.full(AXIS.size, NOISE))
    new = bands(rng.uniform(1, 2, size=(40, 5)), shift) + NOISE * rng.normal(size=(40, AXIS.size))

    shifts = found.shift(*whole.read(new))

    assert np.mean(shifts) == pytest.approx(shift, rel=0.1)
    assert np.std(shifts) < 0.2


def test_with_equal_noise_it_is_generalised_least_squares(calibration):
    whole = whole_spectrum(calibration, n_components=5)
    within = whole.loadings
    outside = np.eye(AXIS.size) - within @ within.T
    covariance = within @ np.diag(whole.deviations**2) @ within.T + NOISE**2 * outside
    slope = np.gradient(whole.mean, AXIS)
    weights = np.linalg.solve(covariance, -slope)
    new = calibration[:7] - 0.01 * slope

    shifts = shift_filter(whole, slope, noise=np.full(AXIS.size, NOISE)).shift(*whole.read(new))

    wanted = (new - whole.mean) @ weights / (-slope @ weights)
    np.testing.assert_allclose(shifts, wanted, rtol=1e-6)


def test_a_flat_calibration_has_no_shift():
    whole = whole_spectrum(np.zeros((10, AXIS.size)), n_components=3)

    found = shift_filter(whole, np.zeros(AXIS.size), noise=np.ones(AXIS.size))

    np.testing.assert_array_equal(found.shift(*whole.read(np.ones((2, AXIS.size)))), 0.0)


@pytest.mark.parametrize("shift", [-1.5, 0.5, 1.0])
def test_bands_as_narrow_as_the_joined_channels_are_moved_by_what_is_named(shift):
    axis = np.arange(500.0, 2200.0, 1.0)
    rng = np.random.default_rng(3)

    def spectra(n, moved):
        shapes = np.exp(-0.5 * ((axis - moved - CENTRES[:, None]) / 4) ** 2)
        return rng.uniform(1, 2, size=(n, 5)) @ shapes + 0.003 * rng.normal(size=(n, axis.size))

    calibration = spectra(80, 0.0)
    channels = CoarseChannels.of(axis, np.ones(axis.size, dtype=np.bool_))
    whole = whole_spectrum(channels.scaled(calibration), n_components=5)
    slope = channels.slopes(calibration, axis).mean(axis=0)
    found = shift_filter(whole, slope, noise=np.full(channels.axis.size, 0.01))

    shifts = found.shift(*whole.read(channels.scaled(spectra(40, shift))))

    assert np.median(shifts) == pytest.approx(shift, rel=0.15)
