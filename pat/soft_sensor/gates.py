"""Gates: spectra that must not be trusted, whatever the model makes of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pat.arrays import BoolArray, FloatArray, runs
from pat.diagnostics.collection import StandardBand

#: A spectrum is dead that spans less than this share of what calibrated ones span.
DEAD_BELOW = 0.01


@dataclass(frozen=True, slots=True)
class LeastLight:
    """How much of an internal standard a well collected spectrum holds.

    Parameters
    ----------
    band : StandardBand
    usual : float
        Median of its size over the calibration, in counts times cm-1.
    least : float
        A spectrum that holds less was not collected like the calibration.
    most : float
        One that holds more of every standard was exposed otherwise.
    """

    band: StandardBand
    usual: float
    least: float
    most: float


@dataclass(frozen=True, slots=True, eq=False)
class GateSettings:
    """What a spectrum is held against.

    Parameters
    ----------
    usual_span : float
        Median over the calibration of highest minus lowest intensity in the channels in use.
    saturation : float or None
        Intensity at full scale, as the campaign states it; None: saturation is not judged.
    light : tuple of LeastLight
        Internal standards that the calibration showed; none: collection is not judged.
    unverified : str or None
        Why no value of this sensor can be good, such as a level that no assay has confirmed on
        its instrument.
    """

    usual_span: float
    saturation: float | None
    light: tuple[LeastLight, ...] = ()
    unverified: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a spectrum is bad, and whether a value can be computed all the same.

    `doubtful` says that it is uncertain only.
    """

    reason: str
    computable: bool = False
    doubtful: bool = False


@dataclass(frozen=True, eq=False)  # no slots: what is cached needs room
class Window:
    """The channels that the recipe reads: of the axis, which, and the axis' unit."""

    axis: FloatArray
    used: BoolArray
    unit: str

    @cached_property
    def pieces(self) -> tuple[slice, ...]:
        """The channels in use, run by run."""
        return runs(self.used)

    def first(self, where: BoolArray) -> str:
        """Return the first of some channels in use, in words; `where` is over channels in use."""
        return f"{self.axis[self.used][np.argmax(where)]:g} {self.unit}"


def spans_enough(spectra: FloatArray, window: Window, *, settings: GateSettings) -> BoolArray:
    """Return which spectra (n, n_channels) are not `dead`, (n,); those not finite may be either."""
    pieces = [spectra[:, piece] for piece in window.pieces]
    with np.errstate(all="ignore"):
        high = np.max([piece.max(axis=1) for piece in pieces], axis=0)
        low = np.min([piece.min(axis=1) for piece in pieces], axis=0)
        enough: BoolArray = high - low > DEAD_BELOW * settings.usual_span
    return enough


def reaches_full_scale(spectra: FloatArray, window: Window, *, settings: GateSettings) -> BoolArray:
    """Return which spectra (n, n_channels), as read, are `saturated`, (n,)."""
    if settings.saturation is None or not window.pieces:
        return np.zeros(len(spectra), dtype=np.bool_)
    reaches = [np.any(spectra[:, piece] >= settings.saturation, axis=1) for piece in window.pieces]
    return np.any(reaches, axis=0)


def not_finite(intensity: FloatArray, window: Window) -> Refusal | None:
    """Return a refusal where a channel in use of one spectrum (n_channels,) is not finite."""
    broken = ~np.isfinite(intensity[window.used])
    count = int(broken.sum())
    if count == 0:
        return None
    noun, verb = ("channel", "is") if count == 1 else ("channels", "are")
    return Refusal(
        f"{count} {noun} in use {verb} NaN or infinite, the first at {window.first(broken)}"
    )


def dead(intensity: FloatArray, window: Window, *, settings: GateSettings) -> Refusal | None:
    """Return a refusal where one spectrum (n_channels,) is constant or next to it."""
    inside = intensity[window.used]
    with np.errstate(over="ignore"):
        span = float(inside.max() - inside.min())
    if span > DEAD_BELOW * settings.usual_span:
        return None
    if span == 0:
        return Refusal(f"dead: constant at {inside[0]:g}")
    return Refusal(f"dead: spans {span:.3g}, calibrated spectra about {settings.usual_span:.3g}")


def saturated(intensity: FloatArray, window: Window, *, settings: GateSettings) -> Refusal | None:
    """Return a refusal where a channel in use of one spectrum, as read, is at full scale."""
    if settings.saturation is None:
        return None
    full = intensity[window.used] >= settings.saturation
    count = int(full.sum())
    if count == 0:
        return None
    noun = "channel" if count == 1 else "channels"
    return Refusal(
        f"saturated: {count} {noun} in use at {settings.saturation:g} or above, the first at "
        f"{window.first(full)}",
        computable=True,
    )


def missing_process(values: FloatArray, names: tuple[str, ...]) -> Refusal | None:
    """Return a refusal where an online value that the sensor uses is missing."""
    missing = [name for name, value in zip(names, values, strict=True) if not np.isfinite(value)]
    if not missing:
        return None
    return Refusal(f"no {', '.join(missing)} at most 30 min before the spectrum")
