"""Gaps are found where a region was cut out, and nowhere on an axis that real instruments have."""

import numpy as np
import pytest

from pat.errors import AxisError
from pat.preprocessing.channels import channel_axis, contiguous_stretches, even_step

ROUNDED = np.round(428.0 + 1.4 * np.arange(1000))  # steps of 1 and 2, as instruments print them
DISPERSIVE = 1e7 / 785.0 - 1e7 / np.linspace(800.0, 1020.0, 1024)[::-1]
LOGARITHMIC = np.geomspace(400.0, 4000.0, 500)


@pytest.mark.parametrize(
    "axis", [ROUNDED, DISPERSIVE, LOGARITHMIC, np.array([5.0]), np.arange(2.0)]
)
def test_an_axis_in_one_piece_has_one_stretch(axis):
    assert contiguous_stretches(axis) == (slice(0, axis.size),)
    assert contiguous_stretches(axis[::-1]) == (slice(0, axis.size),)


@pytest.mark.parametrize("sizes", [(50, 60), (3, 80, 2), (2, 2, 2), (40, 1), (1, 40, 1)])
@pytest.mark.parametrize("direction", [1, -1])
def test_each_region_of_a_cropped_axis_is_a_stretch(sizes, direction):
    regions = [1000.0 * k + 2.0 * np.arange(n) for k, n in enumerate(sizes)]
    axis = np.concatenate(regions)[::direction]

    found = [stretch.stop - stretch.start for stretch in contiguous_stretches(axis)]

    assert found == list(sizes)[::direction]


def test_one_missing_channel_is_no_gap_and_leaves_the_axis_even():
    axis = np.delete(np.arange(400.0, 500.0), 30)

    assert len(contiguous_stretches(axis)) == 1
    assert even_step(axis) == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize("axis", [ROUNDED, np.round(np.linspace(65, 3350, 2048), 2), -ROUNDED])
def test_a_rounded_axis_is_even(axis):
    expected = (axis[-1] - axis[0]) / (axis.size - 1)
    assert even_step(axis) == pytest.approx(expected)


@pytest.mark.parametrize("axis", [DISPERSIVE, LOGARITHMIC])
def test_an_axis_whose_step_drifts_is_refused_with_what_to_do(axis):
    with pytest.raises(AxisError, match=r"expected an even axis.*Resample on a regular_grid"):
        even_step(axis)


def test_no_axis_means_channel_numbers():
    assert channel_axis(None, 3).tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    "axis", [[1.0, 2.0], [1.0, 3.0, 2.0], [1.0, np.nan, 3.0], [1.0, 1.0, 2.0], [[1.0, 2.0, 3.0]]]
)
def test_an_axis_that_does_not_fit_is_refused(axis):
    with pytest.raises(AxisError, match="expected"):
        channel_axis(axis, 3)
