"""Normalisation by a band that every good spectrum has: water, the sapphire of the probe."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from pat.arrays import BoolArray, FloatArray
from pat.errors import AxisError
from pat.preprocessing.axis import region_mask
from pat.preprocessing.base import SameAxis
from pat.preprocessing.channels import channel_axis
from pat.spectra import describe_axis

Measure = Literal["area", "height", "mean"]

_SHOULDER_SHARE = 0.1  # of the band's channels on each side carry its local baseline
_ROUNDING = 64 * np.finfo(np.float64).eps


class BandNormalise(SameAxis):
    """Divide each spectrum by the size of one band in it.

    Parameters
    ----------
    band : (low, high) or None
        In the axis' unit, its feet included, such as (1550, 1750) for water at 1640 cm-1 or
        (735, 765) for sapphire at 750; None takes the whole spectrum.
    axis : array of shape (n_channels,) or None
        None means channel numbers.
    measure : "area", "height" or "mean"
        Area or height above the band's local baseline, or the plain mean of its channels.

    Notes
    -----
    A spectrum whose band is not above zero has no internal standard and becomes zeros:
    finite, and far from any calibration, so that the limits find it where no gate stood
    before. Put this step before derivatives, on which an area means nothing.
    """

    def __init__(
        self,
        band: tuple[float, float] | None = None,
        axis: ArrayLike | None = None,
        *,
        measure: Measure = "area",
    ) -> None:
        self.band = band
        self.axis = axis
        self.measure = measure

    def _check_settings(self, n_channels: int) -> None:
        if self.measure not in get_args(Measure):
            msg = f"expected a measure out of {get_args(Measure)}; got {self.measure!r}"
            raise ValueError(msg)
        self._band_mask(channel_axis(self.axis, n_channels))

    def _treat(self, X: FloatArray) -> FloatArray:
        axis = channel_axis(self.axis, X.shape[1])
        inside = self._band_mask(axis)
        size = band_size(X[:, inside], axis[inside], measure=self.measure)
        found = size > _ROUNDING * _largest_size(X[:, inside], axis[inside], measure=self.measure)
        return np.where(found[:, np.newaxis], X, 0.0) / np.where(found, size, 1.0)[:, np.newaxis]

    def size_weights(self, n_channels: int) -> FloatArray | None:
        """Return the weights (n_channels,) whose product with a spectrum is the band's size.

        None where the size is no weighted sum: a height.
        """
        if self.measure == "height":
            return None
        axis = channel_axis(self.axis, n_channels)
        inside = self._band_mask(axis)
        weights = np.zeros(n_channels)
        weights[inside] = band_size(np.eye(inside.sum()), axis[inside], measure=self.measure)
        return weights

    def _band_mask(self, axis: FloatArray) -> BoolArray:
        if self.band is None:
            return region_mask(axis, None)
        low, high = self.band
        step = np.abs(np.diff(axis)).max(initial=0.0)
        if low < axis.min() - step or high > axis.max() + step:
            msg = f"expected an axis that covers {low:g} to {high:g}; got {describe_axis(axis)}"
            raise AxisError(msg)
        return region_mask(axis, (self.band,))


def band_size(band: FloatArray, axis: FloatArray, *, measure: Measure) -> FloatArray:
    """Return the size of a band in each spectrum, shape (n_spectra,).

    Parameters
    ----------
    band : ndarray of shape (n_spectra, n_channels)
        The band's channels alone, on `axis`.
    measure : "area", "height" or "mean"
        Area in intensity times axis unit; height and mean in intensity.
    """
    if measure == "mean":
        return band.mean(axis=1)
    above = band - local_baseline(band, axis)
    if measure == "height":
        return above.max(axis=1)
    return np.trapezoid(above, np.abs(axis - axis[0]), axis=1)


def _largest_size(band: FloatArray, axis: FloatArray, *, measure: Measure) -> FloatArray:
    """Return what the band would measure with its highest intensity in all channels."""
    width = abs(float(axis[-1] - axis[0])) if measure == "area" else 1.0
    return width * np.max(np.abs(band), axis=1)


def local_baseline(band: FloatArray, axis: FloatArray) -> FloatArray:
    """Return the line through the mean of the outer tenth of the channels on either side."""
    n_shoulder = max(1, round(_SHOULDER_SHARE * axis.size))
    left, right = slice(0, n_shoulder), slice(axis.size - n_shoulder, None)
    start, stop = axis[left].mean(), axis[right].mean()
    low, high = band[:, left].mean(axis=1), band[:, right].mean(axis=1)
    slope = np.zeros_like(low) if start == stop else (high - low) / (stop - start)
    return low[:, np.newaxis] + slope[:, np.newaxis] * (axis - start)
