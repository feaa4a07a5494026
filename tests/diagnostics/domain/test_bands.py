"""Bands are found where they are; a cosmic ray is none; noise has the size that it has."""

import numpy as np
import pytest

from pat.diagnostics.domain import channel_noise, filter_noise, responses, squares
from pat.diagnostics.domain.bands import loudest_band, loudness

N = 300
SIZES = np.linspace(0.5, 2.0, N)  # noise that differs along the axis


@pytest.fixture(scope="module")
def noise():
    rng = np.random.default_rng(1)
    parts = [SIZES * rng.normal(size=(50, N)) for _ in range(4)]
    channels = channel_noise([squares(part) for part in parts])
    return channels, filter_noise([responses(part, channels) for part in parts])


def loudest(residuals, noise):
    channels, filters = noise
    return loudest_band(responses(residuals, channels), filters)


def test_noise_is_measured_where_it_is(noise):
    np.testing.assert_allclose(noise[0], SIZES, rtol=0.1)


def test_white_noise_gives_filters_the_root_of_their_width(noise):
    for width, found in zip((3, 5, 9), noise[1], strict=True):
        np.testing.assert_allclose(found, np.sqrt(width), rtol=0.1)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("place", [40, 151, 270])
def test_a_band_is_found_at_its_place_with_its_sign(noise, place, sign):
    rng = np.random.default_rng(2)
    shape = np.exp(-0.5 * ((np.arange(N) - place) / 2.5) ** 2)
    residuals = SIZES * (rng.normal(size=(20, N)) + 5 * sign * shape)

    found, places = loudest(residuals, noise)

    assert np.all(sign * found > 6)
    assert np.all(np.abs(places - place) <= 3)


def test_a_cosmic_ray_is_no_band(noise):
    residuals = SIZES * np.random.default_rng(3).normal(size=(200, N))
    struck = residuals.copy()
    struck[:, 150] += 500.0

    usual, _ = loudest(residuals, noise)
    found, _ = loudest(struck, noise)

    assert np.mean(np.abs(found) > np.quantile(np.abs(usual), 0.99)) < 0.1


def test_loudness_is_nearly_the_loudest_response_and_more_where_there_are_several(noise):
    channels, filters = noise
    rng = np.random.default_rng(4)
    one, four = (SIZES * rng.normal(size=(40, N)) for _ in range(2))
    shape = np.exp(-0.5 * ((np.arange(N) - 40) / 2.5) ** 2)
    one += SIZES * 5 * shape
    four += SIZES * 5 * sum(np.roll(shape, 60 * place) for place in range(4))

    loud = [loudness(responses(rows, channels), filters) for rows in (one, four)]

    largest = np.abs(loudest(one, noise)[0])
    assert np.corrcoef(loud[0], largest)[0, 1] > 0.9
    assert np.all(loud[0] < largest)
    assert np.mean(loud[1]) > 1.05 * np.mean(loud[0])


def test_loudness_is_the_power_mean_over_all_filters(noise):
    channels, filters = noise
    found = responses(SIZES * np.random.default_rng(5).normal(size=(3, N)), channels)

    expected = np.mean(
        [np.mean((a / b) ** 8, axis=1) for a, b in zip(found, filters, strict=True)], axis=0
    )

    np.testing.assert_allclose(loudness(found, filters), expected ** (1 / 8))


def test_an_axis_too_short_for_a_filter_has_none():
    residuals = np.ones((2, 2))

    found, _ = loudest_band(responses(residuals, np.ones(2)), ())

    np.testing.assert_array_equal(found, np.zeros(0))
