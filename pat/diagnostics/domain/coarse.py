"""Coarse spectra: a few channels in use joined to one, and each spectrum scaled."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from pat.arrays import BoolArray, FloatArray, runs

#: About so many coarse channels, whatever the spectrometer has: some 4 cm-1 each.
ABOUT = 340


@dataclass(frozen=True, slots=True, eq=False)
class CoarseChannels:
    """Channels in use, joined a few at a time.

    Parameters
    ----------
    pieces : tuple of slice
        Runs of channels in use.
    size : int
        Channels in use that make a coarse one, about.
    axis : ndarray of shape (n_coarse,)
        Mean position of each coarse channel.
    """

    pieces: tuple[slice, ...]
    size: int
    axis: FloatArray

    @classmethod
    def of(cls, axis: FloatArray, used: BoolArray) -> Self:
        """Return the coarse channels of an axis (n_channels,) of which some are used."""
        pieces, size = runs(used), max(1, round(int(used.sum()) / ABOUT))
        return cls(pieces, size, _means(axis[None], pieces, size)[0])

    def scaled(self, spectra: FloatArray) -> FloatArray:
        """Return spectra (n, n_channels) coarse, of mean 0 and deviation 1 each, (n, n_coarse)."""
        coarse = _means(spectra, self.pieces, self.size)
        coarse -= coarse.mean(axis=1, keepdims=True)
        deviation = np.sqrt(np.vecdot(coarse, coarse) / coarse.shape[1])
        coarse /= np.maximum(deviation, np.finfo(np.float64).tiny)[:, None]
        return coarse

    def slopes(self, spectra: FloatArray, axis: FloatArray) -> FloatArray:
        """Return how coarse, scaled spectra change where the axis moves by one unit, (n, n_coarse).

        Taken between the spectrometer's own channels: between coarse ones a narrow band's slope
        is not that of the band.
        """
        step = np.median(np.abs(np.diff(axis))) / 2
        moved = step * np.gradient(spectra, axis, axis=1)
        slopes: FloatArray = (
            (self.scaled(spectra + moved) - self.scaled(spectra - moved)) / 2 / step
        )
        return slopes


def _means(spectra: FloatArray, pieces: tuple[slice, ...], size: int) -> FloatArray:
    """Return the means of about `size` neighbours, never across a gap, (n, n_coarse)."""
    parts = []
    for piece in pieces:
        length = piece.stop - piece.start
        edges = np.linspace(0, length, max(1, length // size) + 1).astype(np.int64)
        sums = np.add.reduceat(spectra[:, piece], edges[:-1], axis=1)
        parts.append(sums / np.diff(edges))
    return np.concatenate(parts, axis=1)
