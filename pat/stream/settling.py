"""When a file counts: renamed into place, or still for long enough."""

from dataclasses import dataclass
from datetime import datetime

#: Files under observation at once; a poll brings the rest later, so that memory stays flat.
CAPACITY = 10_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file is written to."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A file and since when it has looked like this."""

    stamp: Stamp
    since: float  # seconds of a monotonic clock
    received_at: datetime  # when it was first seen
    restarts: int = 0  # how often it moved again


class Settling:
    """The files that are seen and not yet believed.

    Clocks of file servers are not trusted: a file is still when this program has seen it still.
    """

    def __init__(self, settle_s: float, *, capacity: int = CAPACITY) -> None:
        self.settle_s = settle_s
        self.capacity = capacity
        self._seen: dict[str, Sighting] = {}  # oldest `since` first

    def __len__(self) -> int:
        return len(self._seen)

    def __contains__(self, path: str) -> bool:
        return path in self._seen

    @property
    def is_full(self) -> bool:
        """Whether no further file fits."""
        return len(self._seen) >= self.capacity

    def saw(self, path: str, stamp: Stamp, *, now: float, at: datetime) -> None:
        """Take note of how a file looks at `now`; its time starts again if it changed."""
        before = self._seen.get(path)
        if before is None:
            if not self.is_full:
                self._seen[path] = Sighting(stamp, now, at)
        elif before.stamp != stamp:
            del self._seen[path]
            self._seen[path] = Sighting(stamp, now, before.received_at, before.restarts + 1)

    def forget(self, path: str) -> None:
        """Let go of a file that counts now, or that is gone."""
        self._seen.pop(path, None)

    def due(self, now: float, *, at_most: int) -> list[tuple[str, Sighting]]:
        """Return files whose time is over, to be looked at once more, oldest first."""
        over: list[tuple[str, Sighting]] = []
        for path, sighting in self._seen.items():
            if sighting.since + self.settle_s > now or len(over) == at_most:
                break
            over.append((path, sighting))
        return over

    def next_due(self) -> float | None:
        """Return when the next file's time is over; None where none waits."""
        for sighting in self._seen.values():
            return sighting.since + self.settle_s
        return None
