"""Applicability domain: whether a whole spectrum is of the kind that was calibrated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Self

import numpy as np

from pat.arrays import BoolArray, FloatArray
from pat.diagnostics.collection import StandardBand
from pat.diagnostics.domain.axis_shift import ShiftFilter, shift_filter
from pat.diagnostics.domain.bands import BandNoise, loudest_band, loudness, responses
from pat.diagnostics.domain.coarse import CoarseChannels
from pat.diagnostics.domain.standard_sizes import StandardSizes
from pat.diagnostics.domain.whole import WholeSpectrum, whole_spectrum


class Look(IntEnum):
    """What is looked at; the row of its distance."""

    WHOLE = 0  # leverage: T of all components
    NEIGHBOUR = 1
    AXIS = 2
    BAND = 3
    STANDARDS = 4


#: Looks whose distance is the magnitude of a normal value in its own deviations.
STANDARD_NORMAL = (Look.STANDARDS,)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a domain sees of n spectra.

    Parameters
    ----------
    distances : ndarray of shape (len(Look), n)
        Each grows in proportion to what is wrong; infinite where arithmetic breaks.
    coarse : ndarray of shape (n, n_coarse)
    scores : ndarray of shape (n, n_components)
    shift : ndarray of shape (n,)
        Of the axis, in its unit.
    """

    distances: FloatArray
    coarse: FloatArray
    scores: FloatArray
    shift: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """The kind of spectrum that was calibrated.

    Parameters
    ----------
    channels : CoarseChannels
    whole : WholeSpectrum
    noise : BandNoise
        Of left-out spectra.
    axis : ShiftFilter
    standards : StandardSizes or None
        None: no internal standard was shown.
    bands : tuple of StandardBand
        Those of the standards, in order.
    limits : ndarray of shape (len(Look),)
        Of the distances; infinite until they are known.
    """

    channels: CoarseChannels
    whole: WholeSpectrum
    noise: BandNoise
    axis: ShiftFilter
    standards: StandardSizes | None
    bands: tuple[StandardBand, ...]
    limits: FloatArray

    def read(self, spectra: FloatArray, sizes: FloatArray) -> Seen:
        """Return what is seen of spectra (n, n_channels) and their standards' (n, n_bands)."""
        with np.errstate(all="ignore"):
            return self.read_coarse(self.channels.scaled(spectra), sizes)

    def read_coarse(self, coarse: FloatArray, sizes: FloatArray) -> Seen:
        """Return what is seen of coarse spectra (n, n_coarse)."""
        scores, residuals = self.whole.read(coarse)
        shift = self.axis.shift(scores, residuals)
        clipped = responses(residuals, self.noise.channels)
        nothing = np.zeros(len(coarse))
        distances = np.stack(
            [
                np.sqrt(np.vecdot(scores, scores)),
                self.whole.nearest(scores),
                np.abs(shift),
                loudness(clipped, self.noise.filters),
                nothing if self.standards is None else self.standards.distance(sizes, coarse),
            ]
        )
        distances[~np.isfinite(distances)] = np.inf
        return Seen(distances, coarse, scores, shift)

    def loudest_band(self, seen: Seen, row: int) -> tuple[float, bool]:
        """Return where a spectrum's loudest unknown band is, and whether it adds or lacks."""
        residuals = self.whole.read(seen.coarse[[row]])[1]
        whole = responses(residuals, self.noise.channels, most=np.inf)
        band, place = loudest_band(whole, self.noise.filters)
        return float(self.channels.axis[place[0]]), bool(band[0] > 0)

    def passes(self, seen: Seen) -> BoolArray:
        """Return which spectra pass a limit, (n,)."""
        passed: BoolArray = np.any(seen.distances > self.limits[:, None], axis=0)
        return passed

    def with_limits(self, limits: FloatArray) -> Self:
        """Return the domain with limits of its distances."""
        return replace(self, limits=limits)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A domain before its noise is known."""

    channels: CoarseChannels
    whole: WholeSpectrum
    slope: FloatArray
    standards: StandardSizes | None
    bands: tuple[StandardBand, ...]

    @classmethod
    def of(
        cls,
        channels: CoarseChannels,
        coarse: FloatArray,
        slopes: FloatArray,
        sizes: FloatArray,
        *,
        bands: Sequence[StandardBand],
        n_components: int,
    ) -> Self:
        """Return the frame of calibration spectra and slopes (n, n_coarse), sizes (n, n_bands)."""
        whole = whole_spectrum(coarse, n_components=n_components)
        standards = StandardSizes.of(sizes, coarse, axis=channels.axis, bands=bands)
        return cls(channels, whole, slopes.mean(axis=0), standards, tuple(bands))

    def domain(self, channels: FloatArray, filters: Sequence[FloatArray]) -> Domain:
        """Return the domain with the noise of left-out spectra."""
        return Domain(
            channels=self.channels,
            whole=self.whole,
            noise=BandNoise(channels, tuple(filters)),
            axis=shift_filter(self.whole, self.slope, noise=channels),
            standards=self.standards,
            bands=self.bands,
            limits=np.full(len(Look), np.inf),
        )
