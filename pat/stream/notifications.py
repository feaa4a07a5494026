"""What the operating system tells of a folder; network shares tell nothing."""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Notice:
    """A file below the folder that appeared or was written."""

    path: str  # relative, with forward slashes
    is_renamed: bool  # renamed into place, so that it is whole


class Notifications(FileSystemEventHandler):
    """Notices of one folder and its sub-folders, gathered by a thread until they are taken.

    Delivery: at most once. Notices may be missing (network shares, overflow, a sub-folder filled
    in the moment it is made); a poll finds what they missed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._queue: SimpleQueue[Notice | None] = SimpleQueue()
        self._observer: BaseObserver | None = None

    def start(self) -> str | None:
        """Start to listen; return in words why that cannot be, None where it can."""
        # watchdog finds a sub-folder twice that is filled in the moment it is made.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        observer = Observer()
        observer.schedule(
            self,
            str(self._folder),
            recursive=True,
            event_filter=[FileCreatedEvent, FileClosedEvent, FileMovedEvent],
        )
        try:
            observer.start()
        except OSError as error:
            return error.strerror or str(error)
        self._observer = observer
        return None

    def stop(self) -> None:
        """Stop to listen."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=5)
            self._observer = None

    def wake(self) -> None:
        """End a `take` that waits; safe in a signal handler."""
        self._queue.put(None)

    def take(self, *, timeout_s: float) -> list[Notice]:
        """Return what came; wait up to `timeout_s` where nothing did."""
        notices: list[Notice] = []
        try:
            first = self._queue.get(timeout=timeout_s) if timeout_s > 0 else self._queue.get(False)
            notices += [first] if first else []
            while len(notices) < _AT_ONCE:
                following = self._queue.get(block=False)
                notices += [following] if following else []
        except Empty:
            pass
        return notices

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take note of one event; called by the observer's thread."""
        is_renamed = isinstance(event, FileMovedEvent)
        path = os.fsdecode(event.dest_path if is_renamed else event.src_path)
        relative = os.path.relpath(path, self._folder)
        if not relative.startswith(os.pardir):
            self._queue.put(Notice(relative.replace(os.sep, "/"), is_renamed))
