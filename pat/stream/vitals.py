"""How the predictor fares, for whoever watches over it."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class SinkStatus:
    """How a sink fares."""

    name: str
    is_up: bool
    waiting: int  # predictions to come
    trouble: str


@dataclass(frozen=True, slots=True)
class Pulse:
    """That the predictor lives, and how it fares."""

    at: datetime
    beat: int  # counts up once a second
    backlog: int  # files that are seen and not yet stored
    last_spectrum_at: datetime | None  # when the last one came
    sinks: tuple[SinkStatus, ...] = ()


class Vitals:
    """Counts the seconds that the loop lives, and remembers when the last spectrum came.

    Any thread may ask. The beat stands still while the loop does: one that hangs is seen.

    Parameters
    ----------
    backlog : callable
        Returns how many files are seen and not yet stored.
    """

    def __init__(self, backlog: Callable[[], int]) -> None:
        self._backlog = backlog
        self._lock = threading.Lock()
        self._beat = 0
        self._next_at = 0.0
        self._last_spectrum_at: datetime | None = None
        self._sinks: tuple[Callable[[], SinkStatus], ...] = ()

    def lives(self) -> None:
        """Take note that the loop came round."""
        now = time.monotonic()
        with self._lock:
            if now >= self._next_at:
                self._beat += 1
                self._next_at = now + 1.0

    def stored(self, received_at: datetime) -> None:
        """Take note of a spectrum."""
        with self._lock:
            if self._last_spectrum_at is None or received_at > self._last_spectrum_at:
                self._last_spectrum_at = received_at

    def watch(self, sinks: Iterable[Callable[[], SinkStatus]]) -> None:
        """Have the state of sinks told with the pulse."""
        self._sinks = tuple(sinks)

    def pulse(self) -> Pulse:
        """Return how it fares now."""
        with self._lock:
            beat, last = self._beat, self._last_spectrum_at
        sinks = tuple(status() for status in self._sinks)
        return Pulse(datetime.now(UTC), beat, self._backlog(), last, sinks)
