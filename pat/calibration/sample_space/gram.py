"""Gram matrices in graded form: inner products of rows that keep their digits.

A Gram matrix squares the condition of the spectra: on smooth spectra with a large
background its rounding alone is as large as the directions that carry the analyte. So it is
kept in two parts. The few strongest directions are split off in channel space and kept as
scores; the matrix holds what is left, with its own much smaller rounding. Together they are
exact, and PLS on smooth raw spectra keeps eleven digits where a plain Gram matrix keeps six.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pat.arrays import BoolArray, FloatArray

#: Directions split off: more than the backgrounds, drifts and scatter that dwarf an analyte.
N_STRONG = 8


class Kernel(Protocol):
    """Inner products of rows, possibly another for each training."""

    def apply(self, weights: FloatArray) -> FloatArray:
        """Return weights (n_trainings, n_samples) times each training's inner products."""

    @property
    def magnitude(self) -> FloatArray:
        """Scale of the inner products, (n_trainings, 1), for the judgement of rank."""


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
        return np.array([[np.sum(self.strong**2) + np.trace(self.rest)]])

    def centred(self, train: BoolArray) -> FloatArray:
        """Return the inner products (n_samples, n_samples) about the mean of training rows."""
        strong = self.strong - self.strong[train].mean(axis=0)
        to_mean = self.rest[:, train].mean(axis=1)
        rest = self.rest - to_mean[:, None] - to_mean[None, :] + to_mean[train].mean()
        products: FloatArray = strong @ strong.T + rest
        return products

    def scaled(self, scale: FloatArray) -> "Gram":
        """Return the inner products of the rows times `scale` (n_samples,)."""
        strong = self.strong * scale[:, None]
        return Gram(strong=strong, rest=self.rest * scale[:, None] * scale)


@dataclass(frozen=True, slots=True, eq=False)
class ScaledGram:
    """Inner products of rows that each training scales in its own way.

    Parameters
    ----------
    gram : Gram
    scale : ndarray of shape (n_trainings, n_samples)
    """

    gram: Gram
    scale: FloatArray

    def apply(self, weights: FloatArray) -> FloatArray:
        """Return weights (n_trainings, n_samples) times each training's matrix."""
        return self.gram.apply(weights * self.scale) * self.scale

    @property
    def magnitude(self) -> FloatArray:
        """The trace of each training's matrix, shape (n_trainings, 1)."""
        diagonal = np.sum(self.gram.strong**2, axis=1) + np.diag(self.gram.rest)
        return np.sum(self.scale**2 * diagonal, axis=1, keepdims=True)


@dataclass(frozen=True, slots=True, eq=False)
class JoinedKernel:
    """Spectra and process values, each block scaled to unit variance in each training.

    Parameters
    ----------
    spectra : Kernel
    spectra_scale : ndarray of shape (n_trainings, 1)
        One over the spectra's total variance in the training rows.
    process : ndarray of shape (n_samples, n_tags)
    process_scale : ndarray of shape (n_trainings, n_tags)
        One over each tag's variance in the training rows, divided by the number of tags.
    """

    spectra: Kernel
    spectra_scale: FloatArray
    process: FloatArray
    process_scale: FloatArray

    def apply(self, weights: FloatArray) -> FloatArray:
        """Return weights (n_trainings, n_samples) times each training's joint matrix."""
        spectra = self.spectra_scale * self.spectra.apply(weights)
        tags = (weights @ self.process) * self.process_scale
        joint: FloatArray = spectra + tags @ self.process.T
        return joint

    @property
    def magnitude(self) -> FloatArray:
        """The trace of each training's matrix, shape (n_trainings, 1)."""
        spectra = self.spectra_scale * self.spectra.magnitude
        tags = self.process_scale @ np.sum(self.process**2, axis=0)
        magnitude: FloatArray = spectra + tags[:, None]
        return magnitude


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


def total_variances(gram: Gram, train: BoolArray, *, scale: FloatArray | None = None) -> FloatArray:
    """Return the channel variances (divisor n) summed over each training's rows; 1 where none.

    Parameters
    ----------
    gram : Gram
    train : ndarray of bool, shape (n_trainings, n_samples)
    scale : ndarray of shape (n_trainings, n_samples), optional
        What each training multiplies the rows by.
    """
    share = train / train.sum(axis=1, keepdims=True)
    scale = np.ones(train.shape) if scale is None else scale
    strong = gram.strong * scale[:, :, None]
    strong = strong - (share[:, None, :] @ strong)
    weights = share * scale
    within = np.sum(weights * scale * np.diag(gram.rest), axis=1)
    between = np.sum((weights @ gram.rest) * weights, axis=1)
    total = np.sum(share[:, None, :] @ strong**2, axis=(1, 2)) + within - between
    return np.where(total > 0, total, 1.0)


def join(
    spectra: Kernel, *, variances: FloatArray, process: FloatArray, train: BoolArray
) -> JoinedKernel:
    """Return the joint kernel of both blocks, scaled over each training's rows.

    Parameters
    ----------
    spectra : Kernel
    variances : ndarray of shape (n_trainings,)
        Total variance of the spectra over each training's rows.
    process : ndarray of shape (n_samples, n_tags)
    train : ndarray of bool, shape (n_trainings, n_samples)
    """
    return JoinedKernel(
        spectra=spectra,
        spectra_scale=1 / variances[:, None],
        process=process - process.mean(axis=0),
        process_scale=1 / (spread_of_tags(process, train) * process.shape[1]),
    )


def spread_of_tags(process: FloatArray, train: BoolArray) -> FloatArray:
    """Return each process value's variance in each training, (n_trainings, n_tags); 1 where none.

    Parameters
    ----------
    process : ndarray of shape (n_samples, n_tags)
    train : ndarray of bool, shape (n_trainings, n_samples)
    """
    weights = train / train.sum(axis=1, keepdims=True)
    centred = process - process.mean(axis=0)
    spread = weights @ centred**2 - (weights @ centred) ** 2
    return np.where(spread > 1e-14 * np.mean(centred**2, axis=0), spread, 1.0)
