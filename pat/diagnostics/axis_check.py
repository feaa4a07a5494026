"""Whether an axis is right, told by known bands, and the axis that would be."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.polynomial import Polynomial

from pat.arrays import BoolArray, FloatArray
from pat.diagnostics.axis_bands import WINDOW, Finder, Found
from pat.diagnostics.axis_evidence import evidence
from pat.diagnostics.axis_fit import fitted_axis, offset_sd
from pat.diagnostics.axis_search import searched_axis
from pat.diagnostics.reference_bands import ALONE

#: An axis is right that is off by no more than this anywhere between the bands, in cm-1.
RIGHT_WITHIN = 0.5

_SCALES = (3.0, 40.0)
_WATER_SCALES = (20.0, 150.0)
_OFFSETS = (0.0, -1.5, 1.5, -3.0, 3.0, -5.0, 5.0)  # cm-1 that are tried first
_FEWEST_BANDS = 4  # to mend an axis that is far off
_FEWEST_PATTERNS = 2  # components with several bands that tell such an axis
_FEWEST_NEAR = 2  # bands, for an offset


class AxisVerdict(StrEnum):
    """What known bands say of an axis."""

    RIGHT = "right"
    OFF = "off"  # by an offset or a stretch
    WRONG = "wrong"  # by tens or hundreds of cm-1
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FoundBand:
    """A known band and where the named axis has it."""

    component: str
    shift_cm1: float
    named_cm1: float
    residual_cm1: float  # of the mended axis; what it reads too high here


@dataclass(frozen=True, slots=True, eq=False)
class AxisCheck:
    """What known bands say of an axis.

    Parameters
    ----------
    verdict : AxisVerdict
    coefficients : tuple of float
        Of the true shift in rising powers of the named one; (0, 1) where the axis is right.
    bands : tuple of FoundBand
    correlation : float
        The least, of the components that were aligned on.
    valid : (float, float)
        True shifts between which bands were found.
    reason : str
        In words.
    """

    verdict: AxisVerdict
    coefficients: tuple[float, ...]
    bands: tuple[FoundBand, ...]
    correlation: float
    valid: tuple[float, float]
    reason: str

    def mended(self, axis: FloatArray) -> FloatArray:
        """Return the true shifts of channels that are named by `axis`."""
        shifts: FloatArray = Polynomial(self.coefficients)(axis)
        return shifts


def check_axis(intensities: FloatArray, axis: FloatArray, components: Sequence[str]) -> AxisCheck:
    """Return what known bands say of the axis of these spectra.

    Parameters
    ----------
    intensities : ndarray of shape (n_spectra, n_channels)
        Well collected ones; rows with a channel that is not finite are passed over.
    axis : ndarray of shape (n_channels,)
        As named, rising or falling.
    components : sequence of str
        Of the table of reference bands: what may be in the samples.
    """
    order = np.argsort(axis)
    rising = axis[order]
    sound = np.isfinite(intensities).all(axis=1) & (np.ptp(intensities, axis=1) > 0)
    spectra = intensities[sound][:, order]
    if len(spectra) == 0 or rising.size < 4 * WINDOW:
        return _unknown("too few spectra or channels to find bands in")
    fine = evidence(spectra, rising, scales_cm1=_SCALES)
    wide = evidence(spectra, rising, scales_cm1=_WATER_SCALES)
    near = Finder(fine, wide, components)
    start, shown = _nearest(near)
    patterns = [name for name in components if name not in ALONE and name != "water"]
    lacking = sum(name not in shown for name in patterns)
    if len(patterns) >= _FEWEST_PATTERNS and 2 * lacking > len(patterns) - 1:
        far = _far_check(near, searched_axis(spectra, rising, ["water", *patterns]), shown)
        if far is not None:
            return far
    if not any(name != "water" for name in shown):
        return _unknown("none of the known bands stands out where it should")
    return _near_check(near, start, shown)


def _nearest(finder: Finder) -> tuple[Polynomial, dict[str, float]]:
    """Return the small offset at which the bands fit best, and the components that then show."""
    tried = [Polynomial([offset, 1.0]) for offset in _OFFSETS]
    found = [finder.shown(mended) for mended in tried]
    best = int(np.argmax([sum(shown.values()) for shown in found]))
    return tried[best], found[best]


def _near_check(finder: Finder, start: Polynomial, shown: dict[str, float]) -> AxisCheck:
    mended, found, kept = fitted_axis(finder, start, list(shown), degrees=(0, 1))
    if kept.sum() < _FEWEST_NEAR:
        return _unknown(f"only {int(kept.sum())} of the known bands stands out; expected 2 or more")
    bands = _found_bands(mended, found, kept)
    shifts = np.array([band.shift_cm1 for band in bands])
    named = np.array([band.named_cm1 for band in bands])
    worst = float(np.max(np.abs(mended(named) - named)))
    correlation = min(shown.values())
    valid = (float(shifts.min()), float(shifts.max()))
    sd = offset_sd(found, kept)
    if worst <= max(RIGHT_WITHIN, 2 * sd):
        words = f"known bands lie within {worst:.1f} cm-1 of where they should"
        return AxisCheck(AxisVerdict.RIGHT, (0.0, 1.0), bands, correlation, valid, words)
    off = float(np.mean(named - mended(named)))
    direction = "high" if off > 0 else "low"
    words = f"known bands read about {abs(off):.1f} cm-1 too {direction}"
    return AxisCheck(AxisVerdict.OFF, _coefficients(mended), bands, correlation, valid, words)


def _far_check(finder: Finder, start: Polynomial, near: dict[str, float]) -> AxisCheck | None:
    """Return the check of an axis that was searched far off; None where it explains no more."""
    shown = finder.shown(start)
    if len(set(shown) - {"water"}) < max(_FEWEST_PATTERNS, len(near) + 1):
        return None
    mended, found, kept = fitted_axis(finder, start, list(shown), degrees=(2, 3))
    shown = finder.shown(mended)
    if kept.sum() < _FEWEST_BANDS or not shown:
        return None
    bands = _found_bands(mended, found, kept)
    shifts = [band.shift_cm1 for band in bands]
    moved = max(abs(band.named_cm1 - band.shift_cm1) for band in bands)
    words = f"known bands lie up to {moved:.0f} cm-1 from where they should"
    return AxisCheck(
        AxisVerdict.WRONG,
        _coefficients(mended),
        bands,
        min(shown.values()),
        (min(shifts), max(shifts)),
        words,
    )


def _found_bands(
    mended: Polynomial, found: Sequence[Found], kept: BoolArray
) -> tuple[FoundBand, ...]:
    bands = [
        FoundBand(name, band.shift_cm1, place, float(mended(place)) - band.shift_cm1)
        for (name, band, place), keep in zip(found, kept, strict=True)
        if keep
    ]
    return tuple(sorted(bands, key=lambda band: band.shift_cm1))


def _coefficients(mended: Polynomial) -> tuple[float, ...]:
    return tuple(float(value) for value in mended.convert().coef)


def _unknown(reason: str) -> AxisCheck:
    return AxisCheck(AxisVerdict.UNKNOWN, (0.0, 1.0), (), 0.0, (np.nan, np.nan), reason)
