"""Messages that came and are not yet on disk: as many as memory should hold."""

import queue
import threading
from collections import deque
from typing import Protocol

_EACH_BYTES = 1_000  # held beside the payload of a message


class Message(Protocol):
    """What an inbox must know of a message."""

    mid: int
    qos: int

    @property
    def topic(self) -> str: ...

    @property
    def payload(self) -> bytes | bytearray: ...


#: None for subscribed, words for trouble, or a message.
Event = Message | str | None


class Inbox:
    """Events in the order in which they came.

    Beyond the room a message of QoS 0 is dropped and counted. Any other waits, and with it the
    thread that reads from the network: the broker then keeps what it has, or ends the connection
    and sends again what was not acknowledged.

    Parameters
    ----------
    room_bytes : int
        A message larger than that has room where it is alone.
    """

    def __init__(self, *, room_bytes: int) -> None:
        self._room = room_bytes
        self._held = 0
        self._n_dropped = 0
        self._is_closed = False
        self._events: deque[Event] = deque()
        self._changed = threading.Condition()

    def tell(self, event: str | None) -> None:
        """Add what is no message; there is always room for it."""
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def put(self, message: Message) -> None:
        """Add a message; one that finds the inbox closed is not acknowledged, and comes again."""
        size = _size(message)
        with self._changed:
            if message.qos == 0 and not self._fits(size):
                self._n_dropped += 1
                return
            self._changed.wait_for(lambda: self._is_closed or self._fits(size))
            if not self._is_closed:
                self._held += size
                self._events.append(message)
                self._changed.notify_all()

    def get(self, *, timeout_s: float) -> Event:
        """Return the oldest event.

        Raises
        ------
        queue.Empty
            If none comes in time.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self._events), timeout_s):
                raise queue.Empty
            event = self._events.popleft()
            if event is not None and not isinstance(event, str):
                self._held -= _size(event)
            self._changed.notify_all()
            return event

    def take_dropped(self) -> int:
        """Return how many messages were dropped since this was last asked."""
        with self._changed:
            n_dropped, self._n_dropped = self._n_dropped, 0
            return n_dropped

    def close(self) -> None:
        """Take no message any more, and let go of who waits."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _fits(self, size: int) -> bool:
        return self._held == 0 or self._held + size <= self._room


def _size(message: Message) -> int:
    return len(message.payload) + _EACH_BYTES
