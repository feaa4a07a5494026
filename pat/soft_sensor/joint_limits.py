"""Limits of several distances that a new culture passes, any of them, as rarely as was asked."""

import numpy as np
from scipy import stats

from pat.arrays import FloatArray
from pat.soft_sensor.residual_spread import Shares, effective_count, interpolated_quantile

#: Quantile that a distance's scale is taken from, beside its median.
UPPER = 0.95
_LEAST = 1e-9  # of a distance's median: the scale of one that never varies


def joint_limits(distances: FloatArray, shares: Shares, *, confidence: float) -> FloatArray:
    """Return a limit for each distance, (n_distances,).

    Parameters
    ----------
    distances : ndarray of shape (n_distances, n)
        Of left-out spectra, in units in which twice as strange is twice as far: a root of T2.
    shares : Shares
        Of the spectra.
    confidence : float
        Share of a new culture's spectra that should pass none.

    Returns
    -------
    ndarray of shape (n_distances,)
        0 for a distance that is always 0.

    Notes
    -----
    Each distance becomes a normal score by its median and its 95 % point; the largest of the
    scores is one distance, whose limit is its quantile at confidence (1 + 1/n), n being how many
    independent spectra the left-out ones are worth (as conformal prediction has it). So each
    distance raises about as many of the false alarms as any other, however heavy its tail. With
    too few spectra for that quantile, it is Student's t at the confidence that as many
    independent distances each need (Šidák).

    References
    ----------
    Šidák (1967). Journal of the American Statistical Association 62, 626-633.
    """
    centres, scales = _normal_scales(distances, shares)
    joined = np.max((distances - centres[:, None]) / scales[:, None], axis=0)
    n = effective_count(joined, shares) if shares.n_cultures > 1 else 1.0
    level = confidence * (1 + 1 / n)
    if level <= 1:
        score = interpolated_quantile(joined, shares.weights, level=level)
    else:
        each = confidence ** (1 / len(distances))
        score = float(stats.t.ppf(each, df=max(1.0, n - 1)) * np.sqrt(1 + 1 / n))
    varies = np.any(distances > 0, axis=1)
    return np.where(varies, centres + score * scales, 0.0)


def _normal_scales(distances: FloatArray, shares: Shares) -> tuple[FloatArray, FloatArray]:
    """Return the centre and the scale of each distance, (n_distances,) each."""
    middle, upper = (
        np.array([interpolated_quantile(row, shares.weights, level=level) for row in distances])
        for level in (0.5, UPPER)
    )
    floor = np.maximum(_LEAST * middle, np.finfo(np.float64).tiny)
    return middle, np.maximum((upper - middle) / stats.norm.ppf(UPPER), floor)
