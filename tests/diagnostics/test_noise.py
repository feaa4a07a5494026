"""The noise of spectra is found under bands and baselines, and followed into the value."""

import numpy as np
import pytest

from pat.diagnostics.noise import channel_noise, value_noise

CHANNELS = np.arange(600.0)


def spectra(sd, *, seed=0):
    rng = np.random.default_rng(seed)
    bands = np.exp(-0.5 * ((CHANNELS - np.array([[150.0], [300.0], [420.0]])) / 8) ** 2)
    amounts = rng.uniform(1, 5, (60, 3))
    smooth = 2000 + 3 * CHANNELS + 400 * amounts @ bands
    return smooth + sd * rng.normal(size=(60, CHANNELS.size))


def test_noise_that_rises_along_the_axis_is_found_under_bands():
    sd = np.linspace(5, 20, CHANNELS.size)

    found = channel_noise(spectra(sd))

    # A median absolute deviation of 60 has a relative error of about 0.15 in each channel.
    ratio = found / sd
    assert ratio.mean() == pytest.approx(1.0, abs=0.05)
    assert np.abs(ratio - 1).max() < 0.7


def test_the_value_of_a_linear_sensor_scatters_as_its_vector_says():
    rng = np.random.default_rng(1)
    vector, noise = rng.normal(size=600), rng.uniform(1, 3, 600)

    found = value_noise(lambda x: x @ vector, spectra(1.0), noise, rng=rng, draws=20)

    assert found == pytest.approx(np.sqrt(np.sum((vector * noise) ** 2)), rel=0.06)
