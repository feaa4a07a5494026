"""A connection that is made again whenever it breaks, in a thread of its own."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

_FIRST_PAUSE_S = 0.5
_LAST_PAUSE_S = 30.0

#: Told in words when a feed is down and when it is up again.
Note = Callable[[str], None]


class Lifeline:
    """Follows a sender until told to stop; what breaks is told once, and tried again.

    Parameters
    ----------
    name : str
    follow : callable
        Follows until `stop` is set, or raises; calls `up` when the sender answers.
    note : callable
    """

    def __init__(self, name: str, follow: Callable[[], None], *, note: Note) -> None:
        self.stop = threading.Event()
        self._name = name
        self._follow = follow
        self._note = note
        self._trouble = ""
        self._pause_s = _FIRST_PAUSE_S
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def end(self, *, patience_s: float) -> None:
        """Stop to follow."""
        self.stop.set()
        if self._thread.ident is not None:
            self._thread.join(patience_s)

    def up(self) -> None:
        """Take note that the sender answers."""
        self._pause_s = _FIRST_PAUSE_S
        if self._trouble:
            self.tell(f"{self._name} answers again")
            self._trouble = ""

    def tell(self, words: str) -> None:
        """Log and note words; a database in trouble must not end the feed."""
        log.warning("%s", words)
        try:
            self._note(words)
        except Exception as error:  # noqa: BLE001 - whatever the journal's trouble
            log.warning("%s: not noted (%s)", self._name, error)

    def _run(self) -> None:
        while not self.stop.is_set():
            try:
                self._follow()
            except Exception as error:  # noqa: BLE001 - whatever a peer does, it is tried again
                words = " ".join(f"{type(error).__name__}: {error}".split())
                if words != self._trouble:
                    self.tell(f"{self._name} is down ({words}); it is tried again")
                self._trouble = words
            if self.stop.wait(self._pause_s):
                return
            self._pause_s = min(2 * self._pause_s, _LAST_PAUSE_S)
