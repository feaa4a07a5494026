"""PLS of one response, for every training and component count at once, from a Gram matrix.

Each training is one row of the arrays. Its scores are kept for all rows, so that rows held
out are predicted on the way. A new score is made orthogonal to every score before it: the
short recurrences that would do in exact arithmetic are wrong by up to two standard
deviations of y at fifteen components on smooth spectra.

References
----------
Lindgren, Geladi and Wold (1993). Journal of Chemometrics 7, 45-59 (the kernel form of PLS).
"""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.calibration.sample_space.kernel import Kernel

#: Below this share of what rounding leaves, a score is noise and the model stops growing.
RANK_TOLERANCE = 16 * np.finfo(np.float64).eps


@dataclass(frozen=True, slots=True, eq=False)
class PLSFits:
    """PLS of many trainings with 1 to n_components components, as it sees all rows.

    Parameters
    ----------
    predictions : ndarray of shape (n_trainings, n_components, n_samples)
        Where a training's rank is used up, the larger models equal the last one.
    basis : ndarray of shape (n_trainings, n_components, n_samples)
        Scores, centred and of unit length over the weighted rows; 0 where the rank is used up.
    variances : ndarray of shape (n_trainings, n_components)
        Squared length that the scores have with weights of unit length.
    """

    predictions: FloatArray
    basis: FloatArray
    variances: FloatArray


def pls_fits(
    kernel: Kernel, targets: FloatArray, *, weights: FloatArray, n_components: int
) -> PLSFits:
    """Return PLS with 1 to `n_components` components.

    Parameters
    ----------
    kernel : Kernel
        Inner products of the rows; need not be centred.
    targets : ndarray of shape (n_trainings, n_samples)
        Finite where a training has weight.
    weights : ndarray of shape (n_trainings, n_samples)
        How often each training counts a row: 1 and 0 for rows seen and left out, the number of
        times that a row was drawn, or any weight of replicates.
    n_components : int
    """
    n_seen = weights.sum(axis=1, keepdims=True)
    targets = np.where(weights > 0, targets, 0.0)
    mean = np.vecdot(weights, targets)[:, None] / n_seen
    residual = weights * (targets - mean)
    value = np.repeat(mean, weights.shape[1], axis=1)
    noise = (RANK_TOLERANCE * kernel.magnitude[:, 0]) ** 2

    # The constant comes first: what is orthogonal to it over training rows is centred there.
    basis = np.empty((len(weights), n_components + 1, weights.shape[1]))
    basis[:, 0] = n_seen**-0.5
    predictions = np.empty((len(weights), n_components, weights.shape[1]))
    variances = np.empty((len(weights), n_components))
    for component in range(n_components):
        score = kernel.apply(residual)
        before = basis[:, : component + 1]
        score -= np.vecmat(np.matvec(before, weights * score), before)
        inside = weights * score
        square = np.vecdot(inside, score)
        alive = square > noise * np.vecdot(residual, residual)
        size = np.where(alive, np.sqrt(np.where(alive, square, 1.0)), np.inf)[:, None]
        along = np.vecdot(score, residual)
        variances[:, component] = np.where(alive, square, 0.0) / np.where(alive, along, 1.0)
        loading = along[:, None] / size
        basis[:, component + 1] = score / size
        residual -= inside * (loading / size)
        value += score * (loading / size)
        predictions[:, component] = value
    return PLSFits(predictions, basis[:, 1:], variances)
