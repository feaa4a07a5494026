"""What the spectra of a campaign span, and how well known bands on a given axis lie in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter

from pat.arrays import BoolArray, FloatArray
from pat.diagnostics.reference_bands import ReferenceBand, lorentzian, pattern

_SPIKE = 5  # channels of the running median that takes hot pixels and cosmic rays away
_TOO_BRIGHT = 5.0  # times the usual level: the laser line, nothing to find a band in
_EDGE = 10  # channels at either end, where detectors and stitching leave steps
_MOST_SPECTRA = 300
_FEWEST_NEAR = 6  # channels
_LEAST_COVERED = 0.5  # share of a pattern's energy that must lie on the axis


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The space that filtered spectra span.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,)
        As named, rising.
    seen : ndarray of bool, shape (n_channels,)
        Channels that are looked at.
    basis : ndarray of shape (n_directions, n_seen)
        Orthonormal.
    scales : (float, float)
        Standard deviations, in channels, of the two Gaussians whose difference filters.
    middle : ndarray of shape (n_channels,)
        The filtered median spectrum.
    """

    axis: FloatArray
    seen: BoolArray
    basis: FloatArray
    scales: tuple[float, float]
    middle: FloatArray

    def filtered(self, spectra: FloatArray) -> FloatArray:
        """Return spectra (n, n_channels) filtered, the channels looked at."""
        return _band_pass(spectra, self.scales)[:, self.seen]

    def correlations(self, shifts: FloatArray, components: Sequence[str]) -> FloatArray:
        """Return how well each component's bands lie in the space, if channels have `shifts`.

        1: some mixture of the spectra shows just these bands; 0: none does, or they lie off
        the axis.
        """
        patterns = np.array([pattern(name, shifts) for name in components])
        wanted = self.filtered(patterns)
        sizes = np.linalg.norm(wanted, axis=1)
        whole = np.linalg.norm(_band_pass(patterns, self.scales), axis=1)
        inside = np.linalg.norm(wanted @ self.basis.T, axis=1)
        covered = sizes > _LEAST_COVERED * np.maximum(whole, 1e-300)
        return np.where(covered, inside / np.where(covered, sizes, 1.0), 0.0)

    def shown(self, component: str, shifts: FloatArray) -> FloatArray:
        """Return the spectrum in the space that is nearest to a component's bands, (n_channels,).

        Zero in channels that are not looked at.
        """
        wanted = self.filtered(pattern(component, shifts)[np.newaxis])[0]
        spectrum = np.zeros(self.axis.size)
        spectrum[self.seen] = (wanted @ self.basis.T) @ self.basis
        return spectrum

    def alone(self, band: ReferenceBand, shift: float, shifts: FloatArray) -> float:
        """Return the correlation of the median spectrum with one band placed at `shift`.

        Over four widths around it; 0 where less of it is looked at.
        """
        near = self.seen & (np.abs(shifts - shift) <= 2 * band.fwhm_cm1)
        if near.sum() < _FEWEST_NEAR:
            return 0.0
        placed = lorentzian(shifts, shift, band.fwhm_cm1)
        wanted = _band_pass(placed[np.newaxis], self.scales)[0][near]
        return float(np.corrcoef(wanted, self.middle[near])[0, 1])

    def noise(self) -> float:
        """Return the usual size of the filtered median spectrum, bands left aside."""
        return float(1.4826 * np.median(np.abs(self.middle[self.seen])))


def evidence(
    intensities: FloatArray,
    axis: FloatArray,
    *,
    scales_cm1: tuple[float, float],
    coarseness: int = 1,
    n_directions: int = 8,
) -> Evidence:
    """Return what spectra span between two scales.

    Parameters
    ----------
    intensities : ndarray of shape (n_spectra, n_channels)
        Finite.
    axis : ndarray of shape (n_channels,)
        Rising.
    scales_cm1 : (float, float)
        Bands narrower than the first and backgrounds wider than the second are filtered out.
    coarseness : int
        Channels averaged into one.
    n_directions : int
        Of the space.
    """
    rows = np.linspace(0, len(intensities) - 1, min(len(intensities), _MOST_SPECTRA))
    spectra = median_filter(intensities[np.unique(rows.astype(np.int64))], size=(1, _SPIKE))
    level = np.median(spectra, axis=0)
    seen = level < _TOO_BRIGHT * max(float(np.median(level)), 1e-300)
    seen[:_EDGE] = seen[-_EDGE:] = False
    spectra, axis, seen = _binned(spectra, axis, seen, coarseness)
    step = float(np.median(np.diff(axis)))
    scales = (max(scales_cm1[0] / step, 0.5), scales_cm1[1] / step)
    filtered = _band_pass(spectra, scales)[:, seen]
    sizes = np.linalg.norm(filtered, axis=1, keepdims=True)
    filtered = filtered[sizes[:, 0] > 0] / sizes[sizes[:, 0] > 0]
    _, _, basis = np.linalg.svd(filtered, full_matrices=False)
    middle = _band_pass(np.median(spectra, axis=0)[np.newaxis], scales)[0]
    return Evidence(axis, seen, basis[:n_directions], scales, middle)


def _binned(
    spectra: FloatArray, axis: FloatArray, seen: BoolArray, coarseness: int
) -> tuple[FloatArray, FloatArray, BoolArray]:
    if coarseness <= 1:
        return spectra, axis, seen
    size = axis.size // coarseness * coarseness
    kept: BoolArray = np.asarray(seen[:size].reshape(-1, coarseness).all(axis=1), dtype=np.bool_)
    return (
        spectra[:, :size].reshape(len(spectra), -1, coarseness).mean(axis=2),
        axis[:size].reshape(-1, coarseness).mean(axis=1),
        kept,
    )


def _band_pass(spectra: FloatArray, scales: tuple[float, float]) -> FloatArray:
    narrow, wide = (gaussian_filter1d(spectra, scale, axis=1) for scale in scales)
    return narrow - wide
