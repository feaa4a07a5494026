"""What a stream is to do: from the command line, or from one settings file beside it."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from pat.errors import CampaignError, InputError
from pat.readers.findings import Findings
from pat.readers.toml_section import Section
from pipelines.stream_feeds import SECTIONS as FEED_SECTIONS
from pipelines.stream_feeds import FeedSettings, feed_settings

LOGS = ("plain", "json")
SETTLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be asked of `pat stream`; None: not asked for."""

    watch: Path
    sensors: tuple[str, ...]
    feeds: FeedSettings = field(default_factory=FeedSettings)
    results: str | None = None
    vessels: Path | None = None
    name: str | None = None
    settle: float = SETTLE_S  # seconds
    expect_every: float | None = None  # minutes
    expect_every_of: Mapping[str, float] = field(default_factory=dict)  # minutes, by vessel
    follow: bool = False
    opcua: str | None = None
    opcua_certificate: Path | None = None
    opcua_key: Path | None = None
    mqtt: str | None = None
    mqtt_ca: Path | None = None
    jsonl: Path | None = None
    metrics: str | None = None
    web: str | None = None
    web_hosts: tuple[str, ...] = ()  # names that browsers use, where not loopback
    log: str = "plain"
    tracking_uri: str | None = None
    once: bool = False

    @property
    def expected(self) -> timedelta | None:
        """Longest time between two spectra of a vessel."""
        return None if self.expect_every is None else timedelta(minutes=self.expect_every)

    @property
    def expected_of(self) -> dict[str, timedelta]:
        """The same for vessels with a time of their own."""
        return {name: timedelta(minutes=each) for name, each in self.expect_every_of.items()}


def stream_settings(config: Path | None, given: Mapping[str, object]) -> Settings:
    """Return the settings of a file, and what was given beside it, which counts more.

    Parameters
    ----------
    config : Path or None
        A TOML file; paths in it are relative to its folder.
    given : mapping
        Settings by name; None, empty ones and False were not given.

    Raises
    ------
    InputError
        If the file is at fault, or folder or sensor is missing.
    """
    known = {} if config is None else _from_file(config)
    known |= {name: value for name, value in given.items() if _is_given(value)}
    if "watch" not in known:
        msg = "expected a folder to watch: --watch DIR, or watch in the settings file"
        raise InputError(msg)
    if not known.get("sensors"):
        msg = "--sensor: expected at least one, or sensors in the settings file"
        raise InputError(msg)
    settings = Settings(**known)  # type: ignore[arg-type]
    if settings.settle < 0:
        msg = f"--settle: expected seconds, 0 or more; got {settings.settle:g}"
        raise InputError(msg)
    if settings.expect_every is not None and not settings.expect_every > 0:
        msg = f"--expect-every: expected minutes, above 0; got {settings.expect_every:g}"
        raise InputError(msg)
    return settings


_SECTIONS = {
    "": ("watch", "sensors", "results", "vessels", "name", "settle", "expect_every", "follow",
         "log", "tracking_uri", "expect_every_of", "opcua", "mqtt", "jsonl", "metrics",
         "web", *FEED_SECTIONS),
    "opcua": ("url", "certificate", "key"),
    "mqtt": ("url", "ca"),
    "jsonl": ("file",),
    "metrics": ("listen",),
    "web": ("listen", "hosts"),
    **FEED_SECTIONS,
}  # fmt: skip


def _is_given(value: object) -> bool:
    return value is not None and value is not False and value != ()


def _from_file(path: Path) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"--config {path}: cannot be read: {error}"
        raise InputError(msg) from error
    findings = Findings()
    section = Section(values, text=text, findings=findings, file=path.name)
    known = _known(section, path.resolve().parent)
    if findings.faults:
        raise CampaignError(str(path.parent), findings.faults)
    return {name: value for name, value in known.items() if value is not None}


def _known(section: Section, folder: Path) -> dict[str, object]:
    for name, keys in _SECTIONS.items():
        _refuse_unknown(section.section(name) if name else section, keys)
    opcua, mqtt, web = (section.section(name) for name in ("opcua", "mqtt", "web"))
    every_of = section.section("expect_every_of")
    watch = section.read_text("watch")
    return {
        "watch": None if watch is None else folder / watch,
        "feeds": feed_settings(section, folder),
        "sensors": _sensors(section, folder),
        "results": section.read_text("results"),
        "vessels": _path(section, "vessels", folder),
        "name": section.read_text("name"),
        "settle": section.number("settle", at_least=0.0),
        "expect_every": section.number("expect_every", above=0.0),
        "expect_every_of": {
            vessel: minutes
            for vessel in every_of.values
            if (minutes := every_of.number(vessel, above=0.0)) is not None
        },
        "follow": _flag(section, "follow"),
        "opcua": opcua.read_text("url"),
        "opcua_certificate": _path(opcua, "certificate", folder),
        "opcua_key": _path(opcua, "key", folder),
        "mqtt": mqtt.read_text("url"),
        "mqtt_ca": _path(mqtt, "ca", folder),
        "jsonl": _path(section.section("jsonl"), "file", folder),
        "metrics": section.section("metrics").read_text("listen"),
        "web": web.read_text("listen"),
        "web_hosts": web.texts("hosts", example="pat.plant.local"),
        "log": _log(section),
        "tracking_uri": section.read_text("tracking_uri"),
    }


def _refuse_unknown(section: Section, known: tuple[str, ...]) -> None:
    """Fault every unknown key: a setting that is not heeded is worse than none."""
    for key in section.values:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            section.fault(key, f"unknown key; {hint}")


def _sensors(section: Section, folder: Path) -> tuple[str, ...] | None:
    names = section.texts("sensors", example="cho.glucose")
    if names is None:
        return None
    return tuple(str(folder / each) if (folder / each).is_dir() else each for each in names)


def _path(section: Section, key: str, folder: Path) -> Path | None:
    text = section.read_text(key)
    return None if text is None else folder / text


def _flag(section: Section, key: str) -> bool | None:
    value = section.values.get(key)
    if value is None or isinstance(value, bool):
        return value
    section.fault(key, f"expected true or false; got {value!r}")
    return None


def _log(section: Section) -> str | None:
    log = section.read_text("log")
    if log is not None and log not in LOGS:
        section.fault("log", f"expected one of {', '.join(LOGS)}; got {log!r}")
    return log
