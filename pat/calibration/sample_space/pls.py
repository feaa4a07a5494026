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
from pat.calibration.trainings import Trainings

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
        Scores, centred and of unit length over the training rows; 0 where the rank is used up.
    variances : ndarray of shape (n_trainings, n_components)
        Squared length that the scores have with weights of unit length.
    """

    predictions: FloatArray
    basis: FloatArray
    variances: FloatArray


def pls_fits(kernel: Kernel, trainings: Trainings, *, n_components: int) -> PLSFits:
    """Return PLS with 1 to `n_components` components.

    Parameters
    ----------
    kernel : Kernel
        Inner products of the rows; need not be centred.
    trainings : Trainings
        n_trainings sets of rows and their targets.
    n_components : int
    """
    seen = trainings.rows.astype(np.float64)
    n_seen = seen.sum(axis=1, keepdims=True)
    targets = np.where(trainings.rows, trainings.targets, 0.0)
    mean = np.vecdot(seen, targets)[:, None] / n_seen
    residual = seen * (targets - mean)
    value = np.repeat(mean, seen.shape[1], axis=1)
    noise = (RANK_TOLERANCE * kernel.magnitude[:, 0]) ** 2

    # The constant comes first: what is orthogonal to it over training rows is centred there.
    basis = np.empty((len(trainings), n_components + 1, seen.shape[1]))
    basis[:, 0] = n_seen**-0.5
    predictions = np.empty((len(trainings), n_components, seen.shape[1]))
    variances = np.empty((len(trainings), n_components))
    for component in range(n_components):
        score = kernel.apply(residual)
        before = basis[:, : component + 1]
        score -= np.vecmat(np.matvec(before, seen * score), before)
        inside = seen * score
        square = np.vecdot(inside, inside)
        alive = square > noise * np.vecdot(residual, residual)
        size = np.where(alive, np.sqrt(np.where(alive, square, 1.0)), np.inf)[:, None]
        along = np.vecdot(inside, residual)
        variances[:, component] = np.where(alive, square, 0.0) / np.where(alive, along, 1.0)
        loading = along[:, None] / size
        basis[:, component + 1] = score / size
        residual -= inside * (loading / size)
        value += score * (loading / size)
        predictions[:, component] = value
    return PLSFits(predictions, basis[:, 1:], variances)
