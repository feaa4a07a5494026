"""`pat stream`: score spectra as they are dropped; nothing is lost and nothing doubled."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from pat.errors import InputError, PatError, StoreError
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
from pat.stream import run as run_stream
from pat.stream.database import shown, sqlite_files
from pat.stream.health import Reference
from pat.stream.promotions import Promotions
from pat.stream.reading import ReadSpectra
from pat.stream.scored_spectra import SpectrumFiles
from pipelines.sensors import open_sensor
from pipelines.stream_follow import (
    FOLLOW_EVERY_S,
    LastGood,
    followed_desk,
    load_followed,
    promotions,
    proved,
)
from pipelines.stream_log import stream_logging
from pipelines.stream_settings import Settings, stream_settings
from pipelines.stream_sinks import (
    SensorCards,
    SinkPlan,
    following,
    planned_sinks,
    tried_sinks,
)
from pipelines.stream_terminal import JsonTerminal, Terminal, comparison_lines, file_lines

#: How long a database in trouble is waited for: without end by a predictor that is to run for
#: weeks, a minute by one that is to end.
PATIENCE_S = {False: float("inf"), True: 60.0}


def run(
    watch: Path | None = None,
    *,
    sensors: Sequence[str] = (),
    config: Path | None = None,
    results: str | None = None,
    vessels: Path | None = None,
    name: str | None = None,
    settle: float | None = None,
    expect_every: float | None = None,
    opcua: str | None = None,
    mqtt: str | None = None,
    web: str | None = None,
    follow: bool = False,
    once: bool = False,
    check: bool = False,
    tracking_uri: str | None = None,
) -> None:
    """Score what lies in a drop folder and what comes, until told to stop.

    Raises
    ------
    InputError
        If folder, map, pattern, sensor or address is at fault.
    StoreError
        If the database cannot be written.
    """
    given = {
        "watch": watch, "sensors": tuple(sensors), "results": results, "vessels": vessels,
        "name": name, "settle": settle, "expect_every": expect_every, "opcua": opcua,
        "mqtt": mqtt, "web": web, "follow": follow, "tracking_uri": tracking_uri, "once": once,
    }  # fmt: skip
    settings = stream_settings(config, given)
    settings = replace(settings, watch=_checked_folder(settings.watch))
    with stream_logging(settings.log):
        (_check if check else _stream)(settings)


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


def _stream(settings: Settings) -> None:
    stop = threading.Event()
    with _put_together(settings, stop=stop) as (station, source, plans):
        terminal = JsonTerminal() if settings.log == "json" else Terminal()
        for line in _head(settings, station, plans):
            terminal.say(line)
        sinks = following(plans, settings=settings, journal=station.journal, vitals=station.vitals)
        if station.promotions is not None:
            station.promotions.start()
        # Spectra come in small blocks: more threads only get in each other's way.
        with sinks, _stopping(stop, source), threadpool_limits(1):
            counts = run_stream(source, station, listener=terminal, stop=stop)
        if station.promotions is not None:
            station.promotions.end()
        for line in (*file_lines(counts), *comparison_lines(station.compared_so_far())):
            terminal.say(line)


def _check(settings: Settings) -> None:
    """Say of each part whether it answers, all of them before any fault ends it."""
    terminal = Terminal()
    with _put_together(settings, stop=threading.Event()) as (station, _, plans):
        for line in _head(settings, station, plans):
            terminal.say(line)
        found = [*_verified(station.scorer.sensors), *tried_sinks(plans)]
    for place, trouble in found:
        terminal.say(f"{place}: {trouble or 'answers'}")
    faults = [place for place, trouble in found if trouble]
    if faults:
        msg = f"--check: {len(faults)} of {len(found)} parts do not answer: {'; '.join(faults)}"
        raise StoreError(msg)
    terminal.say("all of it answers; nothing was scored")


def _verified(sensors: Sequence[SoftSensor]) -> Iterator[tuple[str, str]]:
    """Yield each sensor, and why it does not predict its golden set as when it was made."""
    for sensor in sensors:
        place = f"sensor {sensor.title}"
        try:
            found = proved(sensor)
            yield f"{place}, {found.n_spectra} golden spectra predicted again", ""
        except PatError as error:
            yield place, str(error)


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


@contextmanager
def _put_together(
    settings: Settings, *, stop: threading.Event
) -> Iterator[tuple[Station, WatchedFolder, list[SinkPlan]]]:
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
        source = _source(settings, names, journal)
        vitals = Vitals(source.backlog)
        first = sensors[0]
        reference = Reference(first.axis, first.mean_spectrum, first.axis_kind)
        station = Station(names, online, assays, scorer, journal, vitals, promoted, reference)
        cards = SensorCards(lambda: station.scorer.sensors)
        spectra = SpectrumFiles(folder, read=_reader(names))
        yield station, source, planned_sinks(settings, cards, journal, spectra=spectra)
    finally:
        journal.close()


def _reader(names: DropNames) -> ReadSpectra:
    """Return what reads a file of the folder, whose campaign.toml may change."""
    return lambda path: read_spectrum_file(path, timezone=names.info.timezone)


def _source(settings: Settings, names: DropNames, journal: Journal) -> WatchedFolder:
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


def _head(settings: Settings, station: Station, plans: Sequence[SinkPlan]) -> list[str]:
    lines = [
        f"watching {settings.watch} (campaign {station.names.info.id})",
        f"results {shown(station.journal.engine.url)}, table predictions",
    ]
    for sensor in station.scorer.sensors:
        tags = f", with {', '.join(sensor.process_names)}" if sensor.process_names else ""
        lines.append(f"sensor {sensor.title} {sensor.digest[:12]}{tags}")
    if station.promotions is not None:
        lines.append(f"following promotions, looked for every {FOLLOW_EVERY_S:g} s")
    lines += [f"{plan.sink.name} {plan.address}" for plan in plans]
    if station.online.names and not (settings.watch / "online.csv").is_file():
        lines.append(f"no online.csv in {settings.watch} yet: without it these rows are bad")
    return lines


def _checked_folder(watch: Path) -> Path:
    if not watch.is_dir():
        got = "a file" if watch.exists() else "nothing"
        msg = f"--watch {watch}: expected a folder; got {got}"
        raise InputError(msg)
    try:
        with os.scandir(watch):
            return watch.resolve()
    except OSError as error:
        msg = f"--watch {watch}: cannot be listed ({error.strerror})"
        raise InputError(msg) from error


@contextmanager
def _stopping(stop: threading.Event, source: Source) -> Iterator[None]:
    """Let SIGTERM and the first SIGINT end the stream between two blocks."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: object) -> None:
        del frame
        stop.set()
        source.wake()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
