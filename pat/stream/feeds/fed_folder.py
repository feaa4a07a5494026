"""A drop folder that feeds fill: one source for the stream, whatever sends the spectra."""

from collections.abc import Iterable, Iterator, Sequence
from threading import Event

from pat.stream.feeds.feed import Feed
from pat.stream.records import Arrival, FileVersion
from pat.stream.source import Source

_LOOK_S = 0.1  # between two looks whether a replay has ended


class FedFolder:
    """Yields what the folder yields while its feeds run.

    Delivery: at least once from the folder on, as `WatchedFolder` says; each feed says what can
    be lost before.

    Parameters
    ----------
    folder : Source
    feeds : sequence of Feed
    once : bool
        Whether to wait for feeds to end before the folder is looked at.
    """

    def __init__(self, folder: Source, feeds: Sequence[Feed], *, once: bool = False) -> None:
        self._folder = folder
        self._feeds = tuple(feeds)
        self._once = once

    def arrivals(self, stop: Event) -> Iterator[tuple[Arrival, ...]]:
        """Yield what came until `stop` is set."""
        for feed in self._feeds:
            feed.start()
        try:
            while self._once and not stop.is_set() and not all(f.is_over for f in self._feeds):
                stop.wait(_LOOK_S)
            yield from self._folder.arrivals(stop)
        finally:
            for feed in self._feeds:
                feed.stop()

    def done(self, arrivals: Iterable[Arrival]) -> None:
        """Acknowledge what is stored."""
        self._folder.done(arrivals)

    def backlog(self) -> int:
        """Return how many files are seen and not yet stored."""
        return self._folder.backlog()

    def wake(self) -> None:
        """End a wait; safe in a signal handler."""
        self._folder.wake()

    def again(self, files: Iterable[FileVersion]) -> None:
        """Bring these files once more."""
        self._folder.again(files)
