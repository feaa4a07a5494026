"""What fills the drop folder of a stream, as the settings file tells: replay, OPC UA, MQTT."""

import hashlib
import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pat.errors import InputError
from pat.readers import read_campaign
from pat.readers.toml_section import Section
from pat.stream import Journal
from pat.stream.feeds import Feed, MqttFeed, ReplayFeed, Spool, mqtt_topic
from pat.stream.feeds.lifeline import Note
from pat.stream.feeds.replay import check_folder, replay_of
from pat.stream.feeds.replayed_folder import ReplayedFolder
from pat.stream.journal import Happening

#: Sections of the settings file, and what may stand in each.
SECTIONS = {
    "replay": ("campaign", "vessels", "speed"),
    "mqtt_source": ("url", "client", "ca"),
    "opcua_source": (
        "url", "intensity", "raman_shift_cm1", "wavenumber_cm1", "wavelength_nm", "vessel",
        "channel", "sample", "scan", "kind", "elapsed_h", "acquisition_s", "laser_mw", "queue",
        "certificate", "key",
    ),
}  # fmt: skip

REPLAY_SPEED = 1.0
_EXTRAS = {"opcua_source": ("opcua", "asyncua"), "mqtt_source": ("mqtt", "paho.mqtt.client")}


@dataclass(frozen=True, slots=True)
class ReplaySettings:
    """A campaign folder, and how fast it goes by."""

    campaign: Path
    vessels: tuple[str, ...] = ()
    speed: float = REPLAY_SPEED


@dataclass(frozen=True, slots=True)
class MqttSourceSettings:
    """A broker and topic; None: a client name made from the folder, the system's authorities."""

    url: str
    client: str | None = None
    ca: Path | None = None


@dataclass(frozen=True, slots=True)
class OpcUaSourceSettings:
    """A server, the identifiers of its nodes by name, and how it is reached."""

    url: str
    nodes: dict[str, str] = field(default_factory=dict)
    queue: int | None = None
    certificate: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """What fills the folder; None: not asked for."""

    replay: ReplaySettings | None = None
    mqtt: MqttSourceSettings | None = None
    opcua: OpcUaSourceSettings | None = None


def feed_settings(section: Section, folder: Path) -> FeedSettings:
    """Return what a settings file tells of feeds; paths are relative to its folder."""
    replay, mqtt, opcua = (section.section(name) for name in SECTIONS)
    return FeedSettings(
        _replay_settings(replay, folder) if replay.values else None,
        _mqtt_settings(mqtt, folder) if mqtt.values else None,
        _opcua_settings(opcua, folder) if opcua.values else None,
    )


def feeds_of(settings: FeedSettings, *, watch: Path, journal: Journal, once: bool) -> list[Feed]:
    """Return the feeds, none of them started.

    Raises
    ------
    InputError
        If an address, a node or the campaign is at fault, or an extra is missing.
    """

    def note(words: str) -> None:
        journal.note(Happening("source", words))

    feeds: list[Feed] = []
    if settings.replay is not None:
        feeds.append(_replay(settings.replay, watch, note))
    if settings.mqtt is not None:
        feeds.append(_mqtt(settings.mqtt, watch, note))
    if settings.opcua is not None:
        feeds.append(_opcua(settings.opcua, watch, note))
    endless = [feed.name for feed in feeds if not feed.ends]
    if once and endless:
        msg = f"--once: expected a folder or a replay, which end; got {', '.join(endless)}"
        raise InputError(msg)
    return feeds


def tried_feeds(feeds: Sequence[Feed]) -> Iterator[tuple[str, str]]:
    """Yield each feed and what is wrong with it; empty where nothing is."""
    for feed in feeds:
        try:
            feed.try_out()
        except Exception as error:  # noqa: BLE001 - whatever a peer does is what was asked for
            yield feed.name, " ".join(f"{type(error).__name__}: {error}".split())
        else:
            yield feed.name, ""


def _replay(settings: ReplaySettings, watch: Path, note: Note) -> Feed:
    check_folder(watch, settings.campaign)
    replay = replay_of(read_campaign(settings.campaign), settings.vessels)
    return ReplayFeed(replay, ReplayedFolder(watch, replay), speed=settings.speed, note=note)


def _mqtt(settings: MqttSourceSettings, watch: Path, note: Note) -> Feed:
    _require("mqtt_source")
    topic = mqtt_topic(settings.url)
    mark = hashlib.sha256(f"{watch} {topic}".encode()).hexdigest()[:16]
    return MqttFeed(
        topic,
        client=settings.client or f"raman-pat-{mark}",
        spool=Spool(watch / "mqtt"),
        note=note,
        ca=None if settings.ca is None else str(settings.ca),
    )


def _opcua(settings: OpcUaSourceSettings, watch: Path, note: Note) -> Feed:
    _require("opcua_source")
    from pat.stream.feeds.opcua import OpcUaFeed
    from pat.stream.feeds.opcua_nodes import INTENSITY, OpcUaNodes

    beside = dict(settings.nodes)
    intensity = beside.pop(INTENSITY)
    nodes = OpcUaNodes(settings.url, intensity, beside, certificate=settings.certificate,
                       key=settings.key, **_queue(settings))  # fmt: skip
    return OpcUaFeed(nodes, spool=Spool(watch / "opcua"), note=note)


def _queue(settings: OpcUaSourceSettings) -> dict[str, int]:
    return {} if settings.queue is None else {"queue": settings.queue}


def _replay_settings(section: Section, folder: Path) -> ReplaySettings | None:
    campaign = section.read_text("campaign", required="a campaign folder")
    vessels = section.texts("vessels", example="V01")
    speed = section.number("speed", above=0.0)
    if campaign is None:
        return None
    return ReplaySettings(folder / campaign, vessels or (), speed or REPLAY_SPEED)


def _mqtt_settings(section: Section, folder: Path) -> MqttSourceSettings | None:
    url = section.read_text("url", required="mqtt://broker:1883/site/raman/#")
    ca = section.read_text("ca")
    if url is None:
        return None
    return MqttSourceSettings(url, section.read_text("client"), None if ca is None else folder / ca)


def _opcua_settings(section: Section, folder: Path) -> OpcUaSourceSettings | None:
    url = section.read_text("url", required="opc.tcp://spectrometer:4840/")
    intensity = section.read_text("intensity", required="a node such as ns=2;s=Probe/Intensity")
    queue = section.number("queue", at_least=1)
    rest = ("url", "queue", "certificate", "key")
    names = [name for name in SECTIONS["opcua_source"] if name not in rest]
    nodes = {name: text for name in names if (text := section.read_text(name)) is not None}
    paths = [section.read_text(name) for name in ("certificate", "key")]
    if url is None or intensity is None:
        return None
    certificate, key = (None if path is None else folder / path for path in paths)
    return OpcUaSourceSettings(url, nodes, None if queue is None else int(queue), certificate, key)


def _require(section: str) -> None:
    extra, module = _EXTRAS[section]
    try:
        importlib.import_module(module)
    except ImportError as error:
        msg = f"{section}: the extra `{extra}` is not installed; pip install 'raman-pat[{extra}]'"
        raise InputError(msg) from error
