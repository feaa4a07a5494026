"""Principal components that explain enough of some rows, at the price of one small eigenproblem."""

import numpy as np
from sklearn.decomposition import PCA

from pat.arrays import FloatArray

#: Components are fewer than this share of the rows: more would be fitted to their noise.
_MOST = 1 / 3


def principal_components(rows: FloatArray, *, explained: float) -> PCA:
    """Return fitted PCA with as many components as explain a share of the variance of rows.

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_features)
    explained : float
        Share of the variance; at most a third of the rows' number of components is taken.

    Notes
    -----
    From the eigenvectors of the smaller side's products: scikit-learn decomposes the rows
    themselves, which costs several times as much, and a sensor needs one in every fold.
    """
    most = most_components(*rows.shape)
    centred = rows - rows.mean(axis=0)
    wide = rows.shape[0] <= rows.shape[1]
    squares, vectors = np.linalg.eigh(centred @ centred.T if wide else centred.T @ centred)
    squares, vectors = np.maximum(squares[::-1], 0.0), vectors[:, ::-1]
    total = float(squares.sum())
    if total == 0:
        return _assembled(rows, np.eye(1, rows.shape[1]), squares, total=1.0)
    count = min(most, int(np.searchsorted(np.cumsum(squares) / total, explained)) + 1)
    axes = (centred.T @ vectors[:, :count] if wide else vectors[:, :count]).T
    return _assembled(rows, axes, squares, total=total)


def most_components(n_samples: int, n_features: int) -> int:
    """Return how many components rows (n_samples, n_features) may have."""
    return max(1, min(int(n_samples * _MOST), n_features))


def _assembled(rows: FloatArray, axes: FloatArray, squares: FloatArray, *, total: float) -> PCA:
    """Return scikit-learn's PCA with these axes (n_components, n_features), of any length.

    `squares` are all singular values squared, largest first, and `total` is their sum.
    """
    n_samples, count = len(rows), len(axes)
    variances = squares / (n_samples - 1)
    largest = axes[np.arange(count), np.abs(axes).argmax(axis=1)]
    pca = PCA(count, svd_solver="full")
    pca.components_ = axes * (np.sign(largest) / np.linalg.norm(axes, axis=1))[:, None]
    pca.mean_ = rows.mean(axis=0)
    pca.explained_variance_ = variances[:count]
    pca.explained_variance_ratio_ = squares[:count] / total
    pca.singular_values_ = np.sqrt(squares[:count])
    pca.noise_variance_ = float(variances[count:].mean()) if count < len(variances) else 0.0
    pca.n_components_, pca.n_samples_, pca.n_features_in_ = count, n_samples, rows.shape[1]
    pca._fit_svd_solver = "full"
    return pca
