"""Gram matrices in graded form: inner products of rows that keep their digits.

A Gram matrix squares the condition of the spectra: on smooth spectra with a large
background its rounding alone is as large as the directions that carry the analyte. So it is
kept in two parts. The few strongest directions are split off in channel space and kept as
scores; the matrix holds what is left, with its own much smaller rounding. Together they are
exact, and PLS on smooth raw spectra keeps eleven digits where a plain Gram matrix keeps six.
"""

from dataclasses import dataclass

import numpy as np

from pat.arrays import BoolArray, FloatArray

#: Directions split off: more than the backgrounds, drifts and scatter that dwarf an analyte.
N_STRONG = 8


@dataclass(frozen=True, slots=True, eq=False)
class Gram:
    """Inner products of rows in graded form.

    Parameters
    ----------
    strong : ndarray of shape (n_samples, n_strong)
        Scores along the strongest directions.
    rest : ndarray of shape (n_samples, n_samples)
        Inner products of what those directions leave.
    """

    strong: FloatArray
    rest: FloatArray

    def apply(self, weights: FloatArray) -> FloatArray:
        """Return weights (n_trainings, n_samples) times the matrix."""
        product: FloatArray = (weights @ self.strong) @ self.strong.T + weights @ self.rest
        return product

    @property
    def magnitude(self) -> FloatArray:
        """The trace, shape (1, 1)."""
        return np.array([[np.sum(self.squares)]])

    @property
    def squares(self) -> FloatArray:
        """Squared length of each row, (n_samples,)."""
        squares: FloatArray = np.sum(self.strong**2, axis=1) + np.diag(self.rest)
        return squares

    def total_variances(self, train: BoolArray, *, scale: FloatArray) -> FloatArray:
        """Return the channel variances summed over each training's rows; see `Products`."""
        share = train / train.sum(axis=1, keepdims=True)
        strong = self.strong * scale[:, :, None]
        strong = strong - (share[:, None, :] @ strong)
        weights = share * scale
        within = np.sum(weights * scale * np.diag(self.rest), axis=1)
        between = np.sum((weights @ self.rest) * weights, axis=1)
        total = np.sum(share[:, None, :] @ strong**2, axis=(1, 2)) + within - between
        return np.where(total > 0, total, 1.0)

    def centred(self, train: BoolArray) -> FloatArray:
        """Return the inner products (n_samples, n_samples) about the mean of training rows."""
        strong = self.strong - self.strong[train].mean(axis=0)
        to_mean = self.rest[:, train].mean(axis=1)
        rest = self.rest - to_mean[:, None] - to_mean[None, :] + to_mean[train].mean()
        products: FloatArray = strong @ strong.T + rest
        return products

    def take(self, rows: BoolArray) -> "Gram":
        """Return the inner products of some rows."""
        return Gram(strong=self.strong[rows], rest=self.rest[np.ix_(rows, rows)])

    def scaled(self, scale: FloatArray) -> "Gram":
        """Return the inner products of the rows times `scale` (n_samples,)."""
        strong = self.strong * scale[:, None]
        return Gram(strong=strong, rest=self.rest * scale[:, None] * scale)


def gram(rows: FloatArray) -> Gram:
    """Return the inner products of rows (n_samples, n_channels).

    The strong directions are taken over all rows, for the digits alone: the products are
    the same whatever the split, so nothing is learnt from rows that are held out.
    """
    directions = _strong_directions(rows)
    strong = rows @ directions
    left = rows - strong @ directions.T
    remains = left @ directions  # what rounding left along them goes where it belongs
    left -= remains @ directions.T
    return Gram(strong=strong + remains, rest=left @ left.T)


def _strong_directions(rows: FloatArray) -> FloatArray:
    """Return about the strongest directions of rows, orthonormal, (n_channels, n_strong).

    Subspace iteration from a few of the rows; that it has not quite converged moves a little
    from one part of the Gram matrix to the other.
    """
    some = np.linspace(0, len(rows) - 1, min(N_STRONG, *rows.shape)).astype(np.int64)
    directions, _ = np.linalg.qr(rows[some].T)
    for _ in range(2):
        directions, _ = np.linalg.qr(rows.T @ (rows @ directions))
    return directions
