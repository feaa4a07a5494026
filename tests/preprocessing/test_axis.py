"""Cropping and resampling keep what the spectrum holds: lines exactly, photons on average."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pat.errors import AxisError
from pat.preprocessing import Crop, Resample, regular_grid
from pat.preprocessing.axis import resampling_weights
from tests.oracles import interpolant_mean

AXIS = np.arange(400.0, 1000.0, 1.0)
UNEVEN = np.cumsum(np.random.default_rng(3).uniform(0.5, 1.5, 300)) + 400.0


def test_a_regular_grid_has_both_ends_of_every_region():
    grid = regular_grid([(1000.0, 1001.0), (400.0, 400.9)], 0.3)

    assert grid == pytest.approx([400.0, 400.3, 400.6, 400.9, 1000.0, 1000.3, 1000.6, 1000.9])


@pytest.mark.parametrize("regions", [[], [(5.0, 5.0)], [(8.0, 5.0)], [(1.0, 4.0), (3.0, 9.0)]])
def test_regions_that_are_none_or_overlap_make_no_grid(regions):
    with pytest.raises(ValueError, match="expected regions"):
        regular_grid(regions, 1.0)


@pytest.mark.parametrize("step", [0.0, -1.0, np.nan])
def test_a_grid_needs_a_step_above_zero(step):
    with pytest.raises(ValueError, match="expected a step above zero"):
        regular_grid([(0.0, 1.0)], step)


def test_crop_keeps_the_channels_of_all_regions_once():
    X = np.arange(AXIS.size, dtype=float)[np.newaxis]
    crop = Crop(AXIS, [(500.0, 510.0), (405.0, 407.0), (505.0, 512.0)]).fit(X)

    expected = [405, 406, 407, *range(500, 513)]
    assert crop.axis_out_.tolist() == expected
    assert crop.transform(X)[0].tolist() == [value - 400 for value in expected]
    assert crop.get_feature_names_out()[:2].tolist() == ["405", "406"]


def test_crop_refuses_a_region_without_channels():
    with pytest.raises(AxisError, match="expected channels from 2800 to 3000; got 400 to 999"):
        Crop(AXIS, [(2800.0, 3000.0)]).fit(np.ones((2, AXIS.size)))


def test_resampling_on_the_same_axis_changes_nothing():
    X = np.random.default_rng(0).normal(size=(3, AXIS.size))

    assert np.array_equal(Resample(AXIS, AXIS).transform(X), X)
    shifted_by_rounding = AXIS * (1.0 + 1e-13)
    assert Resample(AXIS, shifted_by_rounding[1:-1]).transform(X) == pytest.approx(X[:, 1:-1])


@pytest.mark.parametrize("axis", [AXIS, UNEVEN, AXIS[::-1]])
def test_a_grid_finer_than_the_axis_is_interpolated(axis):
    X = np.random.default_rng(1).normal(size=(2, axis.size))
    grid = np.arange(450.0, 600.0, 0.25)
    rising = np.argsort(axis)

    expected = [np.interp(grid, axis[rising], x[rising]) for x in X]

    assert Resample(axis, grid).transform(X) == pytest.approx(np.array(expected))


@pytest.mark.parametrize("axis", [AXIS, UNEVEN])
@pytest.mark.parametrize("step", [1.3, 3.0, 7.7])
def test_a_coarser_grid_takes_the_mean_of_the_interpolant_around_each_point(axis, step):
    x = np.random.default_rng(2).normal(size=axis.size)
    grid = np.arange(450.0, 650.0, step)
    channel_step = _channel_steps(axis, grid)
    width = np.sqrt(np.maximum(step**2 - channel_step**2, 0.0))

    actual = Resample(axis, grid).transform(x[np.newaxis])[0]

    expected = [
        interpolant_mean(x, axis, g - w / 2, g + w / 2) for g, w in zip(grid, width, strict=True)
    ]
    assert actual == pytest.approx(np.array(expected), abs=1e-4)  # of the midpoint rule


def _channel_steps(axis, grid):
    return np.array([np.diff(axis)[np.flatnonzero(axis <= g)[-1]] for g in grid])


@settings(max_examples=60, deadline=None)
@given(
    step=st.floats(0.2, 40.0),
    start=st.floats(400.0, 500.0),
    slope=st.floats(-1e3, 1e3),
    seed=st.integers(0, 99),
)
def test_straight_lines_come_through_any_grid_up_to_its_ends(step, start, slope, seed):
    axis = 400.0 + np.cumsum(np.random.default_rng(seed).uniform(0.3, 3.0, 200))
    grid = np.r_[np.arange(max(start, axis[0]), axis[-1], step), axis[-1]]
    line = 5.0 + slope * (axis - 400.0)

    resampled = Resample(axis, np.unique(grid)).transform(line[np.newaxis])[0]

    assert resampled == pytest.approx(5.0 + slope * (np.unique(grid) - 400.0), rel=1e-9, abs=1e-6)


def test_a_coarse_grid_averages_the_noise_of_all_channels():
    noise = np.random.default_rng(4).normal(size=(400, AXIS.size))
    grid = regular_grid([(420.0, 980.0)], 10.0)

    spread = Resample(AXIS, grid).transform(noise).std()

    # A box of 9.95 channels over a linear interpolant; picking one channel would give 1.
    assert spread == pytest.approx(1 / np.sqrt(10.0), rel=0.05)


@pytest.mark.parametrize("grid", [[399.0, 500.0], [500.0, 1000.5]])
def test_a_grid_beyond_the_axis_is_refused(grid):
    with pytest.raises(AxisError, match="expected an axis that covers"):
        Resample(AXIS, grid).fit(np.ones((1, AXIS.size)))


def test_weights_are_a_mean_everywhere():
    weights = resampling_weights(UNEVEN, np.linspace(UNEVEN[0], UNEVEN[-1], 77))

    assert weights.sum(axis=1) == pytest.approx(np.ones(77))
    assert weights.toarray().min() >= 0.0
