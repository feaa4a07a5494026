"""T2 and Q of rows left out of a training, from the Gram matrix and the scores it gave.

With scores B of unit length over the training rows, orthogonal there and to the constant, the
loadings are P = B'X and a row is rebuilt as its scores times P. So T2 is (n - 1) b'b, and Q is
the centred row's own product less 2 b'v plus b'PP'b, v = Px being products of rows alone. In
the graded Gram matrix the strong directions are rebuilt as they are, and only what they leave
goes through products, which would lose the digits of a small Q beside a large background.
"""

from dataclasses import dataclass

import numpy as np

from pat.arrays import BoolArray, FloatArray
from pat.calibration.sample_space.gram import Gram

#: As `score_spread` has it: a direction with less of the largest variance is none.
NO_VARIANCE = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Latent:
    """What a latent model makes of all rows of a Gram matrix.

    Parameters
    ----------
    train : ndarray of bool, shape (n_samples,)
        The rows it was fitted on.
    basis : ndarray of shape (n_components, n_samples)
        Scores, centred and of unit length over the training rows, orthogonal there.
    variances : ndarray of shape (n_components,)
        Of the scores as the model has them, up to one common factor.
    """

    train: BoolArray
    basis: FloatArray
    variances: FloatArray

    def take(self, rows: BoolArray) -> "Latent":
        """Return what the model makes of some rows."""
        return Latent(self.train[rows], self.basis[:, rows], self.variances)

    def t2(self) -> FloatArray:
        """Return T2 of the rows left out, (n_left_out,)."""
        varying = self.variances > NO_VARIANCE * self.variances.max(initial=0.0)
        squares: FloatArray = np.sum(self.basis[varying][:, ~self.train] ** 2, axis=0)
        return squares * (self.train.sum() - 1)

    def q(self, own: Gram) -> FloatArray:
        """Return Q of the rows left out, (n_left_out,); `own` as the training scales the rows."""
        inside, outside = self.basis[:, self.train], self.basis[:, ~self.train]
        strong = own.strong - own.strong[self.train].mean(axis=0)
        left = strong[~self.train] - outside.T @ (inside @ strong[self.train])
        rest = own.rest[self.train]
        to_mean = rest.mean(axis=0)
        loadings = inside @ rest - (inside @ to_mean[self.train])[:, None]
        among = inside @ loadings[:, self.train].T
        across = loadings[:, ~self.train]
        lengths = np.diag(own.rest) - 2 * to_mean + to_mean[self.train].mean()
        rebuilt = np.sum(outside * (2 * across - among @ outside), axis=0)
        squares: FloatArray = np.sum(left**2, axis=1) + lengths[~self.train] - rebuilt
        return np.maximum(squares, 0.0)
