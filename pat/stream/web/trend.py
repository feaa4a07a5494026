"""The last hours of one value in few points, added to as spectra come."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from pat.stream.predictions import Prediction

#: Of qualities, from the best to the worst; the page draws them by these numbers.
RANKS = {"good": 0, "uncertain": 1, "bad": 2}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Course(NamedTuple):
    """What of a prediction is drawn."""

    value: float | None
    lower: float | None
    upper: float | None
    rank: int


@dataclass(slots=True)
class Point:
    """What was predicted in one interval of time: means, and the worst quality."""

    start_s: float
    version: int = 0
    rank: int = 0
    n_values: int = 0
    n_limits: int = 0
    value: float = 0.0
    lower: float = 0.0
    upper: float = 0.0

    def add(self, value: float | None, lower: float | None, upper: float | None) -> None:
        """Take one prediction into the means."""
        if value is None or not math.isfinite(value):
            return
        self.n_values += 1
        self.value += (value - self.value) / self.n_values
        if lower is None or upper is None or not math.isfinite(upper - lower):
            return
        self.n_limits += 1
        self.lower += (lower - self.lower) / self.n_limits
        self.upper += (upper - self.upper) / self.n_limits

    def cells(self) -> list[float | None]:
        """Return seconds, value, lower, upper and rank."""
        value = shown(self.value) if self.n_values else None
        limits = (shown(self.lower), shown(self.upper)) if self.n_limits else (None, None)
        return [self.start_s, value, *limits, self.rank]


class Trend:
    """Points of equal width back from the newest.

    Parameters
    ----------
    length_s, step_s : float
        How far back, and the width of one point.
    at_least : int
        Points that are kept however old they are.
    """

    def __init__(self, length_s: float, step_s: float, *, at_least: int = 0) -> None:
        self._length_s = length_s
        self._step_s = step_s
        self._at_least = at_least
        self._points: dict[int, Point] = {}
        self._newest = -math.inf

    def add(self, seconds: float | None, course: Course, *, version: int) -> None:
        """Take a prediction in; one older than the trend leaves it at once."""
        if seconds is None:
            return
        place = math.floor(seconds / self._step_s)
        self._newest = max(self._newest, place)
        point = self._points.setdefault(place, Point(place * self._step_s))
        point.version = version
        point.rank = max(point.rank, course.rank)
        point.add(course.value, course.lower, course.upper)
        self._forget()

    def _forget(self) -> None:
        """Let go of points that are too old, the oldest first, while enough are left."""
        oldest = self._newest - self._length_s / self._step_s
        old = sorted(place for place in self._points if place < oldest)
        for place in old[: max(0, len(self._points) - self._at_least)]:
            del self._points[place]

    def since(self, version: int) -> list[list[float | None]]:
        """Return the points that changed after a version, in order of time."""
        changed = [point for point in self._points.values() if point.version > version]
        return [point.cells() for point in sorted(changed, key=lambda point: point.start_s)]


def seconds_of(prediction: Prediction) -> float | None:
    """Return when a spectrum was taken: since 1970, or since inoculation where no time is known."""
    moment = prediction.moment
    return None if moment is None else (moment - _EPOCH).total_seconds()


def shown(number: float | None) -> float | None:
    """Return a number as the page needs it: finite, and of six digits."""
    if number is None or not math.isfinite(number):
        return None
    return float(f"{number:.6g}")
