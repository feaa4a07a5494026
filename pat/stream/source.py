"""Where arrivals come from: the one seam to spectrometers."""

from collections.abc import Iterable, Iterator
from threading import Event
from typing import Protocol

from pat.stream.records import Arrival, FileVersion


class Source(Protocol):
    """Yields what arrives, in any order, perhaps more than once, until it is acknowledged."""

    def arrivals(self, stop: Event) -> Iterator[tuple[Arrival, ...]]:
        """Yield what came until `stop` is set; an empty block now and then."""

    def done(self, arrivals: Iterable[Arrival]) -> None:
        """Acknowledge what is stored."""

    def backlog(self) -> int:
        """Return how much is seen and not yet acknowledged, as far as is known."""

    def wake(self) -> None:
        """End a wait, so that `stop` is seen at once; safe in a signal handler."""

    def again(self, files: Iterable[FileVersion]) -> None:
        """Bring these once more."""
