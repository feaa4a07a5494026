"""Shift of the axis: how far a spectrum's bands stand from where the calibration has them."""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.diagnostics.domain.whole import WholeSpectrum


@dataclass(frozen=True, slots=True, eq=False)
class ShiftFilter:
    """Weights that give the shift from scores and residual, in the axis' unit.

    Parameters
    ----------
    along : ndarray of shape (n_components,)
    across : ndarray of shape (n_coarse,)
    """

    along: FloatArray
    across: FloatArray

    def shift(self, scores: FloatArray, residuals: FloatArray) -> FloatArray:
        """Return how far bands are shifted, (n,), from what `WholeSpectrum.read` gives."""
        found: FloatArray = np.vecdot(scores, self.along) + np.vecdot(residuals, self.across)
        return found


def shift_filter(whole: WholeSpectrum, slope: FloatArray, *, noise: FloatArray) -> ShiftFilter:
    """Return the filter for a mean spectrum of this slope and noise, both (n_coarse,).

    Notes
    -----
    A shifted spectrum is the mean less the shift times its slope. Generalised least squares of
    that, where the rest varies as the scores do along the components and as noise elsewhere.
    Slight shifts only: beyond a band's width it says too little.

    References
    ----------
    Aitken (1936). Proceedings of the Royal Society of Edinburgh 55, 42-48.
    """
    inside = slope @ whole.loadings
    along = inside / whole.deviations  # scores come in deviations
    across = (slope - whole.loadings @ inside) / noise**2
    information = float(along @ along + across @ slope)
    if information <= 0:
        return ShiftFilter(np.zeros_like(along), np.zeros_like(across))
    return ShiftFilter(-along / information, -across / information)
