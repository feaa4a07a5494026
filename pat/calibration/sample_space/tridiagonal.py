"""A symmetric matrix brought to tridiagonal form once, then solved for any number of shifts."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import lapack

from pat.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Tridiagonal:
    """A = Q T Q' with T tridiagonal and Q kept as LAPACK's reflectors.

    Parameters
    ----------
    diagonal : ndarray of shape (n,)
    beside : ndarray of shape (n - 1,)
        The entries beside the diagonal.
    reflectors : ndarray of shape (n - 1, n - 1)
    factors : ndarray of shape (n - 1,)
    """

    diagonal: FloatArray
    beside: FloatArray
    reflectors: FloatArray
    factors: FloatArray

    @classmethod
    def of(cls, matrix: FloatArray) -> Self:
        """Return the form of a symmetric matrix (n, n), n above one; `matrix` is overwritten."""
        lwork = int(lapack.dsytrd_lwork(len(matrix), lower=1)[0])
        # The transpose is in the order that LAPACK wants, and the same matrix.
        reduced, diagonal, beside, factors, _ = lapack.dsytrd(
            matrix.T, lower=1, lwork=lwork, overwrite_a=1
        )
        reflectors = np.asfortranarray(reduced[1:, :-1])
        return cls(diagonal=diagonal, beside=beside, reflectors=reflectors, factors=factors)

    def into(self, columns: FloatArray) -> FloatArray:
        """Return Q' times columns (n, k)."""
        return self._times(columns, "T")

    def out_of(self, columns: FloatArray) -> FloatArray:
        """Return Q times columns (n, k)."""
        return self._times(columns, "N")

    def solved(self, columns: FloatArray, *, shift: float) -> FloatArray:
        """Return (T + shift I)⁻¹ columns (n, k), NaN where that is not positive definite."""
        *_, found, info = lapack.dptsv(self.diagonal + shift, self.beside, columns)
        return found if info == 0 else np.full_like(columns, np.nan)

    def _times(self, columns: FloatArray, how: str) -> FloatArray:
        found = np.array(columns, order="F")
        lwork = 64 * columns.shape[1]
        below, _, _ = lapack.dormqr("L", how, self.reflectors, self.factors, found[1:], lwork)
        found[1:] = below
        return found
