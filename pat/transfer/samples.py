"""Which samples to measure on a new instrument: spread over what the spectra span."""

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.errors import InputError


def kennard_stone(spectra: FloatArray, n_samples: int, *, n_directions: int = 6) -> IntArray:
    """Return rows that cover the spectra evenly, the two farthest apart first.

    Parameters
    ----------
    spectra : ndarray of shape (n_spectra, n_channels)
        Preprocessed, finite.
    n_samples : int
        How many to choose.
    n_directions : int
        Principal components in which distances are measured, each scaled to unit variance.

    Raises
    ------
    InputError
        If there are fewer spectra than samples to choose, or fewer than two are wanted.

    References
    ----------
    Kennard and Stone (1969). Technometrics 11, 137-148.
    """
    if not 2 <= n_samples <= len(spectra):
        msg = f"expected 2 to {len(spectra)} samples to choose; got {n_samples}"
        raise InputError(msg)
    left, sizes, _ = np.linalg.svd(spectra - spectra.mean(axis=0), full_matrices=False)
    kept = min(n_directions, int((sizes > 1e-9 * sizes[0]).sum()))
    scores = left[:, : max(kept, 1)]
    apart = np.linalg.norm(scores[:, np.newaxis] - scores[np.newaxis], axis=2)
    first, second = np.unravel_index(np.argmax(apart), apart.shape)
    chosen = [int(first), int(second)]
    nearest = np.minimum(apart[first], apart[second])
    while len(chosen) < n_samples:
        nearest[chosen] = -1.0
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, apart[chosen[-1]])
    return np.array(chosen, dtype=np.int64)
