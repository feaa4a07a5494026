"""Kernels of many trainings at once: inner products as each training scales and joins them."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pat.arrays import BoolArray, FloatArray


class Kernel(Protocol):
    """Inner products of rows, possibly another for each training."""

    def apply(self, weights: FloatArray) -> FloatArray:
        """Return weights (n_trainings, n_samples) times each training's inner products."""

    @property
    def magnitude(self) -> FloatArray:
        """Scale of the inner products, (n_trainings, 1), for the judgement of rank."""


class Products(Kernel, Protocol):
    """Inner products of rows, the same for every training but for how it scales them."""

    @property
    def squares(self) -> FloatArray:
        """Squared length of each row, (n_samples,)."""

    def total_variances(self, train: BoolArray, *, scale: FloatArray) -> FloatArray:
        """Return the channel variances (divisor n) summed over each training's rows; 1 where none.

        Parameters
        ----------
        train : ndarray of bool, shape (n_trainings, n_samples)
        scale : ndarray of shape (n_trainings, n_samples)
            What each training multiplies the rows by.
        """


@dataclass(frozen=True, slots=True, eq=False)
class RowProducts:
    """Inner products of rows without their matrix, where rows are many.

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_channels)
    """

    rows: FloatArray

    def apply(self, weights: FloatArray) -> FloatArray:
        """Return weights (n_trainings, n_samples) times the matrix that is not there."""
        product: FloatArray = (weights @ self.rows) @ self.rows.T
        return product

    @property
    def magnitude(self) -> FloatArray:
        """The trace, shape (1, 1)."""
        return np.array([[np.sum(self.squares)]])

    @property
    def squares(self) -> FloatArray:
        """Squared length of each row, (n_samples,)."""
        squares: FloatArray = np.vecdot(self.rows, self.rows)
        return squares

    def total_variances(self, train: BoolArray, *, scale: FloatArray) -> FloatArray:
        """Return the channel variances summed over each training's rows; see `Products`."""
        found = np.array(
            [
                np.sum(np.var(self.rows[rows] * own[rows, None], axis=0))
                for rows, own in zip(train, scale, strict=True)
            ]
        )
        return np.where(found > 0, found, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class ScaledProducts:
    """Inner products of rows that each training scales in its own way.

    Parameters
    ----------
    products : Products
    scale : ndarray of shape (n_trainings, n_samples)
    """

    products: Products
    scale: FloatArray

    def apply(self, weights: FloatArray) -> FloatArray:
        """Return weights (n_trainings, n_samples) times each training's matrix."""
        return self.products.apply(weights * self.scale) * self.scale

    @property
    def magnitude(self) -> FloatArray:
        """The trace of each training's matrix, shape (n_trainings, 1)."""
        return np.sum(self.scale**2 * self.products.squares, axis=1, keepdims=True)


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
