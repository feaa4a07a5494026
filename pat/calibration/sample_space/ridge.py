"""Ridge regression of every training for all penalties at once, from a Gram matrix.

The few strong directions S of the graded Gram matrix S S' + R are fitted beside the mean, as
coefficients with a penalty; only R is tridiagonalised, once for all penalties. So the
background, whose square would swallow the digits of the analyte, never enters R.

References
----------
Hoerl and Kennard (1970). Technometrics 12, 55-67.
"""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space.own_gram import OwnGram, own_grams
from pat.calibration.sample_space.tridiagonal import Tridiagonal
from pat.calibration.trainings import Trainings


@dataclass(frozen=True, slots=True)
class SampleSpaceRidge:
    """Ridge with each of `penalties`, in units of the total variance of each block of input."""

    penalties: tuple[float, ...]

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_penalties, n_samples), NaN in rows trained on."""
        shape = (len(trainings), len(self.penalties), trainings.rows.shape[1])
        predictions = np.full(shape, np.nan)
        for own, same in own_grams(block, trainings):
            found = ridge_predictions(
                own, trainings.targets[same][:, own.train], penalties=self.penalties
            )
            for training, by_penalty in zip(same, found, strict=True):
                predictions[training][:, ~own.train] = by_penalty
        return predictions


def ridge_predictions(
    own: OwnGram, targets: FloatArray, *, penalties: tuple[float, ...]
) -> FloatArray:
    """Return predictions (n_targets, n_penalties, n_held) of the rows held out.

    Parameters
    ----------
    own : OwnGram
    targets : ndarray of shape (n_targets, n_train)
    penalties : tuple of float

    Notes
    -----
    With A = [1, S] and M = R + penalty I, the coefficients c of A solve
    (E + A'M⁻¹A) c = A'M⁻¹y, where E is the identity but for a zero at the mean; the dual
    weights are M⁻¹(y - A c), and a row is predicted by its part of A c plus R times them.
    """
    train, n_targets = own.train, len(targets)
    beside = np.hstack([np.ones((len(train), 1)), own.strong])
    form = Tridiagonal.of(own.rest(train))
    rotated = form.into(np.hstack([beside[train], targets.T]))
    solved = np.array([form.solved(rotated, shift=penalty) for penalty in penalties])
    inside = rotated[:, :-n_targets].T @ solved
    system = inside[:, :, :-n_targets] + np.diag(np.r_[0.0, np.ones(own.strong.shape[1])])
    coefficients = _solved(system, inside[:, :, -n_targets:])
    weights = solved[:, :, -n_targets:] - solved[:, :, :-n_targets] @ coefficients
    dual = form.out_of(np.hstack(list(weights)))
    found = beside[~train] @ np.hstack(list(coefficients)) + own.rest(~train) @ dual
    return found.reshape(-1, len(penalties), n_targets).transpose(2, 1, 0)


def _solved(systems: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solutions of positive systems whose unknowns differ in size by decades."""
    diagonals = np.diagonal(systems, axis1=1, axis2=2)
    size = np.sqrt(np.maximum(diagonals, np.finfo(np.float64).tiny))[:, :, None]
    even = systems / size / size.transpose(0, 2, 1)
    broken = ~np.isfinite(even).all(axis=(1, 2))
    even[broken] = np.eye(even.shape[1])
    solution: FloatArray = np.linalg.solve(even, right / size) / size
    solution[broken] = np.nan
    return solution
