"""Light gate: spectra that hold too little of the internal standards, or too much of all."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from pat.arrays import BoolArray, FloatArray, runs
from pat.diagnostics.collection import size_weights, size_without_spikes
from pat.soft_sensor.gates import GateSettings, LeastLight, Refusal, Window

#: Below this share of the least light that is well collected a spectrum is bad, not uncertain.
TOO_DARK = 0.5
_ROUNDING = 1e-6  # of the least size, within which a sum is not believed


@dataclass(frozen=True, slots=True, eq=False)
class LightGate:
    """The internal standards that an axis covers, their sizes as weighted sums of channels.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,)
    standards : tuple of LeastLight
        Those that the axis covers.
    channels : tuple of slice
    weights : tuple of ndarray of shape (n_inside,)
    least, most : ndarray of shape (n_standards,)
    """

    axis: FloatArray
    standards: tuple[LeastLight, ...]
    channels: tuple[slice, ...]
    weights: tuple[FloatArray, ...]
    least: FloatArray
    most: FloatArray

    @classmethod
    def of(cls, window: Window, *, settings: GateSettings) -> Self:
        """Return the gate of an axis; a standard that it does not cover is not judged."""
        axis = window.axis
        covered = tuple(light for light in settings.light if light.band.lies_on(axis))
        channels = tuple(runs(light.band.mask(axis))[0] for light in covered)
        return cls(
            axis,
            covered,
            channels,
            tuple(
                size_weights(axis[inside], light.band)
                for light, inside in zip(covered, channels, strict=True)
            ),
            least=np.array([light.least for light in covered]) * (1 + _ROUNDING),
            most=np.array([light.most for light in covered]),
        )

    def sizes(self, spectra: FloatArray) -> FloatArray:
        """Return the size of each standard in spectra as read (n, n_channels), (n, n_standards)."""
        sizes = np.empty((len(spectra), len(self.standards)))
        for number, (inside, weights) in enumerate(zip(self.channels, self.weights, strict=True)):
            sizes[:, number] = np.vecdot(spectra[:, inside], weights)
        return sizes

    def lacks(self, sizes: FloatArray) -> BoolArray:
        """Return which spectra, by their sizes, may be `badly_collected`, (n,)."""
        lacks: BoolArray = np.any(~(sizes > self.least), axis=1)
        return lacks

    def exceeds(self, sizes: FloatArray) -> BoolArray:
        """Return which spectra, by their sizes, were `exposed_otherwise`, (n,)."""
        exceeds: BoolArray = np.all(sizes > self.most, axis=1) & bool(self.standards)
        return exceeds

    def exposed_otherwise(self, sizes: FloatArray) -> str:
        """Return in words that one spectrum holds too much light, by its sizes (n_standards,)."""
        shares = [
            f"{light.band.name} cm-1 {size / light.usual:.0%}"
            for light, size in zip(self.standards, sizes, strict=True)
        ]
        return (
            f"more light than calibrated, so exposure or laser differ: {', '.join(shares)} of the "
            "usual size"
        )

    def badly_collected(self, intensity: FloatArray) -> Refusal | None:
        """Return a refusal where one spectrum, as read, holds too little of a standard."""
        for light in self.standards:
            size = float(size_without_spikes(intensity[np.newaxis], self.axis, light.band)[0])
            if size < light.least:
                share = max(size / light.usual, 0.0)
                return Refusal(
                    f"badly collected: the {light.band.name} cm-1 band is {share:.0%} of its usual "
                    f"size, calibrated {light.least / light.usual:.0%} or more",
                    computable=True,
                    doubtful=size > TOO_DARK * light.least,
                )
        return None
