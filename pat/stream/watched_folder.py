"""A drop folder as a source: every file in it, once it is whole, and again when it changes."""

import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Event

from pat.stream.folder_scan import is_ignored, stamp_of, version_of
from pat.stream.known_files import KnownFiles
from pat.stream.notifications import Notifications
from pat.stream.polling import Polling
from pat.stream.reading import ReadSpectra, read_arrival
from pat.stream.records import Arrival, FileVersion, State
from pat.stream.retries import Retries
from pat.stream.settling import CAPACITY, Settling, Sighting, Stamp

log = logging.getLogger(__name__)

#: Files read before the first of them is committed.
BLOCK = 32
#: A file that moved this often is left to the next run by a run that wants to end.
PATIENCE = 3

_SLICE_S = 0.02  # of listing the folder, before live files have their turn

#: Files that count, with when they were first seen.
Block = dict[FileVersion, datetime]


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """How a folder is watched."""

    settle_s: float = 5.0
    poll_s: float = 1.0
    once: bool = False  # end when what is there has been yielded
    skip: frozenset[Path] = frozenset()  # files of ours that may lie in the folder


class WatchedFolder:
    """Yields blocks of arrivals: files renamed into place, or still for `settle_s`.

    Delivery: at least once. What was not acknowledged with `done` comes again, at the latest
    after a restart. Late files come in any order. Nothing in the folder is ever touched.

    Parameters
    ----------
    folder : Path
    read : callable
        Returns the spectra of a file, or raises.
    known : KnownFiles
        File versions acknowledged by earlier runs.
    settings : FolderSettings
    """

    def __init__(
        self, folder: Path, *, read: ReadSpectra, known: KnownFiles, settings: FolderSettings
    ) -> None:
        self.folder = folder
        self._read = read
        self._known = known
        self._settings = settings
        self._settling = Settling(settings.settle_s)
        self._notifications = Notifications(folder)
        self._polling = Polling(folder, poll_s=settings.poll_s, once=settings.once)
        self._retries = Retries()
        self._renamed: dict[str, datetime] = {}
        self._n_open = 0
        self._skip = {
            path.relative_to(folder).as_posix()
            for path in settings.skip
            if path.is_relative_to(folder)
        }

    def arrivals(self, stop: Event) -> Iterator[tuple[Arrival, ...]]:
        """Yield what came until `stop` is set; an empty block at least every `poll_s`."""
        if not self._settings.once:
            reason = self._notifications.start()
            if reason is not None:
                log.warning("%s: no notifications (%s); it is polled", self.folder, reason)
        try:
            while not stop.is_set():
                block = self._next_block()
                self._n_open = len(block)
                yield tuple(arrival for item in block.items() if (arrival := self._open(*item)))
                if not block and self._settings.once and self._is_finished():
                    return
                if not block:
                    self._wait()
        finally:
            self._notifications.stop()

    def wake(self) -> None:
        """End a wait, so that `stop` is seen at once; safe in a signal handler."""
        self._notifications.wake()

    def backlog(self) -> int:
        """Return how many files are seen and not yet stored; a listing under way has more."""
        return len(self._renamed) + len(self._settling) + self._n_open

    def done(self, arrivals: Iterable[Arrival]) -> None:
        """Acknowledge what has been stored: it does not come again, unless it changes."""
        for arrival in arrivals:
            self._known.add(arrival.file)
            if arrival.state is State.UNOPENED:
                self._retries.add(arrival.file, now=time.monotonic())
            else:
                self._retries.forget(arrival.file)

    def again(self, files: Iterable[FileVersion]) -> None:
        """Bring these files once more, since what they are called may have changed."""
        for file in files:
            self._known.discard(file)
        self._polling.restart()

    def _next_block(self) -> Block:
        """Return files that count, live ones before old ones."""
        self._hear(timeout_s=0)
        now = time.monotonic()
        block: Block = {}
        for path in list(islice(self._renamed, BLOCK)):
            received_at = self._renamed.pop(path)
            if stamp := stamp_of(self.folder / path):
                self._take(path, stamp, received_at=received_at, block=block)
        for path, sighting in self._settling.due(now, at_most=BLOCK):
            self._look_again(path, sighting, block=block)
        self._try_again(now, block=block)
        return block or self._from_listing()

    def _hear(self, *, timeout_s: float) -> None:
        for notice in self._notifications.take(timeout_s=timeout_s):
            if not self._is_candidate(notice.path):
                continue
            if notice.is_renamed and len(self._renamed) < CAPACITY:
                self._renamed.setdefault(notice.path, datetime.now(UTC))
            elif stamp := stamp_of(self.folder / notice.path):
                self._saw(notice.path, stamp)

    def _saw(self, path: str, stamp: Stamp) -> None:
        if path not in self._renamed and version_of(path, stamp) not in self._known:
            self._settling.saw(path, stamp, now=time.monotonic(), at=datetime.now(UTC))

    def _look_again(self, path: str, sighting: Sighting, *, block: Block) -> None:
        stamp = stamp_of(self.folder / path)
        if stamp is None:
            self._settling.forget(path)
        elif stamp == sighting.stamp:
            self._take(path, stamp, received_at=sighting.received_at, block=block)
        elif self._settings.once and sighting.restarts >= PATIENCE:
            log.warning("%s: still being written, left for the next run", path)
            self._settling.forget(path)
        else:
            self._settling.saw(path, stamp, now=time.monotonic(), at=sighting.received_at)

    def _take(self, path: str, stamp: Stamp, *, received_at: datetime, block: Block) -> None:
        self._settling.forget(path)
        file = version_of(path, stamp)
        if file not in self._known:
            block[file] = received_at

    def _try_again(self, now: float, *, block: Block) -> None:
        for file in self._retries.due(now)[:BLOCK]:
            stamp = stamp_of(self.folder / file.path)
            if stamp is not None and version_of(file.path, stamp) == file:
                block[file] = datetime.now(UTC)
            else:
                self._retries.forget(file)

    def _from_listing(self) -> Block:
        block: Block = {}
        until = time.monotonic() + _SLICE_S
        for path, stamp in self._polling.files():
            if self._is_candidate(path) and version_of(path, stamp) not in self._known:
                self._find(path, stamp, block=block)
            if len(block) >= BLOCK or time.monotonic() > until:
                break
        return block

    def _find(self, path: str, stamp: Stamp, *, block: Block) -> None:
        age_s = time.time() - stamp.mtime_ns / 1e9
        if path in self._settling:
            self._saw(path, stamp)
        elif self._polling.trusts_age and age_s >= self._settings.settle_s:
            block[version_of(path, stamp)] = datetime.now(UTC)
        elif self._settling.is_full:
            self._polling.left_some = True
        else:
            self._saw(path, stamp)

    def _open(self, file: FileVersion, received_at: datetime) -> Arrival | None:
        arrival = read_arrival(self.folder, file, received_at=received_at, read=self._read)
        if arrival is None and (stamp := stamp_of(self.folder / file.path)):
            self._saw(file.path, stamp)
        return arrival

    def _is_candidate(self, path: str) -> bool:
        return not is_ignored(path) and path not in self._skip

    def _is_finished(self) -> bool:
        return self._polling.is_complete and not self._settling and not self._renamed

    def _wait(self) -> None:
        if self._polling.is_under_way:
            return
        now = time.monotonic()
        due = self._settling.next_due()
        until = min(self._polling.next_at, now + self._settings.poll_s)
        until = until if due is None else min(until, due)
        self._hear(timeout_s=max(until - now, 0.0))
