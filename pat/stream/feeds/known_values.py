"""What was known at a moment: values that come with their time, in any order."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping
from datetime import datetime

_LONGEST = 10_000  # values kept of each name; a carousel makes some thousand rounds a month


class KnownValues:
    """Values by name and time; at a moment the newest that is not after it counts.

    Parameters
    ----------
    names : iterable of str
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._times: dict[str, list[datetime]] = {name: [] for name in names}
        self._values: dict[str, dict[datetime, object]] = {name: {} for name in self._times}

    @property
    def names(self) -> set[str]:
        """What may be known."""
        return set(self._times)

    def learn(self, name: str, time: datetime, value: object) -> None:
        """Take note of a value and since when it holds."""
        times, values = self._times[name], self._values[name]
        if time not in values:
            insort(times, time)
        values[time] = value
        while len(times) > _LONGEST:
            del values[times.pop(0)]

    def at(self, time: datetime) -> dict[str, object]:
        """Return what was known at a moment; a name of which nothing was known is left out."""
        found: dict[str, object] = {}
        for name, times in self._times.items():
            place = bisect_right(times, time)
            if place > 0:
                found[name] = self._values[name][times[place - 1]]
        return found

    def since(self, time: datetime) -> Mapping[str, datetime]:
        """Return since when each of the values at a moment has held."""
        places = {name: bisect_right(times, time) for name, times in self._times.items()}
        return {name: self._times[name][at - 1] for name, at in places.items() if at > 0}
