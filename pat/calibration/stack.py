"""Non-negative stacks: weights that sum to one, learnt from grouped out-of-fold predictions.

References
----------
Breiman (1996). Machine Learning 24, 49-64 (stacked regressions, weights not negative).
"""

import numpy as np
from scipy.optimize import nnls

from pat.arrays import FloatArray, IntArray

#: A smaller share than this changes no value that anybody could measure.
LEAST_SHARE = 0.02
#: Every member of a sensor runs on every spectrum: more than these cost more than they gain.
MOST_MEMBERS = 10
#: How much heavier than the data the row weighs that holds the sum at one.
_SUM_ROW = 1e4


def stack_weights(predictions: FloatArray, targets: FloatArray) -> FloatArray:
    """Return the weights of the best mean of `predictions`, none negative, their sum one.

    Parameters
    ----------
    predictions : ndarray of shape (n_members, n_rows)
        Held-out predictions.
    targets : ndarray of shape (n_rows,)

    Returns
    -------
    ndarray of shape (n_members,)
        Shares below `LEAST_SHARE` are zero, and so are all but the `MOST_MEMBERS` largest.
    """
    weights = _convex(predictions, targets)
    heaviest = np.argsort(-weights, kind="stable")[:MOST_MEMBERS]
    taken = heaviest[weights[heaviest] >= LEAST_SHARE]
    kept = np.zeros_like(weights)
    kept[taken] = _convex(predictions[taken], targets)
    return kept


def held_out_stack(predictions: FloatArray, targets: FloatArray, folds: IntArray) -> FloatArray:
    """Return what stacks predict for each fold with weights learnt on the other folds, (n_rows,).

    Parameters
    ----------
    predictions : ndarray of shape (n_members, n_rows)
    targets : ndarray of shape (n_rows,)
    folds : ndarray of int, shape (n_rows,)
        Of whole groups; two or more.
    """
    stacked = np.empty_like(targets)
    for fold in np.unique(folds):
        held = folds == fold
        weights = stack_weights(predictions[:, ~held], targets[~held])
        stacked[held] = weights @ predictions[:, held]
    return stacked


def _convex(predictions: FloatArray, targets: FloatArray) -> FloatArray:
    errors = (predictions - targets).T
    size = _SUM_ROW * (np.linalg.norm(errors) or 1.0)
    system = np.vstack([errors, np.full((1, len(predictions)), size)])
    weights, _ = nnls(system, np.append(np.zeros(len(targets)), size))
    share: FloatArray = weights / weights.sum()
    return share
