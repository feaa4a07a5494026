"""Standardisation from pairs: the same samples measured on both instruments."""

import numpy as np

from pat.arrays import FloatArray

_KERNEL = 0.2  # standard deviation of the weights of neighbours, as a share of the assays' range


def piecewise_map(
    new: FloatArray, old: FloatArray, *, half_width: int = 2, n_components: int = 2
) -> tuple[FloatArray, FloatArray]:
    """Return the weights (n_channels, 2 half_width + 1) and offset that turn `new` into `old`.

    Parameters
    ----------
    new, old : ndarray of shape (n_pairs, n_channels)
        Preprocessed spectra of the same samples, derivatives for choice.
    half_width : int
        Channels on either side that a channel is predicted from.
    n_components : int
        Principal components of each window; few, since pairs are few.

    References
    ----------
    Wang, Veltkamp and Kowalski (1991). Analytical Chemistry 63, 2750-2756.
    """
    n_channels = new.shape[1]
    weights = np.zeros((n_channels, 2 * half_width + 1))
    centred, wanted = new - new.mean(axis=0), old - old.mean(axis=0)
    for channel in range(n_channels):
        low, high = max(0, channel - half_width), min(n_channels, channel + half_width + 1)
        solved = _regression(centred[:, low:high], wanted[:, channel], n_components)
        weights[channel, low - channel + half_width : high - channel + half_width] = solved
    padded = np.pad(new.mean(axis=0), half_width)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half_width + 1)
    return weights, old.mean(axis=0) - np.sum(windows * weights, axis=1)


def direct_map(new: FloatArray, old: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the matrix F (n_channels, n_channels) and offset with new F + offset = old.

    A reference to compare with: it fits every pair exactly and new samples badly.
    """
    matrix = np.linalg.pinv(new - new.mean(axis=0), rcond=1e-8) @ (old - old.mean(axis=0))
    return matrix, old.mean(axis=0) - new.mean(axis=0) @ matrix


def difference_directions(new: FloatArray, old: FloatArray, n_directions: int) -> FloatArray:
    """Return the orthonormal directions (n_directions, n_channels) in which pairs differ most."""
    _, _, directions = np.linalg.svd(new - old, full_matrices=False)
    return directions[:n_directions]


def virtual_standards(spectra: FloatArray, assays: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return what the old instrument would have measured of samples (n_wanted,), on average.

    A straight line in the assay through each channel, neighbours in the assay weighing most:
    exact where spectra are linear in the assay, also beyond the ends.

    Parameters
    ----------
    spectra : ndarray of shape (n_samples, n_channels)
    assays : ndarray of shape (n_samples,)
    wanted : ndarray of shape (n_wanted,)
        Assays of the samples, which the old instrument did not measure.
    """
    width = _KERNEL * np.ptp(assays)
    made = np.empty((wanted.size, spectra.shape[1]))
    for row, level in enumerate(wanted.tolist()):
        # Far outside the range every weight would vanish: measured from the nearest end instead.
        inside = np.clip(level, assays.min(), assays.max())
        weights = np.exp(-0.25 * ((assays - inside) / width) ** 2)  # squared in least squares
        line = np.column_stack([np.ones_like(assays), assays - level]) * weights[:, np.newaxis]
        found, *_ = np.linalg.lstsq(line, spectra * weights[:, np.newaxis], rcond=None)
        made[row] = found[0]
    return made


def _regression(window: FloatArray, wanted: FloatArray, n_components: int) -> FloatArray:
    """Return principal component regression coefficients (n_window,)."""
    left, sizes, right = np.linalg.svd(window, full_matrices=False)
    kept = min(n_components, int((sizes > 1e-12 * max(sizes[0], 1e-300)).sum()))
    scaled = (left[:, :kept].T @ wanted) / sizes[:kept]
    coefficients: FloatArray = scaled @ right[:kept]
    return coefficients
