"""Steps that change the axis: crop to regions, resample on a grid."""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, eye_array

from pat.arrays import BoolArray, FloatArray
from pat.errors import AxisError
from pat.preprocessing.base import RowWise
from pat.preprocessing.channels import channel_axis, checked_axis
from pat.spectra import describe_axis

Regions = Sequence[tuple[float, float]]


def regular_grid(regions: Regions, step: float) -> FloatArray:
    """Return a rising axis of this step over each region, both ends included where they fit.

    Raises
    ------
    ValueError
        If there is no region, one is empty, two overlap, or `step` is not above zero.
    """
    if not step > 0:
        msg = f"expected a step above zero; got {step!r}"
        raise ValueError(msg)
    ordered = _checked_regions(regions)
    pieces = [
        low + step * np.arange(np.floor((high - low) / step + 1e-9) + 1) for low, high in ordered
    ]
    grid = np.concatenate(pieces)
    if np.any(np.diff(grid) <= 0):
        msg = f"expected regions that do not overlap; got {ordered}"
        raise ValueError(msg)
    return grid


class _AxisChange(RowWise):
    """A row-wise step whose channels out are not its channels in; `axis_out_` after `fit`."""

    axis: ArrayLike | None

    def fit(self, X: FloatArray, y: object = None) -> Self:
        """Check the settings and keep the axis that comes out as `axis_out_`."""
        super().fit(X)
        self.axis_out_ = self.axis_after(channel_axis(self.axis, self.n_features_in_))
        return self

    def axis_after(self, axis: FloatArray) -> FloatArray:
        """Return the axis that spectra on `axis` have after this step."""
        raise NotImplementedError

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """Return the axis values that come out, as text."""
        return np.array([f"{value:.10g}" for value in self.axis_out_], dtype=object)


class Crop(_AxisChange):
    """Keep the channels that lie in one of several regions.

    Parameters
    ----------
    axis : array of shape (n_channels,) or None
        Axis of the spectra that come in; None means channel numbers.
    regions : sequence of (low, high) or None
        In the axis' unit, both ends included; they may overlap. None keeps everything.
    """

    def __init__(self, axis: ArrayLike | None = None, regions: Regions | None = None) -> None:
        self.axis = axis
        self.regions = regions

    def axis_after(self, axis: FloatArray) -> FloatArray:
        """Return the axis values inside the regions."""
        return axis[region_mask(axis, self.regions)]

    def _check_settings(self, n_channels: int) -> None:
        region_mask(channel_axis(self.axis, n_channels), self.regions)

    def _treat(self, X: FloatArray) -> FloatArray:
        return X[:, region_mask(channel_axis(self.axis, X.shape[1]), self.regions)]

    def weights(self, n_channels: int) -> csr_array:
        """Return the weights W (n_channels_out, n_channels): `X @ W.T` is what comes out."""
        mask = region_mask(channel_axis(self.axis, n_channels), self.regions)
        return csr_array(eye_array(n_channels, format="csr")[mask])


class Resample(_AxisChange):
    """Bring spectra onto a grid: interpolate where it is finer, average where it is coarser.

    Parameters
    ----------
    axis : array of shape (n_channels,) or None
        Axis of the spectra that come in, rising or falling; None means channel numbers.
    grid : array of shape (n_out,) or None
        Axis that comes out, inside the span of `axis`; None keeps the axis.

    Notes
    -----
    See `resampling_weights` for how the channels are weighed.
    """

    def __init__(self, axis: ArrayLike | None = None, grid: ArrayLike | None = None) -> None:
        self.axis = axis
        self.grid = grid

    def axis_after(self, axis: FloatArray) -> FloatArray:
        """Return the grid."""
        return axis if self.grid is None else checked_axis(self.grid)

    def _check_settings(self, n_channels: int) -> None:
        axis = channel_axis(self.axis, n_channels)
        _check_covered(axis, self.axis_after(axis))

    def _treat(self, X: FloatArray) -> FloatArray:
        axis = channel_axis(self.axis, X.shape[1])
        grid = self.axis_after(axis)
        if np.array_equal(axis, grid):
            return X.copy()
        return np.ascontiguousarray((resampling_weights(axis, grid) @ X.T).T)

    def weights(self, n_channels: int) -> csr_array:
        """Return the weights W (n_channels_out, n_channels): `X @ W.T` is what comes out."""
        axis = channel_axis(self.axis, n_channels)
        grid = self.axis_after(axis)
        if np.array_equal(axis, grid):
            return csr_array(eye_array(n_channels))
        return resampling_weights(axis, grid)


def region_mask(axis: FloatArray, regions: Regions | None) -> BoolArray:
    """Return which channels of `axis` lie in a region.

    Raises
    ------
    AxisError
        If a region holds no channel.
    """
    if regions is None:
        return np.ones(axis.size, dtype=np.bool_)
    mask = np.zeros(axis.size, dtype=np.bool_)
    for low, high in _checked_regions(regions):
        inside = (axis >= low) & (axis <= high)
        if not inside.any():
            msg = f"expected channels from {low:g} to {high:g}; got {describe_axis(axis)}"
            raise AxisError(msg)
        mask |= inside
    return mask


def resampling_weights(axis: FloatArray, grid: FloatArray) -> csr_array:
    """Return the weights W of shape (n_grid, n_channels) so that `X @ W.T` lies on `grid`.

    Raises
    ------
    AxisError
        If the grid reaches beyond the axis.

    Notes
    -----
    Each value is the mean of the linearly interpolated spectrum over a window centred on
    the grid point. Its width, sqrt(max(0, grid step² - channel step²)), is nothing where
    the grid is as fine as the axis (plain interpolation, and the identity on the same
    axis) and nears the grid step where it is much coarser, so that no photon is thrown
    away. Straight lines come through untouched.
    """
    _check_covered(axis, grid)
    falling = axis.size > 1 and axis[0] > axis[-1]
    nodes = axis[::-1] if falling else axis
    if nodes.size == 1:
        return csr_array(np.ones((grid.size, 1)))
    half = _half_widths(nodes, grid)
    weights = _window_means(nodes, grid - half, grid + half)
    return weights[:, ::-1] if falling else weights


def _half_widths(nodes: FloatArray, grid: FloatArray) -> FloatArray:
    cell = np.clip(np.searchsorted(nodes, grid, side="right") - 1, 0, nodes.size - 2)
    channel_step = np.diff(nodes)[cell]
    half = 0.5 * np.sqrt(np.maximum(0.0, _grid_steps(grid) ** 2 - channel_step**2))
    half[half < 1e-6 * channel_step] = 0.0  # the same step but for rounding
    half = np.minimum(half, np.minimum(grid - nodes[0], nodes[-1] - grid))
    return np.maximum(half, 0.0)


def _grid_steps(grid: FloatArray) -> FloatArray:
    """Return the distance of each grid point to its nearer neighbour."""
    if grid.size == 1:
        return np.zeros(1)
    steps = np.abs(np.diff(grid))
    return np.minimum(np.r_[steps[0], steps], np.r_[steps, steps[-1]])


def _window_means(nodes: FloatArray, low: FloatArray, high: FloatArray) -> csr_array:
    """Return the weights that average the linear interpolant from each `low` to `high`."""
    first = np.clip(np.searchsorted(nodes, low, side="right") - 1, 0, nodes.size - 2)
    last = np.clip(np.searchsorted(nodes, high, side="left") - 1, first, nodes.size - 2)
    n_cells = last - first + 1
    rows = np.repeat(np.arange(low.size), n_cells)
    cells = first[rows] + np.arange(rows.size) - np.repeat(np.cumsum(n_cells) - n_cells, n_cells)

    left, right = nodes[cells], nodes[cells + 1]
    start, stop = np.maximum(low[rows], left), np.minimum(high[rows], right)
    width = (high - low)[rows]
    share = np.divide(stop - start, width, out=np.ones_like(width), where=width > 0)
    position = (0.5 * (start + stop) - left) / (right - left)

    weights = np.r_[share * (1.0 - position), share * position]
    place = (np.r_[rows, rows], np.r_[cells, cells + 1])
    averages = csr_array((weights, place), shape=(low.size, nodes.size))
    averages.eliminate_zeros()
    return averages


def _check_covered(axis: FloatArray, grid: FloatArray) -> None:
    tolerance = 1e-9 * float(np.max(np.abs(axis)))
    if grid.min() < axis.min() - tolerance or grid.max() > axis.max() + tolerance:
        msg = f"expected an axis that covers {describe_axis(grid)}; got {describe_axis(axis)}"
        raise AxisError(msg)


def _checked_regions(regions: Regions) -> tuple[tuple[float, float], ...]:
    ordered = tuple(sorted((float(low), float(high)) for low, high in regions))
    if not ordered or any(not low < high for low, high in ordered):
        msg = f"expected regions as (low, high) with low < high; got {tuple(regions)!r}"
        raise ValueError(msg)
    return ordered
