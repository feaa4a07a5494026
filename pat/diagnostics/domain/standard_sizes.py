"""Sizes of internal standards: water and sapphire beside what the calibration has of them."""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray

_LEAST = 1e-6  # of the usual size: nothing left of a band
_NO_LESS = 1e-4  # standard deviation of a logarithm


@dataclass(frozen=True, slots=True, eq=False)
class StandardSizes:
    """Where the logarithms of the sizes of a few bands lie.

    Parameters
    ----------
    usual : ndarray of shape (n_bands,)
        Geometric mean of each.
    precision : ndarray of shape (n_bands, n_bands)
        Inverse covariance of the logarithms.
    """

    usual: FloatArray
    precision: FloatArray

    def change(self, sizes: FloatArray) -> FloatArray:
        """Return the logarithms of sizes (n, n_bands) relative to the usual ones."""
        with np.errstate(invalid="ignore"):
            shares: FloatArray = np.log(np.maximum(sizes / self.usual, _LEAST))
        return shares

    def distance(self, sizes: FloatArray) -> FloatArray:
        """Return Mahalanobis' distance of sizes (n, n_bands), (n,); 0 where one is not known."""
        change = self.change(sizes)
        squares = np.einsum("ia,ab,ib->i", change, self.precision, change)
        return np.where(np.isfinite(squares), np.sqrt(np.maximum(squares, 0.0)), 0.0)


def usual_sizes(sizes: FloatArray) -> StandardSizes | None:
    """Return where sizes (n_calibration, n_bands) lie; None where too few are known."""
    known = sizes[np.all(np.isfinite(sizes) & (sizes > 0), axis=1)]
    if sizes.shape[1] == 0 or len(known) <= sizes.shape[1] + 1:
        return None
    logarithms = np.log(known)
    covariance = np.atleast_2d(np.cov(logarithms, rowvar=False))
    floor = _NO_LESS**2 * np.eye(len(covariance))
    precision = np.asarray(np.linalg.inv(covariance + floor), dtype=np.float64)
    return StandardSizes(np.exp(logarithms.mean(axis=0)), precision)
