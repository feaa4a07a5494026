"""The sinks of one stream: what the settings ask for, each behind its own follower."""

import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pat.errors import InputError
from pat.report.counted import counted
from pat.soft_sensor import SoftSensor
from pat.stream import Journal, Sensor, Vitals
from pat.stream.scored_spectra import ScoredSpectra
from pat.stream.sinks import (
    Alarms,
    Follower,
    Freshness,
    JsonLines,
    ModelCard,
    Mqtt,
    Sink,
    mqtt_address,
)
from pipelines.stream_settings import Settings

#: Seconds that sinks have at the end to publish what is stored.
LAST_WORDS_S = 10.0

_EXTRAS = {"opcua": "asyncua", "mqtt": "paho.mqtt.client", "metrics": "prometheus_client"}


@dataclass(frozen=True, slots=True)
class SinkPlan:
    """A sink and where it is read."""

    sink: Sink
    address: str


class SensorCards:
    """What OPC UA clients may know of the sensors in use, and of those that were.

    Parameters
    ----------
    sensors : callable
        Returns the sensors in use now.
    """

    def __init__(self, sensors: Callable[[], Sequence[Sensor]]) -> None:
        self.sensors = sensors
        self._cards: dict[str, ModelCard] = {}

    def get(self, digest: str) -> ModelCard | None:
        """Return a sensor's card; None where it was not in use since the start."""
        if digest not in self._cards:
            self._cards |= {
                sensor.digest: _card(sensor)
                for sensor in self.sensors()
                if isinstance(sensor, SoftSensor)
            }
        return self._cards.get(digest)


def planned_sinks(
    settings: Settings, cards: SensorCards, journal: Journal, *, spectra: ScoredSpectra
) -> list[SinkPlan]:
    """Return the sinks that are asked for, none of them opened; `spectra` can be looked at again.

    Raises
    ------
    InputError
        If an address is at fault, an extra is missing, or two sensors predict one analyte.
    """
    plans: list[SinkPlan] = []
    if settings.opcua is not None:
        plans.append(_opcua(settings, cards))
    if settings.mqtt is not None:
        address = mqtt_address(settings.mqtt)
        _require("mqtt")
        ca = None if settings.mqtt_ca is None else str(settings.mqtt_ca)
        plans.append(SinkPlan(Mqtt(address, ca=ca), str(address)))
    if settings.jsonl is not None:
        plans.append(SinkPlan(JsonLines(settings.jsonl), str(settings.jsonl)))
    if settings.metrics is not None:
        plans.append(_metrics(settings.metrics))
    if settings.web is not None:
        plans.append(_web(settings, settings.web, cards, journal, spectra=spectra))
    if plans:
        _check_tags(cards.sensors())
    if settings.expect_every is not None or settings.expect_every_of:
        plans.append(SinkPlan(Alarms(journal), "table events"))
    return plans


@contextmanager
def following(
    plans: Sequence[SinkPlan], *, settings: Settings, journal: Journal, vitals: Vitals
) -> Iterator[list[Follower]]:
    """Let each sink follow the results, and publish at the end what is stored."""
    followers = [
        Follower(
            plan.sink,
            journal=journal,
            freshness=Freshness(settings.expected, settings.expected_of),
            pulse=vitals.pulse,
        )
        for plan in plans
    ]
    vitals.watch(follower.status for follower in followers)
    for follower in followers:
        follower.start()
    try:
        yield followers
    finally:
        for follower in followers:
            follower.end(patience_s=LAST_WORDS_S)
        for follower in followers:
            follower.join()


def tried_sinks(plans: Sequence[SinkPlan]) -> Iterator[tuple[str, str]]:
    """Yield, for each sink, where it is read and what is wrong with it; empty where nothing is."""
    for plan in plans:
        place = f"{plan.sink.name} {plan.address}"
        try:
            plan.sink.open([])
        except Exception as error:  # noqa: BLE001 - whatever a peer does is what was asked for
            yield place, f"{type(error).__name__}: {error}"
        else:
            yield place, ""
        finally:
            plan.sink.close()


def _opcua(settings: Settings, cards: SensorCards) -> SinkPlan:
    assert settings.opcua is not None
    _require("opcua")
    from pat.stream.sinks.opcua import OpcUa, opcua_settings

    how = opcua_settings(
        settings.opcua, certificate=settings.opcua_certificate, key=settings.opcua_key
    )
    return SinkPlan(OpcUa(how, cards=cards), settings.opcua)


def _card(sensor: SoftSensor) -> ModelCard:
    made = sensor.provenance
    models = ", ".join(dict.fromkeys(made.model))
    return ModelCard(
        name=sensor.title,
        description=f"{models}; {counted(made.n_samples, 'assay')} of "
        f"{counted(made.n_cultures, 'culture')}",
        created=made.made_at,
        calibrated_range=sensor.calibrated_range,
    )


def _metrics(listen: str) -> SinkPlan:
    _require("metrics")
    from pat.stream.sinks.metrics import Metrics, metrics_address

    host, port = metrics_address(listen)
    return SinkPlan(Metrics((host, port)), f"http://{host}:{port}/metrics")


def _web(
    settings: Settings, listen: str, cards: SensorCards, journal: Journal, *, spectra: ScoredSpectra
) -> SinkPlan:
    from pat.stream.web import KnownSensors, LivePage, web_access

    token = os.environ.get("PAT_WEB_TOKEN")
    access = web_access(listen, token=token, names=settings.web_hosts)
    page = LivePage(
        access,
        results=journal.engine.url.render_as_string(hide_password=False),
        station=journal.station,
        sensors=KnownSensors(cards.sensors),
        spectra=spectra,
    )
    return SinkPlan(page, access.url)


def _require(extra: str) -> None:
    try:
        importlib.import_module(_EXTRAS[extra])
    except ImportError as error:
        msg = f"{extra}: the extra `{extra}` is not installed; pip install 'raman-pat[{extra}]'"
        raise InputError(msg) from error


def _check_tags(sensors: Sequence[Sensor]) -> None:
    """Refuse two values for one tag: a control system must know which to act on."""
    first: dict[str, str] = {}
    for sensor in sensors:
        analyte = sensor.analyte.name
        if analyte in first:
            msg = (
                f"expected one sensor an analyte where values are published; got "
                f"{first[analyte]} and {sensor.title} for {analyte}; run the challenger in a "
                "stream of its own, with other --results"
            )
            raise InputError(msg)
        first[analyte] = sensor.title
