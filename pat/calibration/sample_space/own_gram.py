"""The inner products that one training sees: its blocks scaled to unit variance and joined."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space.gram import gram
from pat.calibration.sample_space.kernel import spread_of_tags
from pat.calibration.sample_space.view import views
from pat.calibration.sample_space.way import require_memory
from pat.calibration.trainings import Trainings


@dataclass(frozen=True, slots=True, eq=False)
class OwnGram:
    """Inner products in graded form, as a training scales them.

    Parameters
    ----------
    train : ndarray of bool, shape (n_samples,)
        The rows it sees.
    strong : ndarray of shape (n_samples, n_strong)
        Scores along the strongest directions and process values, scaled, and centred on the
        training rows.
    shared : ndarray of shape (n_samples, n_samples)
        What is left, the same for every training of a recipe.
    scale : ndarray of shape (n_samples,)
        What this training multiplies the rows of `shared` by.
    """

    train: BoolArray
    strong: FloatArray
    shared: FloatArray
    scale: FloatArray

    def rest(self, rows: BoolArray) -> FloatArray:
        """Return what is left between `rows` and the training rows."""
        inside = self.shared[rows][:, self.train]
        inside *= self.scale[rows, None]
        inside *= self.scale[self.train]
        return inside

    def products(self, rows: BoolArray) -> FloatArray:
        """Return the inner products between `rows` and the training rows."""
        found: FloatArray = self.strong[rows] @ self.strong[self.train].T
        found += self.rest(rows)
        return found

    def squared_distances(self, rows: BoolArray) -> FloatArray:
        """Return the squared distances between `rows` and the training rows."""
        squares = np.sum(self.strong**2, axis=1) + self.scale**2 * np.diag(self.shared)
        found: FloatArray = squares[rows, None] + squares[self.train] - 2 * self.products(rows)
        return np.maximum(found, 0.0)


def own_grams(block: Block, trainings: Trainings) -> Iterator[tuple[OwnGram, IntArray]]:
    """Yield the inner products of each distinct set of rows, and the trainings that see it.

    Raises
    ------
    CalibrationError
        If the memory that is free does not hold the matrices.
    """
    require_memory(len(block.rows))
    for view, positions in views(block, trainings, gram):
        distinct = trainings.take(positions).by_rows()
        train = np.array([rows for rows, _ in distinct])
        scale = view.scale(train)
        spread = np.sqrt(view.products.total_variances(train, scale=scale))
        scale = scale / spread[:, None]
        tags = _tags(block.process, train)
        for number, (rows, same) in enumerate(distinct):
            strong = np.hstack([view.products.strong * scale[number, :, None], tags[number]])
            strong -= strong[rows].mean(axis=0)
            yield OwnGram(rows, strong, view.products.rest, scale[number]), positions[same]


def _tags(process: FloatArray | None, train: BoolArray) -> FloatArray:
    """Return each training's process values of unit total variance, (n_trainings, n, n_tags)."""
    if process is None:
        return np.empty((*train.shape, 0))
    spread = spread_of_tags(process, train)
    tags: FloatArray = process / np.sqrt(spread * process.shape[1])[:, None, :]
    return tags
