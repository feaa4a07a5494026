"""The simulated spectrometer on the network: an OPC UA server, or messages to an MQTT broker."""

import asyncio
import threading
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import pandas as pd

from pat.errors import InputError, StoreError
from pat.readers.spectrum_header import NOT_TOLD
from pat.readers.spectrum_json import spectrum_json
from pat.readers.times import iso
from pat.spectra import Spectra

NAMESPACE = "urn:raman-pat:spectrometer"

_ANSWER_S = 20.0
_LAST_WORDS_S = 3.0  # for subscribers to fetch what came last
_KEPT = 10_000  # spectra that the server's history holds

Answer = TypeVar("Answer")


class MqttOutlet:
    """Publishes each spectrum as JSON under `TOPIC/VESSEL`, QoS 1, not retained.

    Parameters
    ----------
    address : str
        Such as `mqtt://127.0.0.1:1883/site/raman`.
    """

    def __init__(self, address: str) -> None:
        from paho.mqtt import client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        parts = urlsplit(address)
        if parts.scheme != "mqtt" or not parts.hostname:
            msg = (
                "--drop: expected a folder, mqtt://HOST:PORT/TOPIC or opc.tcp://HOST:PORT/; "
                f"got {address!r}"
            )
            raise InputError(msg)
        self._topic = parts.path.strip("/") or "raman"
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.connect(parts.hostname, parts.port or 1883)
        self._client.loop_start()

    def has(self, name: str) -> bool:
        """Return False: who publishes does not know what arrived."""
        del name
        return False

    def put(self, spectrum: Spectra, *, name: str, at: float) -> None:
        """Publish a spectrum, and wait until the broker has it."""
        del name
        told = told_of(spectrum, at=at)
        content = spectrum_json(
            told, spectrum.named_axis, spectrum.intensities[0], axis_kind=spectrum.axis_kind
        )
        vessel = quote(str(told.get("vessel", "-")), safe=" ")
        sent = self._client.publish(f"{self._topic}/{vessel}", content, qos=1)
        sent.wait_for_publish(_ANSWER_S)
        if not sent.is_published():
            msg = f"the broker did not take a spectrum within {_ANSWER_S:g} s"
            raise StoreError(msg)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


class OpcUaOutlet:
    """Serves the newest spectrum, and the history of all, once somebody has subscribed.

    Nodes are `ns=2;s=Intensity`, one named as its axis (`ns=2;s=raman_shift_cm1`), `Vessel`,
    `ScanNumber`, `Sample` and `Kind`; each value has the spectrum's time as source time.

    Parameters
    ----------
    address : str
        Such as `opc.tcp://127.0.0.1:4841/`.
    """

    def __init__(self, address: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._nodes: dict[str, Any] = {}
        self._n_put = 0
        self._server = self._do(self._start(address), within_s=6 * _ANSWER_S)

    def has(self, name: str) -> bool:
        """Return False: the server has forgotten what an earlier one served."""
        del name
        return False

    def put(self, spectrum: Spectra, *, name: str, at: float) -> None:
        """Show a spectrum; wait for a first subscriber before the first."""
        del name
        if self._n_put == 0:
            self._do(self._show(spectrum, at=at, only_beside=True))
            print("waiting for a subscriber", flush=True)
            own = self._n_subscriptions()  # the server keeps its history by one
            while self._n_subscriptions() <= own:
                time.sleep(0.1)
            time.sleep(1.0)
        self._n_put += 1
        self._do(self._show(spectrum, at=at, only_beside=False))

    def close(self) -> None:
        """Let subscribers fetch the last spectrum, and stop."""
        time.sleep(_LAST_WORDS_S)
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_ANSWER_S)
        self._loop.close()

    def _n_subscriptions(self) -> int:
        return len(self._server.iserver.subscription_service.subscriptions)

    async def _stop(self) -> None:
        """Stop the server, and what it leaves behind."""
        await self._server.stop()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _start(self, address: str) -> Any:
        from asyncua import Server

        server = Server()
        await server.init()
        server.set_endpoint(address)
        server.set_server_name("simulated spectrometer")
        self._namespace = await server.register_namespace(NAMESPACE)
        self._device = await server.nodes.objects.add_object(self._namespace, "Spectrometer")
        await server.start()
        return server

    async def _show(self, spectrum: Spectra, *, at: float, only_beside: bool) -> None:
        from asyncua import ua

        told = told_of(spectrum, at=at)
        moment = datetime.fromisoformat(str(told["time"])).astimezone(UTC)
        values: list[tuple[str, Any, Any]] = [
            ("Vessel", told.get("vessel", ""), ua.VariantType.String),
            ("ScanNumber", str(self._n_put), ua.VariantType.String),
            ("Sample", told.get("sample", ""), ua.VariantType.String),
            ("Kind", told.get("kind", "culture"), ua.VariantType.String),
            (spectrum.axis_kind.value, spectrum.named_axis.tolist(), ua.VariantType.Double),
            ("Intensity", spectrum.intensities[0].tolist(), ua.VariantType.Double),
        ]
        for name, value, kind in values:
            if name not in self._nodes:
                await self._add(name, [] if name == "Intensity" else value, kind)
            if name == "Intensity" and only_beside:
                continue
            stamped = ua.DataValue(ua.Variant(value, kind), SourceTimestamp=moment)
            await self._nodes[name].write_value(stamped)

    async def _add(self, name: str, value: Any, kind: Any) -> None:
        from asyncua import ua

        identifier = ua.NodeId(name, self._namespace)
        node = await self._device.add_variable(identifier, name, ua.Variant(value, kind))
        self._nodes[name] = node
        await self._server.historize_node_data_change(node, period=None, count=_KEPT)

    def _do(self, work: Coroutine[Any, Any, Answer], *, within_s: float = _ANSWER_S) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(within_s)


def told_of(spectrum: Spectra, *, at: float) -> dict[str, str | float]:
    """Return what is known of one spectrum, its time from `at` where it tells hours alone."""
    told: dict[str, str | float] = {}
    for name, value in spectrum.keys.iloc[0].items():
        if name in NOT_TOLD or pd.isna(value):
            continue
        plain = value.item() if hasattr(value, "item") else value
        told[str(name)] = plain if isinstance(plain, int | float) else str(plain)
    time_ = spectrum.keys["time"].iloc[0]
    moment = pd.Timestamp(at, unit="s", tz="UTC") if pd.isna(time_) else time_
    return told | {"time": iso(moment)}
