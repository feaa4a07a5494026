"""Promotions as they happen: which sensor takes over from which, once it has proved itself."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from pat.errors import PatError
from pat.stream.scorer import Sensor

log = logging.getLogger(__name__)

_LAST_PAUSE = 30  # times the pause between two looks, for what is refused again and again

#: Returns the sensor that a reference means now and has proved itself, None where it is still
#: the one of this digest; raises PatError where it cannot be told or is refused.
FindNewer = Callable[[str, str], Sensor | None]


@dataclass(frozen=True, slots=True)
class Swap:
    """One sensor takes over from another."""

    reference: str
    digest: str  # of the one before
    sensor: Sensor


class Promotions:
    """Looks, in a thread of its own, whether references mean other sensors by now.

    Whatever goes wrong in that, the last good sensor goes on, and it is said once.

    Parameters
    ----------
    digests : mapping of reference to digest
        The sensors at the start.
    find_newer : FindNewer
    every_s : float
        Between two looks.
    """

    def __init__(
        self, digests: Mapping[str, str], *, find_newer: FindNewer, every_s: float
    ) -> None:
        self._digests = dict(digests)
        self._find_newer = find_newer
        self._every_s = every_s
        self._found: SimpleQueue[Swap] = SimpleQueue()
        self._trouble: dict[str, str] = {}
        self._pauses: dict[str, int] = {}  # looks to leave out, and how many were left out last
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="promotions", daemon=True)

    def start(self) -> None:
        """Look from now on."""
        self._thread.start()

    def end(self) -> None:
        """Look no more; a look that is under way is left to itself."""
        self._stop.set()

    def take(self) -> list[Swap]:
        """Return what is to be swapped now, in order."""
        swaps: list[Swap] = []
        try:
            while True:
                swaps.append(self._found.get(block=False))
        except Empty:
            return swaps

    def _run(self) -> None:
        waits = dict.fromkeys(self._digests, 0)
        while not self._stop.wait(self._every_s):
            for reference in self._digests:
                if waits[reference] > 0:
                    waits[reference] -= 1
                else:
                    waits[reference] = self._look(reference)

    def _look(self, reference: str) -> int:
        """Look once, and return how many looks to leave out."""
        digest = self._digests[reference]
        try:
            sensor = self._find_newer(reference, digest)
        except Exception as error:  # noqa: BLE001 - the stream outlives whatever a registry does
            return self._failed(reference, error)
        self._pauses[reference] = 0
        if self._trouble.pop(reference, ""):
            log.warning("%s can be followed again", reference)
        if sensor is not None:
            self._digests[reference] = sensor.digest
            self._found.put(Swap(reference, digest, sensor))
        return 0

    def _failed(self, reference: str, error: Exception) -> int:
        words = str(error) if isinstance(error, PatError) else f"{type(error).__name__}: {error}"
        if self._trouble.get(reference) != words:
            log.warning("%s: %s; the last good sensor goes on", reference, words,
                        extra={"sensor": reference})  # fmt: skip
            self._trouble[reference] = words
        self._pauses[reference] = min(2 * self._pauses.get(reference, 0) + 1, _LAST_PAUSE)
        return self._pauses[reference]
