"""Predictions to an MQTT broker: the newest retained, the late ones beside it."""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from pat.errors import InputError
from pat.stream.predictions import Prediction
from pat.stream.sinks.payload import prediction_json, pulse_json
from pat.stream.sinks.sink import Publication
from pat.stream.vitals import Pulse

#: Names of the variables that hold user and password.
USER, PASSWORD = "PAT_MQTT_USER", "PAT_MQTT_PASSWORD"

_EXAMPLE = "mqtt://broker:1883/pat"
_PORTS = {"mqtt": 1883, "mqtts": 8883}
_ANSWER_S = 10.0  # for a connection, and for what was sent to be acknowledged
_KEEPALIVE_S = 15  # a broker tells the last will after one and a half of these
_AT_LEAST_ONCE = 1


@dataclass(frozen=True, slots=True)
class MqttAddress:
    """A broker and the topic under which everything lies."""

    host: str
    port: int
    is_encrypted: bool
    base: str

    def __str__(self) -> str:
        return f"{'mqtts' if self.is_encrypted else 'mqtt'}://{self.host}:{self.port}/{self.base}"


def mqtt_address(url: str) -> MqttAddress:
    """Return the broker that `--mqtt URL` means; the topic is `pat` where none is given.

    Raises
    ------
    InputError
        If it is no such address, or holds a password.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _PORTS or not parts.hostname or port == -1:
        msg = f"--mqtt: expected an address such as {_EXAMPLE}; got {url!r}"
        raise InputError(msg)
    if parts.username or parts.password:
        msg = f"--mqtt: give no user or password in the address; set {USER} and {PASSWORD}"
        raise InputError(msg)
    base = parts.path.strip("/") or "pat"
    if any(sign in base for sign in "+#"):
        msg = f"--mqtt: expected a topic without + and #; got {base!r}"
        raise InputError(msg)
    return MqttAddress(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "mqtts", base)


class Mqtt:
    """Publishes each prediction as JSON.

    `BASE/CAMPAIGN/VESSEL/ANALYTE` holds the newest value, retained; `.../late` has those that
    came after a newer one, and aliquots, not retained. `BASE/status` is retained: the pulse once
    a second while the predictor lives, `{"state": "offline"}` as its last will.

    Delivery: at least once, QoS 1. Each message has the prediction's `id`.

    Parameters
    ----------
    address : MqttAddress
    ca : str or None
        Certificates of authorities to trust; None: the system's.
    """

    name = "mqtt"

    def __init__(self, address: MqttAddress, *, ca: str | None = None) -> None:
        self._address = address
        self._ca = ca
        self._client: Any = None
        self._refusal = ""
        self._has_beaten = False  # so that a farewell is due
        self._is_connected = threading.Event()
        self._is_answered = threading.Event()

    def open(self, live: Sequence[Prediction]) -> None:
        """Connect, tell that we are there, and send the newest values again."""
        self._is_connected.clear()
        self._is_answered.clear()
        self._refusal, self._has_beaten = "no answer in time", False
        self._client = self._made()
        self._client.connect(self._address.host, self._address.port, keepalive=_KEEPALIVE_S)
        self._client.loop_start()
        self._is_answered.wait(_ANSWER_S)
        if not self._is_connected.is_set():
            msg = f"{self._address}: {self._refusal}"
            raise ConnectionError(msg)
        self._send([(topic_of(self._address.base, each), prediction_json(each), True)
                    for each in live])  # fmt: skip

    def publish(self, publications: Sequence[Publication]) -> None:
        """Publish, and wait until the broker has acknowledged all of it."""
        messages = []
        for each in publications:
            topic = topic_of(self._address.base, each.prediction)
            text = prediction_json(each.prediction)
            messages.append((topic if each.is_live else f"{topic}/late", text, each.is_live))
        self._send(messages)

    def withdraw(self, prediction: Prediction, reason: str) -> None:
        """Replace the retained value by itself, bad."""
        text = prediction_json(prediction, outdated=reason)
        self._send([(topic_of(self._address.base, prediction), text, True)])

    def beat(self, pulse: Pulse) -> None:
        """Publish the pulse."""
        self._send([(self._status_topic, pulse_json(pulse), True)])
        self._has_beaten = True

    def close(self) -> None:
        """Tell that we leave, and disconnect."""
        if self._client is None:
            return
        client, self._client = self._client, None
        if self._is_connected.is_set() and self._has_beaten:
            offline = client.publish(self._status_topic, _OFFLINE, qos=_AT_LEAST_ONCE, retain=True)
            offline.wait_for_publish(2)
        client.disconnect()
        client.loop_stop()

    @property
    def _status_topic(self) -> str:
        return f"{self._address.base}/status"

    def _made(self) -> Any:
        from paho.mqtt import client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,  # the follower does, and sends the live values again
        )
        client.will_set(self._status_topic, _OFFLINE, qos=_AT_LEAST_ONCE, retain=True)
        if os.environ.get(USER):
            client.username_pw_set(os.environ[USER], os.environ.get(PASSWORD))
        if self._address.is_encrypted:
            client.tls_set(ca_certs=self._ca)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        return client

    def _connected(self, client: object, data: object, flags: object, reason: Any,
                   properties: object) -> None:  # fmt: skip
        del client, data, flags, properties
        if reason.is_failure:
            self._refusal = str(reason)
        else:
            self._is_connected.set()
        self._is_answered.set()

    def _disconnected(self, client: object, data: object, flags: object, reason: Any,
                      properties: object) -> None:  # fmt: skip
        del client, data, flags, properties
        if self._is_connected.is_set() or not self._is_answered.is_set():
            self._refusal = str(reason)
        self._is_connected.clear()
        self._is_answered.set()

    def _send(self, messages: Sequence[tuple[str, str, bool]]) -> None:
        """Send messages of topic, text and whether it is retained; all arrive, or it raises."""
        if not self._is_connected.is_set():
            msg = f"{self._address}: {self._refusal}"
            raise ConnectionError(msg)
        sent = [
            self._client.publish(topic, text, qos=_AT_LEAST_ONCE, retain=retain)
            for topic, text, retain in messages
        ]
        for each in sent:
            each.wait_for_publish(_ANSWER_S)
            if not each.is_published():
                msg = f"{self._address}: not acknowledged within {_ANSWER_S:g} s"
                raise ConnectionError(msg)


_OFFLINE = '{"state": "offline"}'


def topic_of(base: str, prediction: Prediction) -> str:
    """Return a prediction's topic; signs with a meaning in topics are percent-encoded."""
    names = (prediction.campaign or "-", prediction.vessel or "-", prediction.analyte)
    return "/".join([base, *(quote(name, safe=" ()[],;=@!") for name in names)])
