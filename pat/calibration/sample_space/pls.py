"""PLS of one response, for every training and component count at once, from a Gram matrix.

Each training is one row of the arrays. Its scores are kept for all rows, so that rows held
out are predicted on the way. A new score is made orthogonal to every score before it: the
short recurrences that would do in exact arithmetic are wrong by up to two standard
deviations of y at fifteen components on smooth spectra.

References
----------
Lindgren, Geladi and Wold (1993). Journal of Chemometrics 7, 45-59 (the kernel form of PLS).
"""

import numpy as np

from pat.arrays import FloatArray
from pat.calibration.sample_space.gram import Kernel
from pat.calibration.trainings import Trainings

#: Below this share of what rounding leaves, a score is noise and the model stops growing.
RANK_TOLERANCE = 16 * np.finfo(np.float64).eps


def pls_predictions(kernel: Kernel, trainings: Trainings, *, n_components: int) -> FloatArray:
    """Return predictions of all rows by PLS with 1 to `n_components` components.

    Parameters
    ----------
    kernel : Kernel
        Inner products of the rows; need not be centred.
    trainings : Trainings
        n_trainings sets of rows and their targets.
    n_components : int

    Returns
    -------
    ndarray of shape (n_trainings, n_components, n_samples)
        Where a training's rank is used up, the larger models equal the last one.
    """
    seen = trainings.rows.astype(np.float64)
    share = seen / seen.sum(axis=1, keepdims=True)
    targets = np.where(trainings.rows, trainings.targets, 0.0)
    value = np.sum(share * targets, axis=1, keepdims=True) * np.ones_like(seen)
    residual = seen * (targets - value)
    noise = RANK_TOLERANCE * kernel.magnitude

    scores = np.zeros((len(trainings), n_components, seen.shape[1]))
    predictions = np.empty_like(scores)
    for component in range(n_components):
        score = kernel.apply(residual)
        score -= np.sum(share * score, axis=1, keepdims=True)
        score -= _projection(scores[:, :component], score, seen)
        length = np.linalg.norm(seen * score, axis=1, keepdims=True)
        alive = length > noise * np.linalg.norm(residual, axis=1, keepdims=True)
        score = np.divide(score, length, out=np.zeros_like(score), where=alive)
        loading = np.sum(score * residual, axis=1, keepdims=True)
        residual -= loading * seen * score
        value += loading * score
        scores[:, component] = score
        predictions[:, component] = value
    return predictions


def _projection(scores: FloatArray, score: FloatArray, seen: FloatArray) -> FloatArray:
    """Return the part of `score` that lies along the scores before it, over training rows."""
    along = scores @ (seen * score)[:, :, None]
    projection: FloatArray = (along.transpose(0, 2, 1) @ scores)[:, 0]
    return projection
