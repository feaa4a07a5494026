"""The axis a sensor was made on, and how spectra on another axis are brought to it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pat.arrays import BoolArray, FloatArray
from pat.spectra import AxisCorrection, AxisKind

#: Channels of the incoming axis may lie this many calibrated steps apart.
SPARSEST = 4.0

_NODES = 4  # a cubic through the four nearest channels
_UNITS = {
    AxisKind.RAMAN_SHIFT: "cm-1",
    AxisKind.WAVENUMBER: "cm-1",
    AxisKind.WAVELENGTH: "nm",
}


def axis_unit(kind: AxisKind) -> str:
    """Return the unit of an axis."""
    return _UNITS[kind]


@dataclass(frozen=True, slots=True, eq=False)
class InputAxis:
    """The calibrated axis and the channels of it that the recipe reads.

    Parameters
    ----------
    values : ndarray of shape (n_channels,)
        Rising or falling.
    kind : AxisKind
    used : ndarray of bool, shape (n_channels,)
    correction : AxisCorrection or None
        Of the calibrated instrument: files on the axis that it names wrongly are known by it.
    """

    values: FloatArray
    kind: AxisKind
    used: BoolArray
    correction: AxisCorrection | None = None

    @property
    def unit(self) -> str:
        """Unit of the axis."""
        return axis_unit(self.kind)

    def true(self, axis: FloatArray) -> FloatArray:
        """Return the true axis of spectra on `axis`: corrected, if the instrument names it so."""
        if self.correction is not None and self.correction.means(axis):
            return self.correction.true
        return axis

    def misfit(self, axis: FloatArray, kind: AxisKind) -> str | None:
        """Return in words why spectra on `axis` cannot be scored; None where they can."""
        if kind != self.kind:
            return f"wrong axis: expected {self.kind.value}, got {kind.value}"
        wanted = self.values[self.used]
        step = self._step()
        low, high = float(wanted.min()), float(wanted.max())
        if axis.min() > low + step / 2 or axis.max() < high - step / 2:
            return (
                f"wrong axis: {axis.min():g} to {axis.max():g} {self.unit} does not cover "
                f"{low:g} to {high:g}"
            )
        gap = 2 * float(np.max(_distance_to_nearest(wanted, axis)))
        if axis.size < _NODES or gap > SPARSEST * step:
            return (
                f"too few channels: {axis.size}, up to {gap:.3g} {self.unit} apart; "
                f"calibrated {step:.3g} apart"
            )
        return None

    def fit(self, axis: FloatArray) -> "Resampling":
        """Return how spectra on `axis` are brought to this one; `axis` must not misfit."""
        if np.array_equal(axis, self.values):
            return Resampling(None, None)
        if np.array_equal(axis[::-1], self.values):
            backwards = np.arange(axis.size)[::-1, None]
            return Resampling(backwards, np.ones(backwards.shape))
        return _cubic(axis, self.values)

    def reads(self, axis: FloatArray) -> BoolArray:
        """Return which channels of another axis lie where the recipe reads, (n_channels,)."""
        wanted = np.sort(self.values[self.used])
        return _distance_to_nearest(axis, wanted) < 0.999 * self._step()

    def _step(self) -> float:
        return float(np.median(np.abs(np.diff(self.values)))) if self.values.size > 1 else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """Weights of a few channels in for each channel out; None: the axis is the same.

    Each channel out is a sum over its own few channels in, so that a channel that is NaN
    spoils its neighbours alone, and a spectrum comes out the same whatever stands beside it.
    """

    nodes: NDArray[np.intp] | None  # (n_channels_out, n_nodes)
    weights: FloatArray | None

    def __call__(self, intensities: FloatArray) -> FloatArray:
        """Return spectra (n_spectra, n_channels_out) of spectra (n_spectra, n_channels_in)."""
        if self.nodes is None or self.weights is None:
            return intensities
        out = intensities[:, self.nodes[:, 0]] * self.weights[:, 0]
        for node in range(1, self.nodes.shape[1]):
            out += intensities[:, self.nodes[:, node]] * self.weights[:, node]
        return out


def _cubic(axis: FloatArray, grid: FloatArray) -> Resampling:
    """Return Lagrange's cubic through the four channels around each grid point.

    Beyond the ends the last channel stands: such channels are within half a step of it, or
    none that the recipe reads.
    """
    order = np.argsort(axis)
    rising = axis[order]
    target = np.clip(grid, rising[0], rising[-1])
    first = np.clip(np.searchsorted(rising, target, side="right") - 2, 0, axis.size - _NODES)
    nodes = first[:, None] + np.arange(_NODES)
    x = rising[nodes]
    weights = np.ones(x.shape)
    for i in range(_NODES):
        for j in range(_NODES):
            if i != j:
                weights[:, i] *= (target - x[:, j]) / (x[:, i] - x[:, j])
    # A channel of weight zero must not pass its NaN on.
    nearest = np.take_along_axis(nodes, np.argmax(np.abs(weights), axis=1)[:, None], axis=1)
    return Resampling(order[np.where(weights == 0, nearest, nodes)], weights)


def _distance_to_nearest(points: FloatArray, axis: FloatArray) -> FloatArray:
    rising = np.sort(axis)
    right = np.clip(np.searchsorted(rising, points), 0, rising.size - 1)
    left = np.maximum(right - 1, 0)
    return np.minimum(np.abs(points - rising[left]), np.abs(points - rising[right]))
