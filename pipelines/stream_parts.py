"""The parts of a stream, put together as the settings tell."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pat.readers.naming import FILE_NAME, name_pattern
from pat.readers.spectrum_file import read_spectrum_file
from pat.soft_sensor import SoftSensor
from pat.stream import (
    Desk,
    DropNames,
    FolderSettings,
    Journal,
    KnownFiles,
    LateAssays,
    OnlineValues,
    Scorer,
    Source,
    Station,
    Vitals,
    WatchedFolder,
)
from pat.stream.database import sqlite_files
from pat.stream.feeds import FedFolder, Feed
from pat.stream.health import Reference
from pat.stream.promotions import Promotions
from pat.stream.reading import ReadSpectra
from pat.stream.scored_spectra import SpectrumFiles
from pipelines.sensors import open_sensor
from pipelines.stream_feeds import feeds_of
from pipelines.stream_follow import LastGood, followed_desk, load_followed, promotions
from pipelines.stream_settings import Settings
from pipelines.stream_sinks import SensorCards, SinkPlan, planned_sinks

#: How long a database in trouble is waited for: without end by a predictor that is to run for
#: weeks, a minute by one that is to end.
PATIENCE_S = {False: float("inf"), True: 60.0}


@dataclass(frozen=True, slots=True)
class Parts:
    """What a stream consists of, none of it started."""

    station: Station
    source: Source
    feeds: tuple[Feed, ...]
    sinks: tuple[SinkPlan, ...]


def default_results(folder: Path) -> str:
    """Return the address of the results beside a drop folder, in which nothing may change."""
    return f"sqlite:///{folder.with_name(folder.name + '-results.db')}"


def load_sensors(references: Sequence[str], *, tracking_uri: str | None) -> list[SoftSensor]:
    """Return the sensors of `--sensor`, each once however it was named."""
    loaded: dict[str, SoftSensor] = {}
    for reference in references:
        sensor, _ = open_sensor(reference, tracking_uri=tracking_uri)
        loaded.setdefault(sensor.digest, sensor)
    return list(loaded.values())


@contextmanager
def put_together(settings: Settings, *, stop: threading.Event) -> Iterator[Parts]:
    """Yield the parts of a stream; the database is let go of at the end."""
    sensors, promoted = _sensors(settings)
    folder = settings.watch
    settle_s = 0.0 if settings.once else settings.settle
    pattern = name_pattern(settings.name) if settings.name is not None else FILE_NAME
    names = DropNames(folder, pattern=pattern, vessels=settings.vessels, settle_s=settle_s)
    tags = dict.fromkeys(name for sensor in sensors for name in sensor.process_names)
    online = OnlineValues(folder / "online.csv", names=tuple(tags), settle_s=settle_s)
    assays = LateAssays(folder, analytes=[s.analyte for s in sensors], settle_s=settle_s)
    scorer = Scorer(sensors, online=online)
    journal = Journal(
        settings.results or default_results(folder),
        desk=Desk(folder, followed_desk(settings.sensors) if promoted else scorer.digest),
        stop=stop,
        patience_s=PATIENCE_S[settings.once],
    )
    try:
        feeds = feeds_of(settings.feeds, watch=folder, journal=journal, once=settings.once)
        source = FedFolder(_folder(settings, names, journal), feeds, once=settings.once)
        vitals = Vitals(source.backlog)
        first = sensors[0]
        reference = Reference(first.axis, first.mean_spectrum, first.axis_kind)
        station = Station(names, online, assays, scorer, journal, vitals, promoted, reference)
        cards = SensorCards(lambda: station.scorer.sensors)
        spectra = SpectrumFiles(folder, read=_reader(names))
        sinks = planned_sinks(settings, cards, journal, spectra=spectra)
        yield Parts(station, source, tuple(feeds), tuple(sinks))
    finally:
        journal.close()


def _sensors(settings: Settings) -> tuple[list[SoftSensor], Promotions | None]:
    """Return the sensors, each once, and what looks for those that take over, if asked to."""
    uri = settings.tracking_uri
    if not settings.follow:
        return load_sensors(settings.sensors, tracking_uri=uri), None
    folder = settings.watch
    last_good = LastGood(folder.with_name(folder.name + "-sensors"))
    loaded = load_followed(settings.sensors, tracking_uri=uri, last_good=last_good)
    once_each = list({each.sensor.digest: each for each in loaded}.values())
    looking = promotions(once_each, tracking_uri=uri, last_good=last_good)
    return [each.sensor for each in once_each], looking


def _reader(names: DropNames) -> ReadSpectra:
    """Return what reads a file of the folder, whose campaign.toml may change."""
    return lambda path: read_spectrum_file(path, timezone=names.info.timezone)


def _folder(settings: Settings, names: DropNames, journal: Journal) -> WatchedFolder:
    folder = settings.watch
    ours = sqlite_files(settings.results or default_results(folder))
    named = (settings.vessels, settings.jsonl)
    skip = ours | {path.resolve() for path in named if path is not None}
    return WatchedFolder(
        folder,
        read=_reader(names),
        known=KnownFiles(journal.finished()),
        settings=FolderSettings(settings.settle, once=settings.once, skip=skip),
    )
