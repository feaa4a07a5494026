"""The rule by which the setting of one recipe and family is chosen from held-out errors.

By the one-standard-error rule: the simplest setting whose mean squared error lies within one
standard error (over cultures) of the best, or within a part of it where members of a mean are
chosen: averaging takes out much of what simplicity guards against. Recipes and families are
ranked by their best setting's pooled error.

References
----------
Hastie, Tibshirani and Friedman (2009). The Elements of Statistical Learning, 7.10.
"""

import numpy as np

from pat.arrays import FloatArray, IntArray


def squared_errors_by_group(
    predictions: FloatArray, targets: FloatArray, *, codes: IntArray, n_groups: int
) -> FloatArray:
    """Return the summed squared errors of each group.

    Parameters
    ----------
    predictions : ndarray of shape (n_settings, n_rows)
    targets : ndarray of shape (n_rows,)
    codes : ndarray of int, shape (n_rows,)
    n_groups : int

    Returns
    -------
    ndarray of shape (n_settings, n_groups)
        NaN in every group for a setting that left a row without a finite prediction.
    """
    squared = (predictions - targets) ** 2
    broken = ~np.isfinite(squared).all(axis=1)
    membership = np.zeros((len(targets), n_groups))
    membership[np.arange(len(targets)), codes] = 1.0
    sums: FloatArray = np.where(np.isfinite(squared), squared, 0.0) @ membership
    sums[broken] = np.nan
    return sums


def mean_squared_error(sums: FloatArray, counts: FloatArray) -> FloatArray:
    """Return the pooled mean squared error of sums (..., n_groups) over counts (n_groups,)."""
    pooled: FloatArray = sums.sum(axis=-1) / counts.sum()
    return pooled


def standard_error(sums: FloatArray, counts: FloatArray) -> FloatArray:
    """Return the standard error, over groups, of the pooled mean squared error.

    Parameters
    ----------
    sums : ndarray of shape (..., n_groups)
        Summed squared errors.
    counts : ndarray of shape (n_groups,)
        Rows of each group; groups without rows take no part.

    Notes
    -----
    The pooled error is a ratio of sums over groups, so its variance is that of a ratio
    estimator: sum of (sum_g - mse count_g)² scaled by G/(G - 1) over the squared total.
    """
    present = counts > 0
    n_groups = int(present.sum())
    if n_groups < 2:
        return np.full(sums.shape[:-1], np.nan)
    expected = mean_squared_error(sums, counts)[..., None] * counts
    spread = np.sum((sums - expected)[..., present] ** 2, axis=-1)
    error: FloatArray = np.sqrt(spread * n_groups / (n_groups - 1)) / counts.sum()
    return error


def simplest_within(sums: FloatArray, counts: FloatArray, *, standard_errors: float) -> int:
    """Return the first setting within so many standard errors of the best.

    Parameters
    ----------
    sums : ndarray of shape (n_settings, n_groups)
        Summed squared errors, settings from simple to flexible; NaN where a setting failed,
        finite for one at least.
    counts : ndarray of shape (n_groups,)
    standard_errors : float
        One is the rule of the textbook, 0 takes the best.
    """
    errors = mean_squared_error(sums, counts)
    best = int(np.nanargmin(errors))
    margin = standard_errors * np.nan_to_num(standard_error(sums[best], counts))
    return int(np.flatnonzero(errors <= errors[best] + margin)[0])


def lowest_error(sums: FloatArray, counts: FloatArray) -> float:
    """Return the lowest pooled mean squared error of all settings, infinite if all failed."""
    errors = mean_squared_error(sums, counts)
    finite = errors[np.isfinite(errors)]
    return float(finite.min()) if finite.size else np.inf
