"""A sink that follows the results in a thread of its own, whatever becomes of the others."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from pat.errors import StoreError
from pat.stream.journal import Happening, Journal
from pat.stream.predictions import Prediction, Tag
from pat.stream.sinks.freshness import Freshness
from pat.stream.sinks.outbox import Outbox
from pat.stream.sinks.sink import Publication, Sink
from pat.stream.vitals import Pulse, SinkStatus

log = logging.getLogger(__name__)

BLOCK = 200  # predictions published at a time
_TICK_S = 1.0  # between two looks at the age of values
_FIRST_PAUSE_S = 0.5  # before a sink that is down is tried again; doubled up to the last
_LAST_PAUSE_S = 30.0
_LAST_CALL_S = 15.0  # for a call to a peer that is under way


class Follower:
    """Gives one sink every prediction at least once, in order, across failures and restarts.

    Parameters
    ----------
    sink : Sink
    journal : Journal
    freshness : Freshness
        Of this follower alone.
    pulse : callable
        Returns how the predictor fares.
    """

    def __init__(
        self, sink: Sink, *, journal: Journal, freshness: Freshness, pulse: Callable[[], Pulse]
    ) -> None:
        self._sink = sink
        self._journal = journal
        self._outbox = Outbox(journal, sink=sink.name)
        self._freshness = freshness
        self._pulse = pulse
        self._live: dict[Tag, Prediction] = {}
        self._withdrawn: set[Tag] = set()
        self._wake = threading.Event()
        self._ending = threading.Event()
        self._retry = threading.Event()  # never set but to cut a pause short
        self._gives_up_at = float("inf")
        self._trouble = "not opened yet"
        self._told_trouble = ""
        self._was_up = False  # since it was opened last
        self._next_tick = 0.0
        self._waiting = self._outbox.waiting()  # as of the last look
        self._thread = threading.Thread(target=self._run, name=f"sink {sink.name}", daemon=True)

    @property
    def name(self) -> str:
        """The sink's name."""
        return self._sink.name

    def status(self) -> SinkStatus:
        """Return how the sink fares."""
        return SinkStatus(self.name, not self._trouble, self._waiting, self._trouble)

    def start(self) -> None:
        """Follow from now on."""
        self._journal.when_stored(self._wake.set)
        self._thread.start()

    def end(self, *, patience_s: float) -> None:
        """Publish what is stored, as far as `patience_s` allows, and then end."""
        self._gives_up_at = time.monotonic() + patience_s
        self._ending.set()
        self._wake.set()
        self._retry.set()

    def join(self) -> None:
        """Wait for the end, and tell what is left for the next start."""
        left_s = max(self._gives_up_at - time.monotonic(), 0.0)
        self._thread.join(left_s + _LAST_CALL_S)
        self._waiting = self._outbox.waiting()
        if self._waiting > 0:
            some = "1 prediction is" if self._waiting == 1 else f"{self._waiting} predictions are"
            log.warning("%s: %s to come, at the next start", self.name, some)

    def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S / 2
        while not self._is_over():
            try:
                self._open()
                self._follow()
            except StoreError as error:
                log.warning("%s: %s", self.name, error)
            except Exception as error:  # noqa: BLE001 - whatever a peer does, the others go on
                self._is_down(error)
            finally:
                self._close()
            was_up, self._was_up = self._was_up, False
            longest_s = _FIRST_PAUSE_S if was_up or self._ending.is_set() else _LAST_PAUSE_S
            pause_s = min(2 * pause_s, longest_s)
            if not self._is_over():
                self._retry.wait(pause_s)
                self._retry.clear()

    def _open(self) -> None:
        self._live = {tag: each for each in self._outbox.newest() if (tag := each.tag)}
        for each in self._live.values():
            self._freshness.saw(each)
        self._withdrawn = set()
        self._next_tick = 0.0
        self._sink.open(list(self._live.values()))

    def _follow(self) -> None:
        while True:
            self._wake.clear()
            self._tick()
            block = self._outbox.next(at_most=BLOCK)
            if block:
                self._sink.publish([self._publication(each) for each in block])
                self._outbox.published(block)
            self._is_up()
            if not block and self._ending.is_set():
                return
            if not block:
                self._wake.wait(max(self._next_tick - time.monotonic(), 0.01))

    def _publication(self, prediction: Prediction) -> Publication:
        tag, moment = prediction.tag, prediction.moment
        if tag is None or moment is None:
            return Publication(prediction, is_live=False)
        before = self._live.get(tag)
        if before is not None and before.moment is not None and moment < before.moment:
            return Publication(prediction, is_live=False)
        self._live[tag] = prediction
        self._withdrawn.discard(tag)
        self._freshness.saw(prediction)
        return Publication(prediction, is_live=True)

    def _tick(self) -> None:
        """Show that the predictor lives, and withdraw what became too old, once a second."""
        if time.monotonic() < self._next_tick:
            return
        self._next_tick = time.monotonic() + _TICK_S
        self._waiting = self._outbox.waiting()
        self._sink.beat(self._pulse())
        now = datetime.now(UTC)
        for tag, prediction in self._live.items():
            reason = self._freshness.why_too_old(prediction, now=now)
            if reason is not None and tag not in self._withdrawn:
                self._sink.withdraw(prediction, reason)
                self._withdrawn.add(tag)

    def _is_over(self) -> bool:
        """Return whether to end: all is published, or there is no more patience."""
        if not self._ending.is_set():
            return False
        is_done = not self._trouble and self._outbox.waiting() == 0
        return is_done or time.monotonic() > self._gives_up_at

    def _is_up(self) -> None:
        if self._told_trouble:
            log.warning("%s answers again", self.name)
            self._note("sink up", f"{self.name} answers again")
        self._trouble = self._told_trouble = ""
        self._was_up = True

    def _is_down(self, error: Exception) -> None:
        self._trouble = f"{type(error).__name__}: {error}".removesuffix(": ")
        self._waiting = self._outbox.waiting()
        if self._trouble != self._told_trouble:
            log.warning("%s is down (%s); it follows when it answers", self.name, self._trouble)
            self._note("sink down", f"{self.name} is down ({self._trouble})")
            self._told_trouble = self._trouble

    def _note(self, kind: str, text: str) -> None:
        try:
            self._journal.note(Happening(kind, text))
        except StoreError as error:
            log.warning("%s: %s", self.name, error)

    def _close(self) -> None:
        try:
            self._sink.close()
        except Exception as error:  # noqa: BLE001 - it is let go of either way
            log.debug("%s: %s", self.name, error)
