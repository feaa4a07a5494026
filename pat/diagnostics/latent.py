"""A latent model as plain matrices: what lies between features and scores."""

from typing import Any

import numpy as np
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA

from pat.arrays import FloatArray
from pat.diagnostics.anatomy import Anatomy, Reading
from pat.diagnostics.distances import ScoreSpread, t2_contributions

Matrices = tuple[FloatArray, FloatArray, FloatArray]


def latent_matrices(latent: Any) -> Matrices | None:
    """Return mean, rotations and loadings of a fitted PLS or PCA, None of another model."""
    if type(latent) is PLSRegression:
        spread = np.asarray(latent._x_std)[:, None]
        mean = np.asarray(latent._x_mean)
        return mean, latent.x_rotations_ / spread, latent.x_loadings_ * spread
    if type(latent) is PCA:
        components = latent.components_.T
        size = np.ones(components.shape[1])
        if latent.whiten:
            # As scikit-learn has it: a direction without variance is divided by next to nothing.
            size = np.maximum(np.sqrt(latent.explained_variance_), np.finfo(np.float64).eps)
        return np.asarray(latent.mean_), components / size, components * size
    return None


def t2_by_channel(parts: Anatomy, reading: Reading, *, spread: ScoreSpread) -> FloatArray | None:
    """Return what each feature that entered the latent model adds to T2, (n_spectra, n_features).

    None where the latent model is neither PLS nor PCA. The spread must be that of the spectra
    that the latent model was fitted to, whose mean score is zero: then rows sum to T2.
    """
    matrices = latent_matrices(parts.latent)
    if matrices is None:
        return None
    mean, rotations, _ = matrices
    return t2_contributions(reading.entered - mean, reading.scores, spread, rotations=rotations)
