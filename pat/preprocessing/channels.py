"""The axis under a step: its values, its contiguous stretches and their channel step."""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import median_filter

from pat.arrays import FloatArray, is_strictly_monotonic
from pat.errors import AxisError
from pat.spectra import describe_axis

_GAP_FACTOR = 2.5  # one missing channel doubles a step and is no gap; a cropped region is
_NEIGHBOURING_STEPS = 11  # a dispersive axis changes its step by far less than 2.5 over these
_EVEN_WITHIN_STEPS = 1.0  # rounding of printed axes and one missing channel stay inside this


def channel_axis(axis: ArrayLike | None, n_channels: int) -> FloatArray:
    """Return `axis` as an array of shape (n_channels,); None means channel numbers.

    Raises
    ------
    AxisError
        If the axis does not fit the channels or is not finite and strictly monotonic.
    """
    if axis is None:
        return np.arange(n_channels, dtype=np.float64)
    values = checked_axis(axis)
    if values.size != n_channels:
        msg = f"expected spectra on the axis {describe_axis(values)}; got {n_channels} channels"
        raise AxisError(msg)
    return values


def checked_axis(axis: ArrayLike) -> FloatArray:
    """Return `axis` as a float64 array, or raise AxisError where it is no axis."""
    values = np.asarray(axis, dtype=np.float64)
    usable = values.ndim == 1 and values.size > 0 and bool(np.all(np.isfinite(values)))
    if not usable or not is_strictly_monotonic(values):
        msg = f"expected a strictly rising or falling axis; got {describe_axis(values.ravel())}"
        raise AxisError(msg)
    return values


def contiguous_stretches(axis: FloatArray) -> tuple[slice, ...]:
    """Return the channel ranges of `axis` (n_channels,) between which there is a gap.

    A gap is a step more than 2.5 times as wide as the steps around it, so that the slowly
    changing step of a dispersive spectrometer is none.
    """
    steps = np.abs(np.diff(axis))
    if steps.size == 0:
        return (slice(0, int(axis.size)),)
    usual = median_filter(steps, size=_NEIGHBOURING_STEPS, mode="mirror")
    breaks = np.flatnonzero(steps > _GAP_FACTOR * usual) + 1
    edges = [0, *(int(b) for b in breaks), int(axis.size)]
    return tuple(slice(a, b) for a, b in pairwise(edges))


def even_step(axis: FloatArray) -> float:
    """Return the channel step of one stretch; negative on a falling axis.

    Raises
    ------
    AxisError
        If a channel lies more than one step from where an even axis would have it.
    """
    if axis.size < 2:
        return 1.0
    even = np.linspace(axis[0], axis[-1], axis.size)
    step = float(axis[-1] - axis[0]) / (axis.size - 1)
    if np.max(np.abs(axis - even)) > _EVEN_WITHIN_STEPS * abs(step):
        steps = np.abs(np.diff(axis))
        msg = (
            f"expected an even axis; got steps of {steps.min():g} to {steps.max():g} from "
            f"{axis[0]:g} to {axis[-1]:g}: put Resample on a regular_grid before this step"
        )
        raise AxisError(msg)
    return step
