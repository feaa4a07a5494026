"""Spectra from an MQTT topic, acknowledged once they are on disk."""

import contextlib
import os
import queue
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from pat.errors import InputError
from pat.readers.formats import FILE_SUFFIXES
from pat.stream.feeds.inbox import Event, Inbox
from pat.stream.feeds.lifeline import Lifeline, Note
from pat.stream.feeds.spool import Spool

#: Names of the variables that hold user and password.
USER, PASSWORD = "PAT_MQTT_SOURCE_USER", "PAT_MQTT_SOURCE_PASSWORD"

_EXAMPLE = "mqtt://broker:1883/site/raman/#"
_PORTS = {"mqtt": 1883, "mqtts": 8883}
_ANSWER_S = 10.0
_KEEPALIVE_S = 15
_LOOK_S = 0.2  # between two looks whether to stop
_AT_LEAST_ONCE = 1
_LARGEST_BYTES = 64 * 2**20  # of a message; a spectrum as JSON has well under one MiB
_ROOM_BYTES = 4 * _LARGEST_BYTES
_TELL_S = 60.0  # at least, between two notes of what was dropped
_REFUSED = 128  # codes from here on say that a subscription was not granted


@dataclass(frozen=True, slots=True)
class MqttTopic:
    """A broker, and the topics to listen to; `+` and `#` are MQTT's own wildcards."""

    host: str
    port: int
    is_encrypted: bool
    topic: str

    def __str__(self) -> str:
        scheme = "mqtts" if self.is_encrypted else "mqtt"
        return f"{scheme}://{self.host}:{self.port}/{self.topic}"


def mqtt_topic(url: str) -> MqttTopic:
    """Return the broker and topic of an address such as `mqtt://broker:1883/site/raman/#`.

    Raises
    ------
    InputError
        If it is no such address, or holds a password.
    """
    address, _, last = url.partition("#")
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = -1
    topic = unquote(parts.path.lstrip("/")) + ("#" if "#" in url else "")
    if parts.scheme not in _PORTS or not parts.hostname or port == -1 or not topic or last:
        msg = f"mqtt_source: expected an address such as {_EXAMPLE}; got {url!r}"
        raise InputError(msg)
    if parts.username or parts.password:
        msg = f"mqtt_source: give no user or password in the address; set {USER} and {PASSWORD}"
        raise InputError(msg)
    port = port or _PORTS[parts.scheme]
    return MqttTopic(parts.hostname, port, parts.scheme == "mqtts", topic)


class MqttFeed:
    """Puts every message of a topic into the spool as one file.

    A message is a spectrum as JSON (`pat.readers.spectrum_json`), or the content of a file
    whose name the topic ends with (`raman/V01__20240501T100000Z.spc`). The topic becomes the
    folders that the file lies in. What is no spectrum becomes a file, too: the journal lists it
    with its reason.

    Delivery: at least once, QoS 1 in a session that the broker keeps while this program is away.
    A message is acknowledged once its file is on disk; one that comes again is the same file.
    Lost is what a sender publishes with QoS 0, before the very first subscription, or beyond what
    the broker queues for a client that is away (mosquitto: `max_queued_messages`, 1000 by
    default) or for longer than it keeps a session. A message over 64 MiB is noted with its size
    and acknowledged.

    Parameters
    ----------
    topic : MqttTopic
    client : str
        What the broker knows the session by: always the same, and no other's.
    spool : Spool
    note : callable
    ca : str or None
        Certificates of authorities to trust; None: the system's.
    """

    ends = False
    is_over = False

    def __init__(
        self, topic: MqttTopic, *, client: str, spool: Spool, note: Note, ca: str | None = None
    ) -> None:
        self.name = f"MQTT source {topic}"
        self._topic = topic
        self._id = client
        self._spool = spool
        self._ca = ca
        self._line = Lifeline(self.name, self._follow, note=note)

    def start(self) -> None:
        """Listen from now on, and to what the broker has kept."""
        self._line.start()

    def stop(self) -> None:
        """Listen no more; the broker keeps what comes."""
        self._line.end(patience_s=_ANSWER_S)

    def try_out(self) -> None:
        """Connect under another name, so that a predictor that runs is not cut off."""
        events = Inbox(room_bytes=_ROOM_BYTES)
        client = self._client(events, name="", keeps_session=False)
        try:
            self._connect(client, events)
        finally:
            events.close()
            client.disconnect()
            client.loop_stop()

    def _follow(self) -> None:
        events = Inbox(room_bytes=_ROOM_BYTES)
        client = self._client(events, name=self._id, keeps_session=True)
        try:
            self._connect(client, events)
            self._line.up()
            told = float("-inf")
            while not self._line.stop.is_set():
                with contextlib.suppress(queue.Empty):
                    self._take(client, events.get(timeout_s=_LOOK_S))
                if time.monotonic() - told >= _TELL_S and self._tell_dropped(events):
                    told = time.monotonic()
        finally:
            self._tell_dropped(events)
            events.close()
            client.disconnect()
            client.loop_stop()

    def _tell_dropped(self, events: Inbox) -> bool:
        n_dropped = events.take_dropped()
        if n_dropped:
            self._line.tell(
                f"{self.name}: dropped {n_dropped} messages of QoS 0 that came faster than they "
                "could be written; publish with QoS 1"
            )
        return n_dropped > 0

    def _connect(self, client: Any, events: Inbox) -> None:
        """Connect and subscribe, or raise; what the broker has kept may come at once."""
        client.connect(self._topic.host, self._topic.port, keepalive=_KEEPALIVE_S)
        client.loop_start()
        try:
            while self._take(client, events.get(timeout_s=_ANSWER_S)):
                pass
        except queue.Empty:
            msg = "no answer in time"
            raise ConnectionError(msg) from None

    def _take(self, client: Any, event: Event) -> bool:
        """Put a message on disk, then acknowledge it; return whether it was one."""
        if event is None:
            return False
        if isinstance(event, str):
            raise ConnectionError(event)
        self._put(event)
        client.ack(event.mid, event.qos)
        return True

    def _put(self, message: Any) -> None:
        size = len(message.payload)
        if size > _LARGEST_BYTES:
            self._line.tell(
                f"{self.name}: passed over a message of {message.topic}: expected at most "
                f"{_LARGEST_BYTES} bytes; got {size}"
            )
            return
        self._spool.put_message(message.topic, message.payload, file_suffixes=FILE_SUFFIXES)

    def _client(self, events: Inbox, *, name: str, keeps_session: bool) -> Any:
        """Return a client that tells an inbox what happens to it."""
        from paho.mqtt import client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            clean_session=not keeps_session,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        if os.environ.get(USER):
            client.username_pw_set(os.environ[USER], os.environ.get(PASSWORD))
        if self._topic.is_encrypted:
            client.tls_set(ca_certs=self._ca)

        def connected(_c: Any, _d: Any, _f: Any, reason: Any, _p: Any) -> None:
            if reason.is_failure:
                events.tell(str(reason))
            elif keeps_session:
                client.subscribe(self._topic.topic, qos=_AT_LEAST_ONCE)
            else:
                events.tell(None)

        def subscribed(_c: Any, _d: Any, _m: Any, reasons: Any, _p: Any) -> None:
            granted = all(reason.value < _REFUSED for reason in reasons)
            events.tell(None if granted else f"{self._topic.topic} may not be subscribed to")

        def disconnected(_c: Any, _d: Any, _f: Any, reason: Any, _p: Any) -> None:
            events.tell(str(reason))

        client.on_connect = connected
        client.on_subscribe = subscribed
        client.on_disconnect = disconnected
        client.on_message = lambda _c, _d, message: events.put(message)
        return client
