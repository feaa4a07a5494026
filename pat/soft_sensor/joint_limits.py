"""Limits of several distances that a new culture passes, any of them, as rarely as was asked."""

import numpy as np
from scipy import stats

from pat.arrays import BoolArray, FloatArray
from pat.diagnostics.domain import STANDARD_NORMAL
from pat.soft_sensor.quality import DistanceLimits
from pat.soft_sensor.residual_spread import Shares, interpolated_quantile

#: Quantile that a distance's scale is taken from, beside its median: low enough that one odd
#: culture of a dozen does not set it.
UPPER = 0.8
_LEVELS = (0.5, UPPER)
#: So many cultures say as much of the tail as theory does.
WORTH_OF_THEORY = 12.0
_MOST = 4.0  # a score that counts for a correlation: one far culture is none
_LEAST = 1e-9  # of a distance's median: the scale of one that never varies


def sensor_limits(
    t2: FloatArray, q: FloatArray, beside: FloatArray, shares: Shares, *, confidence: float
) -> tuple[DistanceLimits, FloatArray]:
    """Return the limits of T2 and Q, and those of the distances beside, (n_looks,).

    Parameters
    ----------
    t2, q : ndarray of shape (n,)
        Of left-out spectra.
    beside : ndarray of shape (n_looks, n)
        Distances of the same spectra that the value does not depend on, by `Look`.
    shares : Shares
        Of the spectra.
    confidence : float
        Of all limits together (`joint_limits`).
    """
    limits = joint_limits(
        np.vstack([np.sqrt(t2), np.sqrt(q), beside]),
        shares,
        confidence=confidence,
        standard_normal=np.r_[False, False, np.isin(np.arange(len(beside)), STANDARD_NORMAL)],
    )
    t2_limit, q_limit = limits[:2] ** 2
    return DistanceLimits(float(t2_limit), float(q_limit), confidence), limits[2:]


def joint_limits(
    distances: FloatArray,
    shares: Shares,
    *,
    confidence: float,
    standard_normal: BoolArray | None = None,
) -> FloatArray:
    """Return a limit for each distance, (n_distances,).

    Parameters
    ----------
    distances : ndarray of shape (n_distances, n)
        Of left-out spectra, in units in which twice as strange is twice as far: a root of T2.
    shares : Shares
        Of the spectra.
    confidence : float
        Share of a new culture's spectra that should pass none.
    standard_normal : ndarray of bool, shape (n_distances,), or None
        Which are magnitudes of a normal value in its own deviations, so that theory says how
        far they go; None: none is.

    Returns
    -------
    ndarray of shape (n_distances,)
        0 for a distance that is always 0.

    Notes
    -----
    Each distance becomes a normal score by its median and its 80 % point; where theory knows
    these, they are mixed with its own. The largest of the scores is one distance, with one
    limit, so that each raises about as many of the false alarms as any other. The limit mixes
    the scores' own quantile, which a single odd culture of twelve can treble, with what normal
    distances have (Šidák) that are worth as many independent ones (Galwey); both are widened as
    Student's t is for a deviation learnt from as many values as there are cultures. A mixture
    is a geometric mean, in which twelve cultures weigh as much as theory does. Where each
    distance is larger or smaller by a fifth for whole cultures, twelve of them raise 7 % at a
    nominal 5 %.

    References
    ----------
    Galwey (2009). Genetic Epidemiology 33, 559-568.
    Šidák (1967). Journal of the American Statistical Association 62, 626-633.
    """
    n = shares.n_cultures
    weight = n / (n + WORTH_OF_THEORY)
    points = np.array([_quantiles(row, shares) for row in distances])
    if standard_normal is not None:
        known = np.array([_student((1 + level) / 2, n) for level in _LEVELS])
        points[standard_normal] = points[standard_normal] ** weight * known ** (1 - weight)
    centres, scales = _normal_scales(points)
    scores = (distances - centres[:, None]) / scales[:, None]
    joined = np.max(scores, axis=0)
    varies = np.any(distances > 0, axis=1)
    found = interpolated_quantile(joined, shares.weights, level=confidence)
    found *= _student(confidence, n) / stats.norm.ppf(confidence)
    theory = _student(confidence ** (1 / _independent(scores[varies])), n)
    score = max(found, 0.0) ** weight * theory ** (1 - weight)
    return np.where(varies, centres + score * scales, 0.0)


def _independent(scores: FloatArray) -> float:
    """Return how many independent distances those of these scores (n_distances, n) are worth."""
    clipped = np.clip(scores, -_MOST, _MOST)
    clipped = clipped[np.ptp(clipped, axis=1) > 0]
    if len(clipped) < 2:
        return 1.0
    eigenvalues = np.maximum(np.linalg.eigvalsh(np.corrcoef(clipped)), 0.0)
    return float(np.sum(np.sqrt(eigenvalues)) ** 2 / np.sum(eigenvalues))


def _student(level: float, n: int) -> float:
    """Return the quantile of one more of n normal values, whose deviation is learnt from them."""
    return float(stats.t.ppf(level, df=max(1, n - 1)) * np.sqrt(1 + 1 / n))


def _quantiles(values: FloatArray, shares: Shares) -> list[float]:
    return [interpolated_quantile(values, shares.weights, level=level) for level in _LEVELS]


def _normal_scales(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return centre and scale of distances with these quantiles (n_distances, 2), (n,) each."""
    middle, upper = points.T
    floor = np.maximum(_LEAST * middle, np.finfo(np.float64).tiny)
    return middle, np.maximum((upper - middle) / stats.norm.ppf(UPPER), floor)
