"""`pat stream`: score spectra as they are dropped; nothing is lost and nothing doubled."""

import logging
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from pat.errors import InputError
from pat.readers.naming import FILE_NAME, name_pattern
from pat.readers.spectrum_file import read_spectrum_file
from pat.soft_sensor import SoftSensor, save_sensor, verify_sensor
from pat.spectra import Spectra
from pat.stream import (
    Desk,
    DropNames,
    FolderSettings,
    Journal,
    KnownFiles,
    LateAssays,
    OnlineValues,
    Scorer,
    Station,
    WatchedFolder,
)
from pat.stream import run as run_stream
from pat.stream.database import shown, sqlite_files
from pipelines.sensors import open_sensor
from pipelines.stream_terminal import Terminal, comparison_lines, file_lines

#: How long a locked database is waited for: without end by a predictor that is to run for
#: weeks, a minute by one that is to end.
PATIENCE_S = {False: float("inf"), True: 60.0}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line asked for."""

    watch: Path
    results: str
    vessels: Path | None
    name: str | None
    settle: float
    once: bool


def run(
    watch: Path,
    *,
    sensors: Sequence[str],
    results: str | None = None,
    vessels: Path | None = None,
    name: str | None = None,
    settle: float = 5.0,
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
    folder = _checked_folder(watch)
    if settle < 0:
        msg = f"--settle: expected seconds, 0 or more; got {settle:g}"
        raise InputError(msg)
    settings = Settings(folder, results or default_results(folder), vessels, name, settle, once)
    stop = threading.Event()
    with _logging():
        loaded = load_sensors(sensors, tracking_uri=tracking_uri)
        station, source = _put_together(settings, loaded, stop=stop)
        terminal = Terminal()
        try:
            for line in _head(settings, station):
                terminal.say(line)
            if check:
                for line in _verified(loaded):
                    terminal.say(line)
                terminal.say("all of it answers; nothing was scored")
                return
            # Spectra come in small blocks: more threads only get in each other's way.
            with _stopping(stop, source), threadpool_limits(1):
                counts = run_stream(source, station, listener=terminal, stop=stop)
            for line in (*file_lines(counts), *comparison_lines(station.compared_so_far())):
                terminal.say(line)
        finally:
            station.journal.close()


def default_results(folder: Path) -> str:
    """Return the address of the results beside a drop folder, in which nothing may change."""
    return f"sqlite:///{folder.with_name(folder.name + '-results.db')}"


def load_sensors(references: Sequence[str], *, tracking_uri: str | None) -> list[SoftSensor]:
    """Return the sensors of `--sensor`, each once however it was named."""
    loaded: dict[str, SoftSensor] = {}
    for reference in references:
        sensor, _ = open_sensor(reference, tracking_uri=tracking_uri)
        loaded.setdefault(sensor.digest, sensor)
    if not loaded:
        msg = "--sensor: expected at least one"
        raise InputError(msg)
    return list(loaded.values())


def _verified(sensors: Sequence[SoftSensor]) -> Iterator[str]:
    """Yield, for each sensor, that it predicts its golden set as it did when it was made."""
    for sensor in sensors:
        with tempfile.TemporaryDirectory() as scratch:
            save_sensor(sensor, Path(scratch) / "sensor")
            found = verify_sensor(Path(scratch) / "sensor")
        yield f"{found.sensor}: {found.n_spectra} golden spectra predicted again, it agrees"


def _put_together(
    settings: Settings, sensors: Sequence[SoftSensor], *, stop: threading.Event
) -> tuple[Station, WatchedFolder]:
    folder = settings.watch
    settle_s = 0.0 if settings.once else settings.settle
    pattern = name_pattern(settings.name) if settings.name is not None else FILE_NAME
    names = DropNames(folder, pattern=pattern, vessels=settings.vessels, settle_s=settle_s)
    tags = dict.fromkeys(name for sensor in sensors for name in sensor.process_names)
    online = OnlineValues(folder / "online.csv", names=tuple(tags), settle_s=settle_s)
    assays = LateAssays(folder, analytes=[s.analyte for s in sensors], settle_s=settle_s)
    scorer = Scorer(sensors, online=online)
    journal = Journal(
        settings.results,
        desk=Desk(folder, scorer.digest),
        stop=stop,
        patience_s=PATIENCE_S[settings.once],
    )

    def read(path: Path) -> Spectra:
        return read_spectrum_file(path, timezone=names.info.timezone)

    ours = sqlite_files(settings.results)
    mapped = frozenset({settings.vessels.resolve()} if settings.vessels else ())
    source = WatchedFolder(
        folder,
        read=read,
        known=KnownFiles(journal.finished()),
        settings=FolderSettings(settings.settle, once=settings.once, skip=ours | mapped),
    )
    return Station(names, online, assays, scorer, journal), source


def _head(settings: Settings, station: Station) -> list[str]:
    lines = [
        f"watching {settings.watch} (campaign {station.names.info.id})",
        f"results {shown(station.journal.engine.url)}, table predictions",
    ]
    for sensor in station.scorer.sensors:
        tags = f", with {', '.join(sensor.process_names)}" if sensor.process_names else ""
        lines.append(f"sensor {sensor.title} {sensor.digest[:12]}{tags}")
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
def _logging() -> Iterator[None]:
    """Send what the stream logs to standard error, a plain line each."""
    logger = logging.getLogger("pat.stream")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


@contextmanager
def _stopping(stop: threading.Event, source: WatchedFolder) -> Iterator[None]:
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
