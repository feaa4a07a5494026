"""Servers and clients of other makes, on loopback, that come and go as a test wants."""

import json
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Any


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Broker:
    """A mosquitto of its own, which forgets everything when it stops."""

    def __init__(
        self, program: str, place: Path, *, settings: str = "allow_anonymous true"
    ) -> None:
        self.port = free_port()
        self.program = program
        self._config = place / "mosquitto.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\n{settings}\nuser root\n")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address as `--mqtt` takes it."""
        return f"mqtt://127.0.0.1:{self.port}/plant/pat"

    def start(self) -> None:
        """Start, and wait until it listens."""
        self._process = subprocess.Popen(
            [self.program, "-c", str(self._config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("mosquitto does not listen")

    def stop(self, *, kindly: bool = False) -> None:
        """Kill it: nobody is told; or kindly let it keep what it has promised."""
        if self._process is not None:
            (self._process.terminate if kindly else self._process.kill)()
            self._process.wait()
            self._process = None


class Subscriber:
    """An MQTT client that keeps what it hears; it comes back when the broker does.

    With a name in `lasting` the broker keeps for it what comes while it is away.
    """

    def __init__(self, broker: Broker, topic: str = "#", *, lasting: str = "") -> None:
        from paho.mqtt import client as paho

        self.messages: list[tuple[str, dict[str, Any], bool]] = []
        self._is_there = threading.Event()
        self._client = paho.Client(
            paho.CallbackAPIVersion.VERSION2, client_id=lasting, clean_session=not lasting
        )
        self._client.on_connect = lambda client, *_: client.subscribe(topic, qos=1)
        self._client.on_subscribe = lambda *_: self._is_there.set()
        self._client.on_message = self._hear
        self._client.reconnect_delay_set(0.1, 0.2)  # type: ignore[arg-type]
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        assert self._is_there.wait(10)

    def of(self, topic: str) -> list[dict[str, Any]]:
        """Return what came under a topic, in order."""
        return [message for name, message, _ in list(self.messages) if name == topic]

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, client: object, data: object, message: Any) -> None:
        self.messages.append((message.topic, json.loads(message.payload), bool(message.retain)))
