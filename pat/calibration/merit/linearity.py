"""Linearity: whether predictions bend away from the line over the range."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pat.arrays import FloatArray
from pat.calibration.merit.bias_tests import SIGNIFICANT
from pat.calibration.merit.figures import checked_pair
from pat.calibration.merit.jackknife import jackknife_interval

_FEWEST_LEVELS = 3  # distinct assays, or there is nothing to bend over


@dataclass(frozen=True, slots=True)
class Linearity:
    """How far predictions bend from the straight line through them.

    Attributes
    ----------
    bend : float
        Predicted in the middle of the range less the mean of both ends, the line taken off.
    low, high : float
        95 % interval.
    """

    bend: float
    low: float
    high: float

    @property
    def is_straight(self) -> bool:
        """Whether no bend is what chance explains."""
        return self.low <= 0 <= self.high

    @property
    def meaning(self) -> str:
        """The outcome in one sentence."""
        numbers = (
            f"{self.bend:+.3g} between the middle of the range and its ends (95 % interval "
            f"{self.low:+.3g} to {self.high:+.3g})"
        )
        if self.is_straight:
            return f"predictions follow a straight line, within chance: they bend by {numbers}"
        return f"predictions bend more than chance explains ({1 - SIGNIFICANT:.0%}): {numbers}"


def linearity(measured: FloatArray, predicted: FloatArray, cultures: ArrayLike) -> Linearity | None:
    """Return the bend of predictions over the assays; None where it cannot be told.

    Notes
    -----
    A parabola through the errors, its second-order term as the height over the range of the
    assays; cultures are left out in turn. The assay's own error bends nothing, it only turns
    the line.
    """
    measured, predicted = checked_pair(measured, predicted)
    if np.unique(measured).size < _FEWEST_LEVELS:
        return None
    low, high = float(measured.min()), float(measured.max())

    def bend(assays: FloatArray, values: FloatArray) -> float | None:
        place = 2 * (assays - low) / (high - low) - 1
        if np.unique(place).size < _FEWEST_LEVELS:
            return None
        return -float(np.polynomial.polynomial.polyfit(place, values - assays, 2)[2])

    interval = jackknife_interval(bend, measured, predicted, cultures)
    whole = bend(measured, predicted)
    return None if interval is None or whole is None else Linearity(whole, *interval)
