"""A band divides out what changes the whole spectrum, and its absence is seen."""

import numpy as np
import pytest

from pat.errors import AxisError
from pat.preprocessing import BandNormalise, band_size
from pat.preprocessing.axis import region_mask

AXIS = np.arange(400.0, 1800.0, 1.0)
WATER = (1500.0, 1780.0)
SIGMA = 30.0
BAND = np.exp(-0.5 * ((AXIS - 1640.0) / SIGMA) ** 2)
GLUCOSE = 0.2 * np.exp(-0.5 * ((AXIS - 1125.0) / 8.0) ** 2)


@pytest.mark.parametrize("background", [0.0, 5.0, 0.02 * AXIS - 7.0])
@pytest.mark.parametrize("direction", [1, -1])
def test_area_and_height_stand_above_the_local_line(background, direction):
    inside = region_mask(AXIS, (WATER,))
    band = (4.0 * BAND + background)[inside][np.newaxis, ::direction]
    axis = AXIS[inside][::direction]

    area = band_size(band, axis, measure="area")
    height = band_size(band, axis, measure="height")

    assert area[0] == pytest.approx(4.0 * SIGMA * np.sqrt(2 * np.pi), rel=2e-3)
    assert height[0] == pytest.approx(4.0, rel=2e-3)


@pytest.mark.parametrize("measure", ["area", "height", "mean"])
def test_the_yield_of_the_collection_divides_out(measure):
    glucose = np.array([1.0, 2.0, 3.0])[:, np.newaxis]
    gains = np.array([1.0, 0.2, 7.0])[:, np.newaxis]
    pure = BAND + glucose * GLUCOSE

    step = BandNormalise(WATER, AXIS, measure=measure)

    assert step.transform(gains * pure) == pytest.approx(step.transform(pure))
    peak = step.transform(gains * pure)[:, AXIS == 1125.0].ravel()
    assert peak / peak[0] == pytest.approx([1.0, 2.0, 3.0], rel=1e-6)


def test_without_a_band_the_whole_spectrum_is_the_measure():
    X = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]])

    assert BandNormalise(measure="mean").transform(X) == pytest.approx(
        np.array([[0.5, 1.0, 1.5]] * 2)
    )


@pytest.mark.parametrize("spectrum", [np.zeros_like(AXIS), np.full_like(AXIS, 0.1), 3.0 - BAND])
def test_a_spectrum_without_its_band_becomes_zeros(spectrum):
    X = np.vstack([BAND, spectrum])

    treated = BandNormalise(WATER, AXIS).transform(X)

    assert np.array_equal(treated[1], np.zeros(AXIS.size))
    assert treated[0].max() > 0


def test_a_band_that_the_axis_does_not_cover_is_refused():
    with pytest.raises(AxisError, match="expected an axis that covers 1700 to 1900; got 400"):
        BandNormalise((1700.0, 1900.0), AXIS).fit(np.ones((1, AXIS.size)))


def test_an_unknown_measure_is_refused():
    with pytest.raises(ValueError, match="expected a measure out of"):
        BandNormalise(WATER, AXIS, measure="volume").fit(np.ones((1, AXIS.size)))
