"""Coarse spectra are means of neighbours, scaled, and never mix what a gap parts."""

import numpy as np
import pytest

from pat.diagnostics.domain import CoarseChannels

AXIS = np.arange(400.0, 3100.0)
USED = ((AXIS >= 450) & (AXIS <= 1800)) | ((AXIS >= 2800) & (AXIS <= 3050))


def test_a_coarse_channel_is_the_mean_of_neighbours_on_one_side_of_the_gap():
    channels = CoarseChannels.of(AXIS, USED)

    assert channels.axis.size == pytest.approx(USED.sum() / channels.size, abs=2)
    assert not np.any((channels.axis > 1800) & (channels.axis < 2800))


def test_a_line_stays_a_line_and_is_scaled_to_mean_zero_and_deviation_one():
    channels = CoarseChannels.of(AXIS, USED)

    (coarse,) = channels.scaled(7.0 + 0.3 * AXIS[None])

    expected = channels.axis - channels.axis.mean()
    np.testing.assert_allclose(coarse, expected / expected.std(), atol=1e-12)


def test_offset_and_gain_of_a_spectrum_do_not_show():
    channels = CoarseChannels.of(AXIS, USED)
    spectra = np.random.default_rng(1).normal(size=(5, AXIS.size)) + 10

    np.testing.assert_allclose(
        channels.scaled(3.5 * spectra + 80), channels.scaled(spectra), rtol=1e-9, atol=1e-12
    )


def test_a_few_channels_are_not_joined_and_a_constant_is_nothing():
    used = np.zeros(AXIS.size, dtype=bool)
    used[100:160] = True
    channels = CoarseChannels.of(AXIS, used)

    np.testing.assert_array_equal(channels.axis, AXIS[used])
    np.testing.assert_array_equal(channels.scaled(np.full((2, AXIS.size), 5.0)), np.zeros((2, 60)))
