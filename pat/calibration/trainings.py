"""Trainings: many regressions at once, and the seam behind which they are computed.

A cross-validated search trains the same kind of model hundreds of times on parts of the
same rows. `Trainings` states that work as arrays, one column a training; whatever computes
it (`HeldOut`) returns a prediction of every row that a training did not see. The plain
engine (scikit-learn in each fold) and the sample-space engine answer the same question, so
that one is the other's test.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.blocks import Block


@dataclass(frozen=True, slots=True, eq=False)
class Trainings:
    """Many trainings on the rows of one block.

    Parameters
    ----------
    targets : ndarray of shape (n_trainings, n_samples)
        Reference values that each training may learn from; NaN outside its rows is allowed.
    rows : ndarray of bool, shape (n_trainings, n_samples)
        The rows each training sees. Every target among them is finite.

    Raises
    ------
    ValueError
        If the shapes differ, a training sees fewer than two rows, or a target it sees is
        not finite.
    """

    targets: FloatArray
    rows: BoolArray

    def __post_init__(self) -> None:
        if self.targets.shape != self.rows.shape or self.rows.ndim != 2:
            msg = (
                "expected targets and rows of one shape (n_trainings, n_samples); "
                f"got {self.targets.shape} and {self.rows.shape}"
            )
            raise ValueError(msg)
        if len(self) and self.rows.sum(axis=1).min() < 2:
            msg = f"expected two rows or more a training; got {self.rows.sum(axis=1).min()}"
            raise ValueError(msg)
        if not np.all(np.isfinite(self.targets[self.rows])):
            msg = "expected finite targets in the rows that are trained on; got NaN or infinite"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, index: IntArray) -> "Trainings":
        """Return the trainings at these positions."""
        return Trainings(targets=self.targets[index], rows=self.rows[index])

    def by_rows(self) -> list[tuple[BoolArray, IntArray]]:
        """Return each distinct set of rows with the positions of the trainings that see it."""
        positions: dict[bytes, list[int]] = {}
        for position, rows in enumerate(self.rows):
            positions.setdefault(rows.tobytes(), []).append(position)
        return [
            (self.rows[same[0]], np.asarray(same, dtype=np.int64)) for same in positions.values()
        ]


class HeldOut(Protocol):
    """Predicts the rows that each training did not see."""

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_settings, n_samples), NaN in the rows trained on.

        A setting that a training cannot carry (more components than its rows allow) is NaN
        in all rows of that training.
        """


def hide_what_is_none(predictions: FloatArray, trainings: Trainings, *, counts: IntArray) -> None:
    """Write NaN where a prediction is none: in rows trained on, and beyond what rows carry.

    Parameters
    ----------
    predictions : ndarray of shape (n_trainings, n_settings, n_samples)
        Changed in place: it is by far the largest array of a search.
    trainings : Trainings
    counts : ndarray of shape (n_settings,)
        Components of each setting; n rows carry at most n - 2, which leaves one to judge by.
    """
    beyond = counts[None, :] > trainings.rows.sum(axis=1)[:, None] - 2
    np.copyto(predictions, np.nan, where=trainings.rows[:, None, :])
    np.copyto(predictions, np.nan, where=beyond[:, :, None])
