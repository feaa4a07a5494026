"""Spectra on another axis are brought to the sensor's, or refused in words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.soft_sensor.input_axis import InputAxis
from pat.spectra import AxisCorrection, AxisKind

AXIS = np.arange(400.0, 1000.0, 2.0)
RAMAN = AxisKind.RAMAN_SHIFT


def input_axis(low=400.0, high=1000.0, values=AXIS):
    return InputAxis(values, RAMAN, (values >= low) & (values <= high))


def cubic(axis):
    x = (axis - 700) / 300
    return 5 + 3 * x - 4 * x**2 + 2 * x**3


@pytest.mark.parametrize(
    "axis",
    [
        AXIS + 0.7,
        np.arange(398.0, 1003.0, 0.5),
        np.arange(399.0, 1003.0, 3.0),
        np.sort(np.r_[395.0, 1005.0, np.random.default_rng(0).uniform(396, 1004, 700)]),
    ],
    ids=["shifted", "finer", "coarser", "uneven"],
)
def test_a_cubic_comes_through_exactly(axis):
    inside = input_axis(402, 996)

    resampled = inside.fit(axis)(cubic(axis)[None, :])

    used = inside.used
    np.testing.assert_allclose(resampled[0, used], cubic(AXIS)[used], rtol=1e-9)


def test_the_same_axis_changes_nothing():
    spectra = np.random.default_rng(1).normal(size=(3, AXIS.size))

    assert input_axis().fit(AXIS)(spectra) is spectra


def test_a_falling_axis_is_turned_round_to_the_bit():
    spectra = np.random.default_rng(1).normal(size=(3, AXIS.size))

    np.testing.assert_array_equal(input_axis().fit(AXIS[::-1])(spectra[:, ::-1]), spectra)


def test_a_falling_sensor_axis_takes_a_rising_spectrum_on_other_channels():
    falling = input_axis(402, 996, values=AXIS[::-1])
    axis = np.arange(399.0, 1003.0, 1.5)

    resampled = falling.fit(axis)(cubic(axis)[None, :])

    used = falling.used
    np.testing.assert_allclose(resampled[0, used], cubic(AXIS[::-1])[used], rtol=1e-9)


@given(offset=st.floats(-3, 3), step=st.floats(0.3, 4))
def test_bands_survive_resampling(offset, step):
    axis = np.arange(395.0 + offset, 1005.0 + offset, step)
    sensor = input_axis(410, 990)

    resampled = sensor.fit(axis)(np.exp(-0.5 * ((axis - 700) / 10) ** 2)[None, :])[0]

    expected = np.exp(-0.5 * ((AXIS - 700) / 10) ** 2)
    # A cubic through points 4 cm-1 apart follows a band of 10 cm-1 to a quarter of a percent.
    np.testing.assert_allclose(resampled[sensor.used], expected[sensor.used], atol=0.0025)


def test_a_nan_spoils_only_what_lies_beside_it():
    spectrum = np.ones((1, AXIS.size))
    spectrum[0, 100] = np.nan
    axis = AXIS + 0.5

    resampled = input_axis().fit(axis)(spectrum)

    broken = np.flatnonzero(np.isnan(resampled[0]))
    assert set(broken) <= set(range(97, 104))
    assert broken.size > 0


def test_a_nan_does_not_cross_a_channel_that_is_hit_exactly():
    axis = np.r_[AXIS[:50], AXIS[50:] + 0.5]
    spectrum = np.ones((1, axis.size))
    spectrum[0, 20] = np.nan

    resampled = input_axis().fit(axis)(spectrum)

    assert np.flatnonzero(np.isnan(resampled[0])).tolist() == [20]


def test_another_kind_of_axis_is_refused():
    assert input_axis().misfit(AXIS, AxisKind.WAVELENGTH) == (
        "wrong axis: expected raman_shift_cm1, got wavelength_nm"
    )


def test_an_axis_that_covers_the_channels_in_use_is_enough():
    sensor = input_axis(500, 700)

    assert sensor.misfit(np.arange(490.0, 711.0, 2.0), RAMAN) is None
    assert sensor.misfit(AXIS[::-1], RAMAN) is None


def test_an_axis_that_stops_short_is_refused():
    reason = input_axis(500, 700).misfit(np.arange(520.0, 800.0, 2.0), RAMAN)

    assert reason == "wrong axis: 520 to 798 cm-1 does not cover 500 to 700"


def test_half_a_channel_short_is_still_covered():
    assert input_axis(500, 700).misfit(np.linspace(500.9, 699.1, 101), RAMAN) is None


def test_too_few_channels_are_refused():
    reason = input_axis(500, 700).misfit(np.linspace(400, 1000, 40), RAMAN)

    assert reason is not None
    assert reason.startswith("too few channels: 40, up to 15")


def test_a_hole_where_the_recipe_reads_is_refused_and_elsewhere_is_not():
    axis = AXIS[(AXIS < 560) | (AXIS > 600)]

    assert input_axis(500, 700).misfit(axis, RAMAN) is not None
    assert input_axis(620, 800).misfit(axis, RAMAN) is None


@pytest.mark.parametrize("n_channels", [1, 2, 3])
def test_hardly_any_channels_are_refused(n_channels):
    axis = np.linspace(350, 1050, n_channels)

    assert input_axis(500, 700).misfit(axis, RAMAN) is not None


def test_reading_channels_are_those_nearer_than_a_step():
    sensor = input_axis(500, 700)
    axis = np.arange(400.0, 800.0, 1.0)

    read = axis[sensor.reads(axis)]

    assert (read[0], read[-1]) == (499.0, 701.0)
    np.testing.assert_array_equal(sensor.reads(AXIS), sensor.used)


def test_files_on_the_axis_that_the_instrument_names_are_known_and_corrected():
    named = np.arange(400.0, 800.0, 2.0)
    correction = AxisCorrection((-5.0, 1.01), named)
    axis = InputAxis(correction.true, RAMAN, np.ones(named.size, dtype=bool), correction)

    np.testing.assert_array_equal(axis.true(named), correction.true)
    np.testing.assert_array_equal(axis.true(correction.true), correction.true)
    np.testing.assert_array_equal(axis.true(named[:-1]), named[:-1])
