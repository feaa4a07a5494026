"""Bands that the calibration does not know: matched filters over what its components leave."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from pat.arrays import FloatArray, IntArray

#: Widths of a band that are looked for, in coarse channels.
WIDTHS = (3, 5, 9)
#: A coarse channel counts for at most so many times its noise: a cosmic ray is no band.
MOST_OF_A_CHANNEL = 4.0

_SQUARINGS = 3  # of responses whose mean is to be nearly the largest: the 8th power
_SMOOTHED = 31  # coarse channels over which noise is taken as the same
_LEAST = 1e-9  # of a spectrum's deviation; below it is rounding


@dataclass(frozen=True, slots=True, eq=False)
class BandNoise:
    """What left-out spectra leave in each coarse channel, and in each filter's place.

    Parameters
    ----------
    channels : ndarray of shape (n_coarse,)
    filters : tuple of ndarray of shape (n_places,)
        One for each of `WIDTHS` that fits on the axis.
    """

    channels: FloatArray
    filters: tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Squares:
    """Sums of squares that `BandNoise` is made of, so that one culture can be taken out again."""

    count: int
    channels: FloatArray


def squares(residuals: FloatArray) -> Squares:
    """Return the sums over residuals (n, n_coarse)."""
    return Squares(len(residuals), np.sum(residuals**2, axis=0))


def channel_noise(parts: Sequence[Squares]) -> FloatArray:
    """Return the noise of each coarse channel, (n_coarse,)."""
    return _smoothed(sum(part.channels for part in parts), sum(part.count for part in parts))


def filter_noise(parts: Sequence[tuple[FloatArray, ...]]) -> tuple[FloatArray, ...]:
    """Return the noise of each filter's places from its responses, a tuple for each part."""
    return tuple(
        _smoothed(sum(np.sum(one**2, axis=0) for one in same), sum(len(one) for one in same))
        for same in zip(*parts, strict=True)
    )


def responses(
    residuals: FloatArray, channels: FloatArray, *, most: float = MOST_OF_A_CHANNEL
) -> tuple[FloatArray, ...]:
    """Return what each filter makes of residuals (n, n_coarse) in noise, (n, n_places) each."""
    scaled = np.clip(residuals / channels, -most, most)
    sums = np.cumsum(np.pad(scaled, ((0, 0), (1, 0))), axis=1)
    return tuple(
        sums[:, width:] - sums[:, :-width] for width in WIDTHS if width <= residuals.shape[1]
    )


def loudest_band(
    found: Sequence[FloatArray], noise: Sequence[FloatArray]
) -> tuple[FloatArray, IntArray]:
    """Return the largest response of each spectrum in noise, signed (n,), and its coarse channel.

    Responses as `responses` gives them.
    """
    n = len(found[0]) if found else 0
    loudest, place = np.zeros(n), np.zeros(n, dtype=np.int64)
    for width, response, usual in zip(WIDTHS, found, noise, strict=False):
        relative = response / usual
        at = np.argmax(np.abs(relative), axis=1)
        here = relative[np.arange(n), at]
        louder = np.abs(here) > np.abs(loudest)
        loudest, place = np.where(louder, here, loudest), np.where(louder, at + width // 2, place)
    return loudest, place


def loudness(found: Sequence[FloatArray], noise: Sequence[FloatArray]) -> FloatArray:
    """Return how loud each spectrum's responses are in noise, (n,).

    A power mean that is nearly the largest response, and more where several bands are as loud: a
    changed medium has many. Responses as `responses` gives them.
    """
    means = np.zeros(len(found[0]) if found else 0)
    for response, usual in zip(found, noise, strict=False):
        relative = response / usual
        for _ in range(_SQUARINGS):
            relative *= relative
        means += relative.mean(axis=1)
    louder: FloatArray = (means / max(1, len(noise))) ** (1 / 2**_SQUARINGS)
    return louder


def _smoothed(sums: FloatArray | int, count: int) -> FloatArray:
    """Return the root of mean squares, which neighbours share."""
    mean = np.asarray(sums, dtype=np.float64) / max(1, count)
    return np.maximum(np.sqrt(uniform_filter1d(mean, _SMOOTHED, mode="nearest")), _LEAST)
