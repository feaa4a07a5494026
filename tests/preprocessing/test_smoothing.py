"""Savitzky-Golay is right in the unit of the axis, at the ends and beside gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pat.errors import AxisError
from pat.preprocessing import SavitzkyGolay, savitzky_golay
from pat.preprocessing.smoothing import window_channels
from tests.oracles import savitzky_golay_by_hand

AXIS = np.arange(400.0, 480.0, 1.6)
GAPPED = np.r_[AXIS, AXIS + 500.0]


@pytest.mark.parametrize("polyorder,deriv", [(2, 0), (2, 1), (3, 1), (2, 2), (4, 3)])
@pytest.mark.parametrize("axis", [AXIS, AXIS[::-1]])
def test_each_channel_is_the_polynomial_fit_over_its_window(axis, polyorder, deriv):
    spectrum = np.random.default_rng(0).normal(size=axis.size)

    actual = SavitzkyGolay(11.2, polyorder, deriv=deriv, axis=axis).transform(spectrum[np.newaxis])

    expected = savitzky_golay_by_hand(spectrum, axis, window=7, polyorder=polyorder, deriv=deriv)
    assert actual[0] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    step=st.floats(0.3, 5.0),
    deriv=st.integers(0, 3),
    falling=st.booleans(),
    coefficients=st.lists(st.floats(-5, 5), min_size=4, max_size=4),
)
def test_a_polynomial_of_its_order_is_differentiated_exactly_per_axis_unit(
    step, deriv, falling, coefficients
):
    axis = step * np.arange(-20.0, 21.0)[:: -1 if falling else 1]
    polynomial = np.polynomial.Polynomial(coefficients)

    actual = savitzky_golay(
        polynomial(axis)[np.newaxis], axis, window_cm1=9 * step, polyorder=3, deriv=deriv
    )

    expected = polynomial.deriv(deriv)(axis) if deriv else polynomial(axis)
    scale = 1.0 + np.abs(polynomial(axis)).max() / step**deriv
    assert actual[0] / scale == pytest.approx(expected / scale, abs=1e-11)


def test_the_same_window_in_axis_units_gives_the_same_slope_on_another_axis():
    band = [np.exp(-(((axis - 440.0) / 12.0) ** 2)) for axis in (AXIS, AXIS[::2])]

    fine, coarse = (
        SavitzkyGolay(16.0, 2, deriv=1, axis=axis).transform(x[np.newaxis])[0]
        for axis, x in zip((AXIS, AXIS[::2]), band, strict=True)
    )

    inner = slice(5, -5)
    assert fine[::2][inner] == pytest.approx(coarse[inner], abs=0.05 * np.abs(coarse).max())


@pytest.mark.parametrize("deriv", [0, 1, 2])
def test_no_window_reaches_across_a_gap(deriv):
    X = (
        np.random.default_rng(1).normal(size=(3, GAPPED.size))
        + np.r_[np.zeros(AXIS.size), np.full(AXIS.size, 1e4)]
    )
    filters = SavitzkyGolay(15.0, 2, deriv=deriv, axis=GAPPED)

    apart = [
        SavitzkyGolay(15.0, 2, deriv=deriv, axis=AXIS).transform(X[:, half])
        for half in (slice(0, AXIS.size), slice(AXIS.size, None))
    ]

    assert filters.transform(X) == pytest.approx(np.hstack(apart))


def test_a_stretch_shorter_than_the_window_gets_one_polynomial():
    axis = np.r_[AXIS, 900.0, 901.6, 903.2]
    X = np.random.default_rng(2).normal(size=(2, axis.size))
    X[:, -3:] = [[1.0, 3.0, 5.0], [0.0, 1.0, 0.0]]

    slopes = SavitzkyGolay(11.0, 2, deriv=1, axis=axis).transform(X)[:, -3:]

    assert slopes == pytest.approx(np.array([[1.25, 1.25, 1.25], [1.25, 0.0, -1.25]]))


@pytest.mark.parametrize(
    "window,step,expected", [(15, 1, 15), (15.9, 1, 15), (16.1, 1, 17), (21, 2, 11), (20, -2, 11)]
)
def test_the_window_is_the_nearest_odd_number_of_channels(window, step, expected):
    assert window_channels(window, step, polyorder=2) == expected


def test_a_window_too_narrow_for_its_polynomial_is_refused():
    with pytest.raises(ValueError, match=r"more than 3 channels .* got 5, 3 channels of 1\.6"):
        SavitzkyGolay(5.0, 3, axis=AXIS).fit(np.ones((2, AXIS.size)))


@pytest.mark.parametrize("deriv", [-1, 3])
def test_a_derivative_the_polynomial_does_not_have_is_refused(deriv):
    with pytest.raises(ValueError, match="expected 0 <= deriv <= polyorder"):
        SavitzkyGolay(15.0, 2, deriv=deriv, axis=AXIS).fit(np.ones((2, AXIS.size)))


def test_an_uneven_axis_is_refused():
    with pytest.raises(AxisError, match="Resample"):
        SavitzkyGolay(15.0, axis=np.geomspace(400, 1800, 300)).fit(np.ones((1, 300)))
