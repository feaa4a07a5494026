"""Distances of a spectrum from the calibration, and the channels that make them."""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ScoreSpread:
    """Where the calibration's scores lie and how far they scatter.

    Parameters
    ----------
    mean : ndarray of shape (n_components,)
    precision : ndarray of shape (n_components, n_components)
        Inverse of the scores' covariance.
    """

    mean: FloatArray
    precision: FloatArray


def score_spread(scores: FloatArray) -> ScoreSpread:
    """Return the mean and inverse covariance of scores (n_samples, n_components).

    A direction in which the calibration does not vary at all has no scale of its own and
    takes no part in T2 (pseudo-inverse).

    Raises
    ------
    ValueError
        If there are fewer than two samples.
    """
    if len(scores) < 2:
        msg = f"expected scores of two samples or more; got {len(scores)}"
        raise ValueError(msg)
    covariance = np.atleast_2d(np.cov(scores, rowvar=False))
    precision = np.linalg.pinv(covariance, rcond=1e-12, hermitian=True)
    return ScoreSpread(scores.mean(axis=0), np.asarray(precision, dtype=np.float64))


def hotelling_t2(scores: FloatArray, spread: ScoreSpread) -> FloatArray:
    """Return T2 (n_spectra,) of scores (n_spectra, n_components).

    References
    ----------
    Hotelling (1931). Annals of Mathematical Statistics 2, 360-378.
    """
    centred = scores - spread.mean
    return np.einsum("ia,ab,ib->i", centred, spread.precision, centred)


def squared_residual(spectra: FloatArray, reconstruction: FloatArray) -> FloatArray:
    """Return Q (n_spectra,): the squared distance of spectra from their reconstruction."""
    residual = spectra - reconstruction
    return np.einsum("ij,ij->i", residual, residual)


def q_contributions(spectra: FloatArray, reconstruction: FloatArray) -> FloatArray:
    """Return what each channel adds to Q, shape (n_spectra, n_channels); rows sum to Q."""
    return (spectra - reconstruction) ** 2


def t2_contributions(
    spectra: FloatArray, scores: FloatArray, spread: ScoreSpread, *, rotations: FloatArray
) -> FloatArray:
    """Return what each channel adds to T2, shape (n_spectra, n_channels); rows sum to T2.

    Parameters
    ----------
    spectra : ndarray of shape (n_spectra, n_channels)
        Centred so that `spectra @ rotations` are the centred scores.
    scores : ndarray of shape (n_spectra, n_components)
    spread : ScoreSpread
    rotations : ndarray of shape (n_channels, n_components)

    Notes
    -----
    A single contribution may be negative: it lowers the distance that others make.
    """
    weights = (scores - spread.mean) @ spread.precision @ rotations.T
    return spectra * weights
