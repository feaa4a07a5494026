"""PCA scores of all rows by a model fitted on some of them, from a Gram matrix."""

import numpy as np
from scipy.linalg import eigh

from pat.arrays import BoolArray, FloatArray
from pat.calibration.sample_space.distances import Latent
from pat.calibration.sample_space.gram import Gram
from pat.calibration.sample_space.view import View


def pca_scores(
    view: View[Gram], train: BoolArray, *, n_components: int
) -> tuple[FloatArray, FloatArray]:
    """Return scores of all rows and their standard deviations in training.

    Parameters
    ----------
    view : View
    train : ndarray of bool, shape (n_samples,)
        The rows that the components are fitted on.
    n_components : int
        Below the number of training rows.

    Returns
    -------
    scores : ndarray of shape (n_samples, n_components)
        As scikit-learn's PCA gives them: centred on the training rows, the largest loading
        of each component positive.
    spread : ndarray of shape (n_components,)
        Standard deviation of each score over the training rows (n - 1).
    """
    n_train = int(train.sum())
    scale = view.scale(train[None, :])[0]
    centred = view.products.scaled(scale).centred(train)
    wanted = (n_train - n_components, n_train - 1)
    squares, vectors = eigh(centred[np.ix_(train, train)], subset_by_index=wanted)
    squares, vectors = squares[::-1], vectors[:, ::-1]
    lengths = np.sqrt(np.maximum(squares, np.finfo(np.float64).eps * squares[0]))
    weights = (vectors - vectors.mean(axis=0)) * scale[train, None]
    directions = vectors * _signs(weights.T @ view.rows[train])
    scores = (centred[:, train] @ directions) / lengths
    return scores, lengths / np.sqrt(n_train - 1)


def explaining_components(own: Gram, train: BoolArray, *, explained: float, most: int) -> Latent:
    """Return PCA with as many components, at most `most`, as explain a share of the variance.

    Parameters
    ----------
    own : Gram
        Of the rows as the training scales them.
    train : ndarray of bool, shape (n_samples,)
    explained : float
    most : int
        Below the number of training rows.
    """
    centred = own.centred(train)
    among = centred[np.ix_(train, train)]
    # All of them: a third by bisection takes longer.
    squares, vectors = np.linalg.eigh(among)
    squares, vectors = squares[::-1], vectors[:, ::-1]
    reached = np.cumsum(squares) / np.trace(among)
    count = min(most, int(np.searchsorted(reached, explained)) + 1)
    basis = (centred[:, train] @ vectors[:, :count]) / squares[:count]
    return Latent(train=train, basis=basis.T, variances=squares[:count])


def _signs(loadings: FloatArray) -> FloatArray:
    """Return the sign of each component's largest loading; loadings are its rows."""
    largest = np.abs(loadings).argmax(axis=1)
    return np.where(loadings[np.arange(len(loadings)), largest] < 0, -1.0, 1.0)
