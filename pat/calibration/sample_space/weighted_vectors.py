"""Regression vectors of PLS with weighted rows, for as many sets of weights as are asked for.

Drawing cultures again is weighting: a culture drawn twice counts twice. So one Gram matrix
serves every draw, and channels are touched once, at the end.
"""

import numpy as np
from numpy.typing import NDArray

from pat.arrays import FloatArray
from pat.calibration.sample_space.gram import gram
from pat.calibration.sample_space.pls import pls_fits


def culture_draws(
    cultures: NDArray[np.object_], *, n_draws: int, rng: np.random.Generator
) -> FloatArray:
    """Return how often each row counts, as many cultures drawn as there are, (n_draws, n_samples).

    Cultures are drawn with replacement, whole.
    """
    names, member = np.unique(cultures, return_inverse=True)
    picks = rng.integers(names.size, size=(n_draws, names.size))
    counts = np.array([np.bincount(pick, minlength=names.size) for pick in picks])
    return counts[:, member].astype(np.float64)


def weighted_vectors(
    rows: FloatArray, targets: FloatArray, *, weights: FloatArray, n_components: int
) -> FloatArray:
    """Return the regression vector of PLS for each set of weights, (n_sets, n_channels).

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_channels)
    targets : ndarray of shape (n_samples,)
    weights : ndarray of shape (n_sets, n_samples)
        Not negative; two rows or more of each set above zero.
    n_components : int
        Fewer are taken where the rank of a set is used up.

    Notes
    -----
    The weights w_a = X'r_a of the components come from what the targets leave before each, so
    with S = T'Xw over the training rows, T of unit length and S triangular, the vector is
    X'R S⁻¹q, q being the share of each component in the targets.
    """
    centred = rows - rows.mean(axis=0)
    products = gram(centred)
    shape = (len(weights), len(rows))
    fits = pls_fits(
        products, np.broadcast_to(targets, shape), weights=weights, n_components=n_components
    )
    mean = weights @ targets / weights.sum(axis=1)
    first = weights * (targets - mean[:, None])
    shares = np.vecdot(fits.basis, first[:, None, :])
    inside = weights[:, None, :] * fits.basis
    explained = np.cumsum(shares[:, :, None] * inside, axis=1)
    left = first[:, None, :] - np.concatenate(
        [np.zeros_like(explained[:, :1]), explained[:, :-1]], axis=1
    )
    scores = products.apply(left.reshape(-1, len(rows))).reshape(left.shape)
    triangle = np.triu(inside @ scores.transpose(0, 2, 1))
    ended = np.diagonal(triangle, axis1=1, axis2=2) <= 0
    triangle += ended[:, :, None] * np.eye(n_components)
    dual = np.linalg.solve(triangle, shares[:, :, None])
    vectors: FloatArray = (dual.transpose(0, 2, 1) @ left)[:, 0] @ centred
    return vectors
