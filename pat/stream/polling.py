"""Listings of a folder one after the other, each taken up where it was left."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

from pat.stream.folder_scan import walk
from pat.stream.settling import Stamp

log = logging.getLogger(__name__)

#: A folder is listed again after this many times what listing it took.
REST = 20


class Polling:
    """Lists a folder again and again, lazily: nothing of a listing is kept.

    Parameters
    ----------
    folder : Path
    poll_s : float
        The folder is listed at most this often; a long listing makes the pauses longer.
    once : bool
        Whether it ends with the first listing that could be taken whole.
    """

    def __init__(self, folder: Path, *, poll_s: float, once: bool) -> None:
        self.next_at = 0.0
        self.left_some = False  # set by who could not take every file of this listing
        self._folder = folder
        self._poll_s = poll_s
        self._once = once
        self._is_first = True
        self._listing: Iterator[tuple[str, Stamp]] | None = None
        self._cost_s = 0.0
        self._trouble = ""

    @property
    def trusts_age(self) -> bool:
        """Whether a file of this listing counts if it looks old by its own clock.

        Only in the first one, which finds what lay there before this program started.
        """
        return self._is_first or self._once

    @property
    def is_under_way(self) -> bool:
        """Whether a listing waits to be taken up again."""
        return self._listing is not None

    @property
    def is_complete(self) -> bool:
        """Whether every file has been yielded and taken at least once."""
        return not self._is_first and not self.is_under_way and not self.left_some

    def restart(self) -> None:
        """List the folder anew at once, as for the first time."""
        self._listing = None
        self._is_first = True
        self.next_at = 0.0

    def files(self) -> Iterator[tuple[str, Stamp]]:
        """Yield the rest of this listing; nothing while it is not yet time for the next."""
        if self._listing is None:
            if time.monotonic() < self.next_at or (self._once and self.is_complete):
                return
            self._listing = walk(self._folder)
            self._cost_s = 0.0
            self.left_some = False
        while True:
            started = time.monotonic()
            try:
                found = next(self._listing, None)
            except OSError as error:
                self._end(trouble=error.strerror or str(error))
                return
            self._cost_s += time.monotonic() - started
            if found is None:
                self._end(trouble="")
                return
            yield found

    def _end(self, *, trouble: str) -> None:
        if trouble and trouble != self._trouble:
            log.warning("%s cannot be listed (%s); waiting for it", self._folder, trouble)
        elif self._trouble and not trouble:
            log.warning("%s can be listed again", self._folder)
        self._is_first = self._is_first and bool(trouble)
        self._trouble = trouble
        self._listing = None
        self.next_at = time.monotonic() + max(self._poll_s, REST * self._cost_s)
