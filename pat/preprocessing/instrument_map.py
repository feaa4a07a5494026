"""Linear steps that make spectra of one instrument look like another's; transfer fits them."""

import numpy as np
from numpy.typing import ArrayLike

from pat.arrays import FloatArray
from pat.preprocessing.base import SameAxis


class Projection(SameAxis):
    """Take directions out of spectra: external parameter orthogonalisation.

    Parameters
    ----------
    directions : array of shape (n_directions, n_channels) or None
        Orthonormal; None takes nothing out.

    References
    ----------
    Roger, Chauchard and Bellon-Maurel (2003). Chemometrics and Intelligent Laboratory Systems
    66, 191-204.
    """

    def __init__(self, directions: ArrayLike | None = None) -> None:
        self.directions = directions

    def _check_settings(self, n_channels: int) -> None:
        if self.directions is None:
            return
        shape = np.shape(self.directions)
        if len(shape) != 2 or shape[1] != n_channels:
            msg = f"expected directions of {n_channels} channels; got an array of shape {shape}"
            raise ValueError(msg)

    def _treat(self, X: FloatArray) -> FloatArray:
        if self.directions is None:
            return X.copy()
        directions = np.asarray(self.directions, dtype=np.float64)
        # Row by row, so that what stands beside a spectrum does not change its last digit.
        return np.stack([row - (directions @ row) @ directions for row in X])


class PiecewiseMap(SameAxis):
    """Make each channel a weighted sum of its neighbours: piecewise direct standardisation.

    Parameters
    ----------
    weights : array of shape (n_channels, 2 half_width + 1) or None
        Of the channels around each; None keeps the spectra.
    offset : array of shape (n_channels,) or None
        Added afterwards; None adds nothing.

    References
    ----------
    Wang, Veltkamp and Kowalski (1991). Analytical Chemistry 63, 2750-2756.
    """

    def __init__(self, weights: ArrayLike | None = None, offset: ArrayLike | None = None) -> None:
        self.weights = weights
        self.offset = offset

    def _check_settings(self, n_channels: int) -> None:
        if self.weights is None:
            return
        shape = np.shape(self.weights)
        if len(shape) != 2 or shape[0] != n_channels or shape[1] % 2 == 0:
            msg = f"expected an odd number of weights for {n_channels} channels; got shape {shape}"
            raise ValueError(msg)

    def _treat(self, X: FloatArray) -> FloatArray:
        if self.weights is None:
            return X.copy()
        weights = np.asarray(self.weights, dtype=np.float64)
        half = weights.shape[1] // 2
        padded = np.pad(X, ((0, 0), (half, half)))
        mapped = np.zeros(X.shape)
        for place in range(weights.shape[1]):
            mapped += padded[:, place : place + X.shape[1]] * weights[:, place]
        return mapped if self.offset is None else mapped + np.asarray(self.offset, np.float64)
