"""Quality: how far to trust a prediction, with the reasons in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pat.arrays import FloatArray

#: So many times a limit a value is bad. At three to six times, four to five values in ten of
#: simulated faults are outside a usual spectrum's interval; in control one row in 300 gets there.
FAR = 3.0

_SECOND_PEAK = 0.3  # of the largest contribution; below it, one channel says it all
_APART = 0.02  # of the axis' length: nearer channels are the same band


class Quality(StrEnum):
    """How far to trust a prediction; the three OPC UA status classes."""

    GOOD = "good"
    UNCERTAIN = "uncertain"  # computed, but a limit is passed
    BAD = "bad"  # not to be used for control


@dataclass(frozen=True, slots=True)
class Judgement:
    """A quality and why; no reasons where it is good."""

    quality: Quality
    reasons: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The reasons as one text, empty where there are none."""
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is odd of a spectrum, in words, and how many times its limit that is.

    Distances are in units in which twice as strange is twice as far: roots of T2 and Q.
    """

    times_limit: float
    words: str


@dataclass(frozen=True, slots=True)
class DistanceLimits:
    """T2 and Q above which a spectrum is uncertain; far above, it is bad.

    Set from left-out cultures, with those of the applicability domain, so that a new culture in
    control passes any of them in one spectrum of 1/(1 - confidence).
    """

    t2: float
    q: float
    confidence: float


def distance_reasons(
    t2: float, q: float, *, limits: DistanceLimits, where: str = ""
) -> tuple[Oddity, ...]:
    """Return which distance passes its limit, in words; `where` names the channels of Q."""
    found = []
    if q > limits.q:
        found.append(Oddity(_rooted(q, limits.q), f"Q {times(q, limits.q)} its limit{where}"))
    if t2 > limits.t2:
        found.append(Oddity(_rooted(t2, limits.t2), f"T2 {times(t2, limits.t2)} its limit"))
    return tuple(found)


def _rooted(squared: float, limit: float) -> float:
    return float(np.sqrt(squared / limit)) if limit > 0 else 1.0


def range_reason(
    value: float, *, calibrated: tuple[float, float], margin: float, unit: str
) -> str | None:
    """Return in words that a value lies outside the calibrated range; None where it does not.

    `margin` (the half-width of the interval) is what the value may be off by chance, so that
    a culture at the end of the range is not flagged every other time.
    """
    low, high = calibrated
    if low - margin <= value <= high + margin:
        return None
    return f"predicted {value:.3g} {unit} is outside the calibrated {low:.3g} to {high:.3g}"


def loudest_channels(contributions: FloatArray, axis: FloatArray, *, unit: str) -> str:
    """Return where a residual is largest, as in ", mostly 1003 and 1450 cm-1".

    Parameters
    ----------
    contributions : ndarray of shape (n_features,)
        What each adds to Q; the first ones are the channels of `axis`.
    axis : ndarray of shape (n_channels,)
    """
    inside = contributions[: axis.size].copy()
    if inside.size == 0 or not inside.max() > 0:
        return ""
    peaks: list[float] = []
    largest = float(inside.max())
    apart = _APART * float(np.ptp(axis))
    while len(peaks) < 2 and inside.max() >= _SECOND_PEAK * largest:
        peaks.append(float(axis[np.argmax(inside)]))
        inside[np.abs(axis - peaks[-1]) <= apart] = -np.inf
    return f", mostly {_listed(sorted(peaks))} {unit}"


def times(distance: float, limit: float) -> str:
    """Return a distance in units of its limit, as in "3.1 times"."""
    if limit <= 0:
        return "above"
    ratio = distance / limit
    if ratio >= 1e6:
        return "over a million times"
    return (
        f"{ratio:.2f} times"
        if ratio < 2
        else f"{ratio:.1f} times"
        if ratio < 10
        else (f"{ratio:.0f} times")
    )


def _listed(peaks: Sequence[float]) -> str:
    return " and ".join(f"{peak:.0f}" for peak in peaks)
