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
    weights, coefficients = [], []
    for penalty in penalties:
        solved = form.solved(rotated, shift=penalty)
        inside = rotated[:, :-n_targets].T @ solved
        system = inside[:, :-n_targets]
        system[range(1, len(system)), range(1, len(system))] += 1.0
        c = _solved(system, inside[:, -n_targets:])
        coefficients.append(c)
        weights.append(solved[:, -n_targets:] - solved[:, :-n_targets] @ c)
    dual = form.out_of(np.hstack(weights))
    found = beside[~train] @ np.hstack(coefficients) + own.rest(~train) @ dual
    return found.reshape(-1, len(penalties), n_targets).transpose(2, 1, 0)


def _solved(system: FloatArray, right: FloatArray) -> FloatArray:
    """Return the solution of a positive system whose unknowns differ in size by decades."""
    size = np.sqrt(np.maximum(np.diag(system), np.finfo(np.float64).tiny))
    if not np.isfinite(system).all():
        return np.full_like(right, np.nan)
    solution = np.linalg.solve(system / size[:, None] / size, right / size[:, None])
    found: FloatArray = solution / size[:, None]
    return found
