"""Whole spectrum: principal components of all that varies, beside those that serve the value."""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.diagnostics.domain.rows import row_by_row

#: Components kept. In simulated campaigns of twelve vessels ten leave too much of how cultures
#: differ among the unknown bands; with 24, twenty-two take a changed medium out of them.
MOST_COMPONENTS = 16
#: And at least so many calibration spectra for each.
FOR_EACH_COMPONENT = 4
#: Calibration spectra that a new one is compared with, one by one.
MOST_NEIGHBOURS = 1000

_NOTHING = 1e-12  # of the largest variance


@dataclass(frozen=True, slots=True, eq=False)
class WholeSpectrum:
    """Principal components of coarse spectra.

    Parameters
    ----------
    mean : ndarray of shape (n_coarse,)
    loadings : ndarray of shape (n_coarse, n_components)
        Orthonormal.
    deviations : ndarray of shape (n_components,)
        Standard deviation of each score over the calibration.
    neighbours : ndarray of shape (n_calibration, n_components)
        Scores of the calibration, each divided by its deviation.
    """

    mean: FloatArray
    loadings: FloatArray
    deviations: FloatArray
    neighbours: FloatArray

    def read(self, coarse: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return scores (n, n_components) in deviations, and what they leave (n, n_coarse)."""
        centred = coarse - self.mean
        scores = row_by_row(centred, self.loadings)
        return scores / self.deviations, centred - row_by_row(scores, self.loadings.T)

    def nearest(self, scores: FloatArray) -> FloatArray:
        """Return how far the nearest calibration spectrum is, (n,), in deviations."""
        products = row_by_row(scores, self.neighbours.T)
        own, theirs = np.vecdot(scores, scores), np.vecdot(self.neighbours, self.neighbours)
        squares = own[:, None] + theirs - 2 * products
        return np.sqrt(np.maximum(squares.min(axis=1), 0.0))

    def t2_by_channel(self, coarse: FloatArray, scores: FloatArray) -> FloatArray:
        """Return what each coarse channel of one spectrum adds to T2, (n_coarse,)."""
        added: FloatArray = (coarse - self.mean) * (self.loadings @ (scores / self.deviations))
        return added


def components_for(n_calibration: int) -> int:
    """Return how many components so many calibration spectra can tell of."""
    return min(MOST_COMPONENTS, max(1, n_calibration // FOR_EACH_COMPONENT))


def whole_spectrum(coarse: FloatArray, *, n_components: int) -> WholeSpectrum:
    """Return the principal components of calibration spectra (n_calibration, n_coarse)."""
    mean = coarse.mean(axis=0)
    centred = coarse - mean
    variances, directions = np.linalg.eigh(centred.T @ centred / max(1, len(coarse) - 1))
    variances, loadings = variances[::-1][:n_components], directions[:, ::-1][:, :n_components]
    varies = variances > _NOTHING * max(float(variances[0]), np.finfo(np.float64).tiny)
    loadings, deviations = loadings[:, varies], np.sqrt(variances[varies])
    chosen = centred[_spread_out(len(coarse))]
    return WholeSpectrum(mean, loadings, deviations, chosen @ loadings / deviations)


def _spread_out(count: int) -> IntArray:
    return np.unique(np.linspace(0, count - 1, min(count, MOST_NEIGHBOURS)).astype(np.int64))
