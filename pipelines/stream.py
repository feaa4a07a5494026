"""`pat stream`: score spectra as they are dropped; nothing is lost and nothing doubled."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from threadpoolctl import threadpool_limits

from pat.errors import InputError, PatError, StoreError
from pat.soft_sensor import SoftSensor
from pat.stream import Source
from pat.stream import run as run_stream
from pat.stream.database import shown
from pipelines.stream_feeds import tried_feeds
from pipelines.stream_follow import FOLLOW_EVERY_S, proved
from pipelines.stream_log import stream_logging
from pipelines.stream_parts import Parts, put_together
from pipelines.stream_settings import Settings, stream_settings
from pipelines.stream_sinks import following, tried_sinks
from pipelines.stream_terminal import JsonTerminal, Terminal, comparison_lines, file_lines


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


def _stream(settings: Settings) -> None:
    stop = threading.Event()
    with put_together(settings, stop=stop) as parts:
        station = parts.station
        terminal = JsonTerminal() if settings.log == "json" else Terminal()
        for line in _head(settings, parts):
            terminal.say(line)
        sinks = following(
            parts.sinks, settings=settings, journal=station.journal, vitals=station.vitals
        )
        if station.promotions is not None:
            station.promotions.start()
        # Spectra come in small blocks: more threads only get in each other's way.
        with sinks, _stopping(stop, parts.source), threadpool_limits(1):
            counts = run_stream(parts.source, station, listener=terminal, stop=stop)
        if station.promotions is not None:
            station.promotions.end()
        for line in (*file_lines(counts), *comparison_lines(station.compared_so_far())):
            terminal.say(line)


def _check(settings: Settings) -> None:
    """Say of each part whether it answers, all of them before any fault ends it."""
    terminal = Terminal()
    with put_together(settings, stop=threading.Event()) as parts:
        for line in _head(settings, parts):
            terminal.say(line)
        sensors = parts.station.scorer.sensors
        found = [*_verified(sensors), *tried_feeds(parts.feeds), *tried_sinks(parts.sinks)]
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


def _head(settings: Settings, parts: Parts) -> list[str]:
    station = parts.station
    lines = [
        f"watching {settings.watch} (campaign {station.names.info.id})",
        f"results {shown(station.journal.engine.url)}, table predictions",
    ]
    for sensor in station.scorer.sensors:
        tags = f", with {', '.join(sensor.process_names)}" if sensor.process_names else ""
        lines.append(f"sensor {sensor.title} {sensor.digest[:12]}{tags}")
    if station.promotions is not None:
        lines.append(f"following promotions, looked for every {FOLLOW_EVERY_S:g} s")
    lines += [f"fed by {feed.name}" for feed in parts.feeds]
    lines += [f"{plan.sink.name} {plan.address}" for plan in parts.sinks]
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

    # Arrow would end a read that a signal finds under way.
    pa.enable_signal_handlers(False)
    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        pa.enable_signal_handlers(True)
