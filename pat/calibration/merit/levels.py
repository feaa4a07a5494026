"""Accuracy by level: the same figures where the analyte is low, in the middle and high."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pat.arrays import FloatArray, IntArray
from pat.calibration.merit.agreement import Tolerance, tolerance
from pat.calibration.merit.by_culture import culture_interval
from pat.calibration.merit.components import variance_components
from pat.calibration.merit.figures import bias, checked_pair, rmse

#: Share of future errors that the total error of a level is to hold.
SHARE = 0.90
_FEWEST_SAMPLES = 5  # of two cultures; fewer say nothing of a level


@dataclass(frozen=True, slots=True)
class Level:
    """Figures of the samples whose assay lies between two bounds.

    Attributes
    ----------
    low, high : float
        Lowest and highest assay of the level.
    n_samples, n_cultures : int
    rmse, bias : float
    mean_measured, mean_predicted : float
        The point of the level on the line of predictions against assays.
    total_error : Tolerance or None
        Holds 90 % of future errors; None where the samples are too few.
    rmse_interval : (float, float) or None
        95 %, for cultures of the same kind; None with fewer than five.
    """

    low: float
    high: float
    n_samples: int
    n_cultures: int
    rmse: float
    bias: float
    mean_measured: float
    mean_predicted: float
    total_error: Tolerance | None = None
    rmse_interval: tuple[float, float] | None = None


def accuracy_by_level(
    measured: FloatArray, predicted: FloatArray, cultures: ArrayLike, *, n_levels: int = 3
) -> tuple[Level, ...]:
    """Return the figures of levels that hold as many samples each, from low to high.

    Parameters
    ----------
    measured, predicted : ndarray of shape (n_samples,)
    cultures : array of shape (n_samples,)
    n_levels : int

    Notes
    -----
    Equal assays fall into one level, so that levels may be fewer or of unequal size. With the
    levels chosen by the assay, its own error makes the lowest level look over-predicted and
    the highest under-predicted, by sel²/SD² of the distance from the mean.
    """
    measured, predicted = checked_pair(measured, predicted)
    names = np.asarray(cultures)
    place = _level_of(measured, n_levels)
    return tuple(
        _level(measured[place == number], predicted[place == number], names[place == number])
        for number in np.unique(place)
    )


def _level_of(measured: FloatArray, n_levels: int) -> IntArray:
    bounds = np.unique(np.quantile(measured, np.arange(1, n_levels) / n_levels))
    found: IntArray = np.searchsorted(bounds, measured, side="left").astype(np.int64)
    return found


def _level(measured: FloatArray, predicted: FloatArray, cultures: ArrayLike) -> Level:
    errors = predicted - measured
    components = variance_components(errors, cultures)
    enough = components is not None and errors.size >= _FEWEST_SAMPLES
    return Level(
        low=float(measured.min()),
        high=float(measured.max()),
        n_samples=errors.size,
        n_cultures=len(np.unique(np.asarray(cultures))),
        rmse=rmse(errors),
        bias=bias(errors),
        mean_measured=float(measured.mean()),
        mean_predicted=float(predicted.mean()),
        total_error=tolerance(components, share=SHARE) if enough and components else None,
        rmse_interval=culture_interval(errors, cultures),
    )
