"""The line of predictions against assays: slope and intercept, judged together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from pat.arrays import FloatArray
from pat.calibration.merit.bias_tests import SIGNIFICANT
from pat.calibration.merit.figures import checked_pair, is_constant, sep

_FEWEST_CULTURES = 4  # two coefficients and a covariance of two leave nothing of fewer


@dataclass(frozen=True, slots=True)
class LineTest:
    """Deming's line through predictions against assays, and whether it is the identity.

    Attributes
    ----------
    slope, intercept : float
        predicted = intercept + slope * assay.
    slope_interval, intercept_interval : (float, float)
        95 %, each by itself.
    p_value : float
        Of slope 1 and intercept 0 together.
    error_ratio : float or None
        Variance of the sensor's own errors over that of the assay's; None: the assay's error
        is not known and is taken for zero.
    n_cultures : int
    """

    slope: float
    intercept: float
    slope_interval: tuple[float, float]
    intercept_interval: tuple[float, float]
    p_value: float
    error_ratio: float | None
    n_cultures: int

    @property
    def meaning(self) -> str:
        """The outcome in one sentence."""
        numbers = (
            f"slope {self.slope:.3g} ({self.slope_interval[0]:.3g} to "
            f"{self.slope_interval[1]:.3g}), intercept {self.intercept:+.3g} "
            f"({self.intercept_interval[0]:+.3g} to {self.intercept_interval[1]:+.3g}), "
            f"p = {self.p_value:.2g} for 1 and 0 together"
        )
        if self.p_value <= SIGNIFICANT:
            return f"predictions do not follow the assays one to one: {numbers}"
        return f"predictions follow the assays one to one, within chance: {numbers}"


def line_test(
    measured: FloatArray, predicted: FloatArray, cultures: ArrayLike, *, sel: float | None = None
) -> LineTest | None:
    """Return Deming's regression with a joint test, cultures left out in turn; None if undefined.

    Parameters
    ----------
    measured, predicted : ndarray of shape (n_samples,)
    cultures : array of shape (n_samples,)
    sel : float, optional
        Standard deviation of the assay's own error, in its unit.

    Returns
    -------
    LineTest or None
        None with fewer than four cultures or equal assays.

    Notes
    -----
    The covariance of both coefficients is the jackknife's over cultures; the joint test is
    Hotelling's with n_cultures - 1 degrees of freedom. The ratio of the error variances is
    (SEP² - sel²)/sel²: SEP holds the assay's error too. Where SEP is below sel, both errors
    count as equal.

    References
    ----------
    Linnet (1993). Clinical Chemistry 39, 424-432.
    """
    measured, predicted = checked_pair(measured, predicted)
    names, member = np.unique(np.asarray(cultures), return_inverse=True)
    if names.size < _FEWEST_CULTURES or is_constant(measured):
        return None
    ratio = _error_ratio(measured, predicted, sel)
    whole = _deming(measured, predicted, ratio)
    left = [member != culture for culture in range(names.size)]
    if any(is_constant(measured[kept]) for kept in left):
        return None
    without = np.array([_deming(measured[kept], predicted[kept], ratio) for kept in left])
    centred = without - without.mean(axis=0)
    covariance = (names.size - 1) / names.size * centred.T @ centred
    freedom = names.size - 1
    reach = stats.t.ppf(0.975, freedom) * np.sqrt(np.diag(covariance))
    return LineTest(
        slope=float(whole[1]),
        intercept=float(whole[0]),
        slope_interval=(float(whole[1] - reach[1]), float(whole[1] + reach[1])),
        intercept_interval=(float(whole[0] - reach[0]), float(whole[0] + reach[0])),
        p_value=_joint_p_value(whole - np.array([0.0, 1.0]), covariance, freedom=freedom),
        error_ratio=ratio,
        n_cultures=names.size,
    )


def _error_ratio(measured: FloatArray, predicted: FloatArray, sel: float | None) -> float | None:
    if not sel:
        return None
    spread = sep(predicted - measured) or 0.0
    return (spread**2 - sel**2) / sel**2 if spread > sel else 1.0


def _deming(measured: FloatArray, predicted: FloatArray, ratio: float | None) -> FloatArray:
    """Return intercept and slope; `ratio` None means assays without error."""
    x, y = measured - measured.mean(), predicted - predicted.mean()
    xx, yy, xy = x @ x, y @ y, x @ y
    if ratio is None or xy == 0:
        slope = xy / xx
    else:
        difference = yy - ratio * xx
        slope = (difference + np.sqrt(difference**2 + 4 * ratio * xy**2)) / (2 * xy)
    return np.array([predicted.mean() - slope * measured.mean(), slope])


def _joint_p_value(off: FloatArray, covariance: FloatArray, *, freedom: int) -> float:
    if not np.any(off):
        return 1.0
    distance = off @ np.linalg.pinv(covariance, hermitian=True) @ off
    return float(stats.f.sf(distance * (freedom - 1) / (2 * freedom), 2, freedom - 1))
