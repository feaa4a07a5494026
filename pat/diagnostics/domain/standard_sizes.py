"""Sizes of internal standards, water and sapphire, beside what the other bands suggest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from pat.arrays import BoolArray, FloatArray
from pat.diagnostics.collection import StandardBand
from pat.diagnostics.domain.rows import row_by_row
from pat.diagnostics.domain.whole import components_for, whole_spectrum

#: Nothing in the light path before the sample, sapphire or silica, has a band above this, in
#: cm-1: from there on a spectrum tells of the sample alone.
SAMPLE_FROM = 1150.0
#: Components of that part, which tell how much light cells and fouling take. Two to eight find
#: much the same in simulated campaigns.
MOST_COMPONENTS = 3
#: A band counts for at most so many deviations: a cosmic ray is no change of the light path.
MOST_OF_A_BAND = 5.0

_FEWEST_CHANNELS = 16  # coarse ones that can tell anything
_LEAST = 1e-6  # of the usual size: nothing left of a band
_NO_LESS = 1e-4  # standard deviation of a logarithm
_NOTHING = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True, eq=False)
class StandardSizes:
    """What the logarithms of the sizes of a few bands are, given the sample's part of a spectrum.

    Parameters
    ----------
    usual : ndarray of shape (n_bands,)
        Geometric mean of each.
    told_by : ndarray of bool, shape (n_coarse,)
        Coarse channels that tell of the sample alone; none where they are not asked.
    mean : ndarray of shape (n_telling,)
        Of those channels, each spectrum scaled.
    weights : ndarray of shape (n_telling, n_bands)
        What they add to the logarithms.
    precision : ndarray of shape (n_bands, n_bands)
        Inverse covariance of what is left of the logarithms.
    together : ndarray of shape (n_bands,)
        1 for the bands that change as one, else 0.
    """

    usual: FloatArray
    told_by: BoolArray
    mean: FloatArray
    weights: FloatArray
    precision: FloatArray
    together: FloatArray

    @property
    def deviations(self) -> FloatArray:
        """Standard deviation of the logarithm of each band, (n_bands,)."""
        return np.sqrt(np.diag(np.linalg.inv(self.precision)))

    def change(self, sizes: FloatArray, coarse: FloatArray) -> FloatArray:
        """Return logarithms of sizes (n, n_bands) less those that spectra (n, n_coarse) suggest."""
        with np.errstate(invalid="ignore"):
            shares: FloatArray = np.log(np.maximum(sizes / self.usual, _LEAST))
        return shares - row_by_row(_scaled(coarse, self.told_by) - self.mean, self.weights)

    def distance(self, sizes: FloatArray, coarse: FloatArray) -> FloatArray:
        """Return how many deviations the bands changed as one, (n,); 0 where one is not known.

        Notes
        -----
        Generalised least squares of one change of these bands, where the others and the rest
        of the spectrum stay: light that is lost to cells or gained by the laser is no change.

        References
        ----------
        Aitken (1936). Proceedings of the Royal Society of Edinburgh 55, 42-48.
        """
        filtered = self.precision @ self.together
        most = MOST_OF_A_BAND * self.deviations
        change = np.vecdot(np.clip(self.change(sizes, coarse), -most, most), filtered)
        change /= np.sqrt(self.together @ filtered)
        return np.where(np.isfinite(change), np.abs(change), 0.0)

    @classmethod
    def of(
        cls,
        sizes: FloatArray,
        coarse: FloatArray,
        *,
        axis: FloatArray,
        bands: Sequence[StandardBand],
    ) -> Self | None:
        """Return what the sizes of a calibration are, None where too few are known.

        Parameters
        ----------
        sizes : ndarray of shape (n_calibration, n_bands)
        coarse : ndarray of shape (n_calibration, n_coarse)
        axis : ndarray of shape (n_coarse,)
            In cm-1.
        bands : sequence of StandardBand
            The light path's change together. Where none of those is shown, water is held
            against its mean: the rest of the spectrum would tell of water by water itself.
        """
        known = np.all(np.isfinite(sizes) & (sizes > 0), axis=1)
        count = int(known.sum())
        of_path = np.array([band.high < SAMPLE_FROM for band in bands], dtype=np.bool_)
        told_by = (axis > SAMPLE_FROM) & of_path.any()
        told_by &= told_by.sum() >= _FEWEST_CHANNELS
        components = min(MOST_COMPONENTS, components_for(count)) if told_by.any() else 0
        if not bands or count <= len(bands) + components + 1:
            return None
        logarithms = np.log(sizes[known])
        usual = logarithms.mean(axis=0)
        part = _scaled(coarse[known], told_by)
        weights = _weights(part, logarithms - usual, n_components=components)
        left = logarithms - usual - (part - part.mean(axis=0)) @ weights
        covariance = left.T @ left / (count - 1 - components) + _NO_LESS**2 * np.eye(len(bands))
        return cls(
            usual=np.exp(usual),
            told_by=told_by,
            mean=part.mean(axis=0),
            weights=weights,
            precision=np.asarray(np.linalg.inv(covariance), dtype=np.float64),
            together=np.where(of_path | ~of_path.any(), 1.0, 0.0),
        )


def _weights(part: FloatArray, targets: FloatArray, *, n_components: int) -> FloatArray:
    """Return the regression (n_telling, n_bands) of centred targets on principal components."""
    if n_components == 0:
        return np.zeros((part.shape[1], targets.shape[1]))
    whole = whole_spectrum(part, n_components=n_components)
    slopes = np.linalg.lstsq(whole.read(part)[0], targets)[0]
    weights: FloatArray = (whole.loadings / whole.deviations) @ slopes
    return weights


def _scaled(coarse: FloatArray, told_by: BoolArray) -> FloatArray:
    """Return the channels that tell, (n, n_telling), of mean 0 and deviation 1 in each spectrum."""
    part = np.ascontiguousarray(coarse[:, told_by])
    if part.shape[1] == 0:
        return part
    part -= part.mean(axis=1, keepdims=True)
    deviation = np.sqrt(np.vecdot(part, part) / part.shape[1])
    part /= np.maximum(deviation, _NOTHING)[:, None]
    return part
