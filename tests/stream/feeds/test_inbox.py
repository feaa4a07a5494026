"""An inbox holds what fits: it drops and counts QoS 0, and lets what is acknowledged wait."""

import queue
import threading
from dataclasses import dataclass

import pytest

from pat.stream.feeds.inbox import Inbox


@dataclass
class Told:
    payload: bytes
    qos: int
    topic: str = "raman"
    mid: int = 1


def taken(inbox: Inbox) -> list[object]:
    found: list[object] = []
    try:
        while True:
            found.append(inbox.get(timeout_s=0.1))
    except queue.Empty:
        return found


def test_beyond_the_room_what_nobody_acknowledges_is_dropped_and_counted() -> None:
    inbox = Inbox(room_bytes=5_000)
    messages = [Told(bytes(1_000), 0) for _ in range(5)]
    for message in messages:
        inbox.put(message)
    inbox.tell("no network")

    assert taken(inbox) == [*messages[:2], "no network"]
    assert (inbox.take_dropped(), inbox.take_dropped()) == (3, 0)


def test_what_is_acknowledged_waits_for_room_and_is_never_dropped() -> None:
    inbox = Inbox(room_bytes=5_000)
    messages = [Told(bytes(1_000) + bytes([n]), 1) for n in range(20)]
    sender = threading.Thread(target=lambda: [inbox.put(message) for message in messages])
    sender.start()
    sender.join(0.3)
    assert sender.is_alive()

    assert taken(inbox) == messages
    sender.join(10)
    assert not sender.is_alive()
    assert inbox.take_dropped() == 0


def test_a_message_larger_than_the_room_is_held_alone() -> None:
    inbox = Inbox(room_bytes=10)
    inbox.put(Told(bytes(1_000), 1))

    assert len(taken(inbox)) == 1


def test_closing_lets_go_of_who_waits() -> None:
    inbox = Inbox(room_bytes=10)
    first = Told(b"", 1)
    inbox.put(first)
    sender = threading.Thread(target=lambda: inbox.put(Told(b"", 1)))
    sender.start()
    inbox.close()
    sender.join(10)

    assert not sender.is_alive()
    assert taken(inbox) == [first]


def test_an_empty_inbox_says_so() -> None:
    with pytest.raises(queue.Empty):
        Inbox(room_bytes=10).get(timeout_s=0.0)
