"""The noise of spectra, and what it makes of a value."""

from collections.abc import Callable

import numpy as np

from pat.arrays import FloatArray

_SECOND_DIFFERENCE = np.sqrt(6.0)  # its standard deviation over that of white noise
_TO_SD = 1.4826  # from the median absolute deviation of a normal


def channel_noise(spectra: FloatArray) -> FloatArray:
    """Return the standard deviation of the noise in each channel, (n_channels,).

    Parameters
    ----------
    spectra : ndarray of shape (n_spectra, n_channels)
        As read: three or more, of three channels or more.

    Notes
    -----
    From the second difference over neighbouring channels, less what all spectra share of it:
    bands and baselines are smooth, noise is not. Where the instrument has smoothed already,
    neighbours share their noise and the estimate is too low.
    """
    bent = np.diff(spectra, n=2, axis=1)
    apart = np.abs(bent - np.median(bent, axis=0))
    inside = _TO_SD * np.median(apart, axis=0) / _SECOND_DIFFERENCE
    return np.r_[inside[0], inside, inside[-1]]


def value_noise(
    predict: Callable[[FloatArray], FloatArray],
    spectra: FloatArray,
    noise: FloatArray,
    *,
    rng: np.random.Generator,
    draws: int = 8,
) -> float:
    """Return the standard deviation of a value that the noise of single spectra makes.

    Parameters
    ----------
    predict : callable
        From intensities (n, n_channels) to values (n,).
    spectra : ndarray of shape (n_spectra, n_channels)
        Noise is added to each, so any sensor will do, linear or not.
    noise : ndarray of shape (n_channels,)
    rng : numpy.random.Generator
    draws : int
        Times that noise is added to each spectrum.
    """
    added = noise * rng.normal(size=(draws, *spectra.shape))
    noisy = predict((spectra + added).reshape(-1, spectra.shape[1])).reshape(draws, -1)
    return float(np.sqrt(np.mean(np.var(noisy, axis=0, ddof=1))))
