"""The prediction interval: where the next reference assay of a new culture will lie."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pat.arrays import FloatArray
from pat.errors import CalibrationError

CONFIDENCE = 0.95


class IntervalMethod(StrEnum):
    """How the width was found."""

    CULTURE_QUANTILE = "quantile of left-out residuals, corrected for the number of cultures"
    STUDENT_T = "Student's t on the spread of left-out residuals"


@dataclass(frozen=True, slots=True)
class Interval:
    """A prediction interval of one width.

    Parameters
    ----------
    half_width : float
        In the analyte's unit.
    confidence : float
    method : IntervalMethod
    n_cultures : int
        Cultures that were left out to find it.
    """

    half_width: float
    confidence: float
    method: IntervalMethod
    n_cultures: int

    def bounds(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return lower and upper of values (n,); NaN where a value is."""
        return values - self.half_width, values + self.half_width


def residual_interval(
    residuals: FloatArray, cultures: NDArray[np.object_], *, confidence: float = CONFIDENCE
) -> Interval:
    """Return the interval that left-out residuals support.

    Parameters
    ----------
    residuals : ndarray of shape (n,)
        Prediction minus assay where the culture was left out; holds the assay's own error.
    cultures : array of shape (n,)
        The unit of validation of each residual. Each weighs the same, whatever it counts.
    confidence : float
        Probability that the next assay of a new culture lies inside.

    Raises
    ------
    CalibrationError
        If there are fewer than two cultures.

    Notes
    -----
    With K cultures and K >= confidence / (1 - confidence) (19 for 95 %) the half-width is the
    quantile of |residual| at the level confidence (K + 1) / K, each culture sharing the weight
    1/K equally among its residuals: the distribution-free interval for a new culture that is
    exchangeable with those at hand. With fewer cultures no such level exists, and Student's t
    with K - 1 degrees of freedom on the root mean square stands in; it takes all residuals of
    a culture as one, the worst that can be. The promise is marginal: over cultures, not within
    each.

    References
    ----------
    Dunn, Wasserman and Ramdas (2023). Journal of the American Statistical Association 118,
    2491-2502. Lee, Barber and Willett (2023). arXiv:2306.06342.
    """
    names, index, counts = np.unique(cultures.astype(str), return_inverse=True, return_counts=True)
    n_cultures = len(names)
    if n_cultures < 2:
        msg = f"expected left-out residuals of two cultures or more; got {n_cultures}"
        raise CalibrationError(msg)
    weights = 1.0 / (n_cultures * counts[index])
    level = confidence * (n_cultures + 1) / n_cultures
    if level <= 1:
        half_width = weighted_quantile(np.abs(residuals), weights, level=level)
        return Interval(half_width, confidence, IntervalMethod.CULTURE_QUANTILE, n_cultures)
    spread = float(np.sqrt(weights @ residuals**2))
    quantile = stats.t.ppf(0.5 + confidence / 2, df=n_cultures - 1)
    half_width = float(quantile * spread * np.sqrt(1 + 1 / n_cultures))
    return Interval(half_width, confidence, IntervalMethod.STUDENT_T, n_cultures)


def weighted_quantile(values: FloatArray, weights: FloatArray, *, level: float) -> float:
    """Return the smallest value up to which at least `level` of the weight lies."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    # Rounding in the sum must not push the quantile to the next residual.
    place = int(np.searchsorted(reached, level - 1e-9))
    return float(values[order[min(place, len(values) - 1)]])
