"""How many components a PLS recipe needs on the old instrument, few rather than many."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from sklearn.cross_decomposition import PLSRegression

from pat.arrays import FloatArray
from pat.transfer.folds import joined_folds


def fewest_components(
    rows: FloatArray, assays: FloatArray, groups: NDArray[np.object_], *, tried: Iterable[int]
) -> int:
    """Return the smallest count within one standard error of the best, groups left out.

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_features)
        Preprocessed.
    assays : ndarray of shape (n_samples,)
    groups : array of shape (n_samples,)
    tried : iterable of int

    Notes
    -----
    The rule of one standard error costs a little on the instrument that was calibrated and
    gains much on another.
    """
    folds = joined_folds(groups)
    most = min(min(int((~fold).sum()) for fold in folds) - 1, rows.shape[1])
    counts = [count for count in tried if count <= most] or [1]
    squared = np.array([_fold_errors(rows, assays, folds, count) for count in counts])
    means = squared.mean(axis=1)
    best = int(np.argmin(means))
    bound = means[best] + squared[best].std(ddof=1) / np.sqrt(len(folds))
    return counts[int(np.flatnonzero(means <= bound)[0])]


def _fold_errors(
    rows: FloatArray, assays: FloatArray, folds: list[NDArray[np.bool_]], count: int
) -> list[float]:
    errors = []
    for fold in folds:
        model = PLSRegression(count, scale=False).fit(rows[~fold], assays[~fold])
        errors.append(float(np.mean((model.predict(rows[fold]).ravel() - assays[fold]) ** 2)))
    return errors
