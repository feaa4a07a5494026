"""Finds known bands in the spectra, on an axis that is roughly right."""

from collections.abc import Sequence

import numpy as np
from numpy.polynomial import Polynomial

from pat.arrays import FloatArray
from pat.diagnostics.axis_evidence import Evidence
from pat.diagnostics.reference_bands import ALONE, REFERENCE_BANDS, ReferenceBand

#: Below this correlation of a component's bands with the spectra nothing is aligned on it.
LEAST_CORRELATION = 0.8
WINDOW = 8.0  # cm-1 around its place in which a band is looked for, or half its width
_ABOVE_NOISE = 3.0  # times the usual size of what is no band
_LEAST_HEIGHT = 0.35  # of what the pattern promises

#: Component, band, and where the named axis has it.
Found = tuple[str, ReferenceBand, float]


class Finder:
    """Finds the bands of components, on the named axis, once it is roughly known."""

    def __init__(self, fine: Evidence, wide: Evidence, components: Sequence[str]) -> None:
        self.fine, self.wide, self.components = fine, wide, tuple(components)

    def shown(self, mended: Polynomial) -> dict[str, float]:
        """Return the components whose bands the spectra show, with their correlation."""
        found = {}
        for name in self.components:
            if name in ALONE:
                correlations = [correlation for *_, correlation in self._alone(mended, name)]
                correlation = min(correlations, default=0.0)
            else:
                seen = self.wide if name == "water" else self.fine
                correlation = float(seen.correlations(mended(seen.axis), [name])[0])
            if correlation >= LEAST_CORRELATION:
                found[name] = correlation
        return found

    def bands(self, mended: Polynomial, components: Sequence[str]) -> list[Found]:
        """Return component, band and named place of the bands that stand out."""
        found: list[Found] = []
        for name in components:
            if name in ALONE:
                found += [(name, band, at) for band, at, _ in self._alone(mended, name)]
            else:
                found += self._of_pattern(mended, name)
        return found

    def _of_pattern(self, mended: Polynomial, name: str) -> list[Found]:
        seen = self.wide if name == "water" else self.fine
        shifts = mended(seen.axis)
        spectrum = seen.shown(name, shifts)
        highest = max(band.height for band in REFERENCE_BANDS[name])
        least = _LEAST_HEIGHT * float(spectrum.max()) / highest
        places = [
            (band, _place_of(band, spectrum, shifts, seen.axis)) for band in REFERENCE_BANDS[name]
        ]
        return [
            (name, band, place[0])
            for band, place in places
            if place is not None and place[1] >= least * band.height
        ]

    def _alone(self, mended: Polynomial, name: str) -> list[tuple[ReferenceBand, float, float]]:
        """Return band, named place and correlation of a component's bands that stand alone."""
        seen, shifts = self.fine, mended(self.fine.axis)
        found = []
        for band in REFERENCE_BANDS[name]:
            place = _place_of(band, np.where(seen.seen, seen.middle, 0.0), shifts, seen.axis)
            if place is None or place[1] < _ABOVE_NOISE * seen.noise():
                continue
            correlation = seen.alone(band, float(mended(place[0])), shifts)
            if correlation >= LEAST_CORRELATION:
                found.append((band, place[0], correlation))
        return found


def _place_of(
    band: ReferenceBand, spectrum: FloatArray, shifts: FloatArray, axis: FloatArray
) -> tuple[float, float] | None:
    """Return where the named axis has a band, and its height; None where it has no maximum."""
    reach = max(WINDOW, band.fwhm_cm1 / 2)
    inside = np.flatnonzero(np.abs(shifts - band.shift_cm1) <= reach)
    if inside.size < 3:
        return None
    top = inside[np.argmax(spectrum[inside])]
    if top in (inside[0], inside[-1]):
        return None
    half = np.flatnonzero(np.abs(shifts - shifts[top]) <= band.fwhm_cm1 / 3)
    half = half if half.size >= 3 else np.arange(top - 1, top + 2)
    bend, slope, _ = np.polyfit(axis[half] - axis[top], spectrum[half], 2)
    if bend >= 0:
        return None
    return float(axis[top] - slope / (2 * bend)), float(spectrum[top])
