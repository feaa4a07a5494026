"""Intervals of figures of merit by leaving cultures out in turn."""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from pat.arrays import FloatArray

_FEWEST_CULTURES = 5


class Scale(StrEnum):
    """On which a figure's error is nearly the same whatever its size."""

    PLAIN = "plain"
    LOG = "log"  # standard errors and ratios to them
    CORRELATION = "correlation"  # Fisher's z of a correlation
    SQUARED_CORRELATION = "squared correlation"  # of its root


#: From assays and predictions to a figure; None where it is undefined.
Figure = Callable[[FloatArray, FloatArray], float | None]

_TO: dict[Scale, Callable[[FloatArray], FloatArray]] = {
    Scale.PLAIN: lambda x: x,
    Scale.LOG: np.log,
    Scale.CORRELATION: np.arctanh,
    Scale.SQUARED_CORRELATION: lambda x: np.arctanh(np.sqrt(np.maximum(x, 0.0))),
}
_BACK: dict[Scale, Callable[[FloatArray], FloatArray]] = {
    Scale.PLAIN: lambda x: x,
    Scale.LOG: np.exp,
    Scale.CORRELATION: np.tanh,
    Scale.SQUARED_CORRELATION: lambda x: np.tanh(np.maximum(x, 0.0)) ** 2,
}


def jackknife_interval(
    figure: Figure,
    measured: FloatArray,
    predicted: FloatArray,
    cultures: ArrayLike,
    *,
    scale: Scale = Scale.PLAIN,
) -> tuple[float, float] | None:
    """Return the 95 % interval of a figure for cultures of the same kind; None if undefined.

    Parameters
    ----------
    figure : callable
    measured, predicted : ndarray of shape (n_samples,)
    cultures : array of shape (n_samples,)
    scale : Scale
        Where Student's t is laid over the cultures left out.

    Returns
    -------
    (low, high) or None
        None with fewer than five cultures, or where the figure is undefined without one.

    References
    ----------
    Efron and Tibshirani (1993). An Introduction to the Bootstrap, chapter 11. Chapman & Hall.
    """
    names, member = np.unique(np.asarray(cultures), return_inverse=True)
    if names.size < _FEWEST_CULTURES:
        return None
    kept = [member != number for number in range(names.size)]
    found = [figure(measured, predicted), *(figure(measured[k], predicted[k]) for k in kept)]
    if any(value is None for value in found):
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        values = _TO[scale](np.array(found, dtype=np.float64))
    if not np.isfinite(values).all():
        return None
    whole, without = values[0], values[1:]
    n = names.size
    centre = n * whole - (n - 1) * without.mean()
    error = np.sqrt((n - 1) * np.var(without))
    reach = stats.t.ppf(0.975, n - 1) * error
    low, high = _BACK[scale](np.array([centre - reach, centre + reach]))
    return float(low), float(high)
