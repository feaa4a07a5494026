"""A small world for the stream: spectra to drop, a sensor simple enough to check by hand."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Select, select

from pat.campaign import Analyte
from pat.readers import read_spectrum_file, write_spectrum_file
from pat.readers.naming import Label, dropped_name
from pat.soft_sensor import PREDICTION_COLUMNS
from pat.soft_sensor.gates import missing_process
from pat.spectra import Spectra
from pat.stream import (
    Comparison,
    Desk,
    DropNames,
    FileOutcome,
    FolderSettings,
    Journal,
    KnownFiles,
    LateAssays,
    OnlineValues,
    Row,
    Scorer,
    State,
    Station,
    Vitals,
    WatchedFolder,
)
from pat.stream import run as run_stream
from pat.stream.feeds import FedFolder, Feed
from pat.stream.promotions import Promotions
from pat.stream.sinks import Follower, Freshness, Sink
from pat.stream.tables import ASSAYS, FILES, PREDICTIONS

AXIS = np.linspace(400.0, 500.0, 11)
TEN = datetime(2024, 5, 1, 10, tzinfo=UTC)


@dataclass(frozen=True)
class MeanSensor:
    """Predicts the mean intensity, plus the sum of the process values; bad where not finite."""

    name: str = "glucose"
    process_names: tuple[str, ...] = ()
    delay_s: float = 0.0
    digest: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", self.digest or f"digest of {self.title}")

    @property
    def title(self) -> str:
        return f"mean.{self.name}"

    @property
    def analyte(self) -> Analyte:
        return Analyte(self.name, "g/L")

    def predict(self, spectra: Spectra, process: pd.DataFrame | None = None) -> pd.DataFrame:
        time.sleep(self.delay_s)
        given = pd.DataFrame(index=range(len(spectra))) if process is None else process
        tags = given.reindex(columns=list(self.process_names)).to_numpy(dtype=np.float64)
        value = spectra.intensities.mean(axis=1) + tags.sum(axis=1)
        refusals = [missing_process(row, self.process_names) for row in tags]
        table = spectra.keys.assign(
            analyte=self.name,
            unit="g/L",
            value=np.where(np.isfinite(value), value, np.nan),
            lower=value - 1,
            upper=value + 1,
            quality=np.where(np.isfinite(value), "good", "bad"),
            reasons=pd.Series([each.reason if each else "" for each in refusals], dtype="str"),
            sensor=self.title,
            sensor_digest=self.digest,
            spectrum_sha256=[spectra.sha256(row) for row in range(len(spectra))],
            scored_at=datetime.now(UTC),
        )
        return table.reindex(columns=list(PREDICTION_COLUMNS))


@dataclass
class Heard:
    """Keeps what a listener was told."""

    predictions: list[Row] = field(default_factory=list)
    refusals: list[FileOutcome] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)

    def predicted(self, prediction: Row, comparison: Comparison | None) -> None:
        self.predictions.append(prediction)
        self.comparisons += [comparison] if comparison else []

    def refused(self, outcome: FileOutcome) -> None:
        self.refusals.append(outcome)

    def compared(self, comparison: Comparison) -> None:
        self.comparisons.append(comparison)


@dataclass
class Stream:
    """One predictor on one folder, as the command puts it together."""

    folder: Path
    sensors: Sequence[MeanSensor] = (MeanSensor(),)
    url: str = ""
    once: bool = True
    settle_s: float = 0.0
    vessels: Path | None = None
    patience_s: float = 5.0
    read: Callable[[Path], Spectra] = read_spectrum_file
    heard: Heard = field(default_factory=Heard)
    sinks: Sequence[Sink] = ()
    last_words_s: float = 20.0
    promotions: Promotions | None = None
    feeds: Sequence[Feed] = ()
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.url = self.url or f"sqlite:///{self.folder.parent / 'results.db'}"

    def run(self) -> "Stream":
        """Run until it ends."""
        tags = {name: None for sensor in self.sensors for name in sensor.process_names}
        online = OnlineValues(self.folder / "online.csv", names=list(tags), settle_s=0.0)
        scorer = Scorer(self.sensors, online=online)
        journal = Journal(
            self.url,
            desk=Desk(self.folder, scorer.digest),
            stop=self.stop,
            patience_s=self.patience_s,
        )
        folder = WatchedFolder(
            self.folder,
            read=self.read,
            known=KnownFiles(journal.finished()),
            settings=FolderSettings(settle_s=self.settle_s, once=self.once, poll_s=0.2),
        )
        self.source = FedFolder(folder, self.feeds, once=self.once) if self.feeds else folder
        station = Station(
            names=DropNames(self.folder, vessels=self.vessels),
            online=online,
            assays=LateAssays(
                self.folder, analytes=[s.analyte for s in self.sensors], settle_s=0.0
            ),
            scorer=scorer,
            journal=journal,
            vitals=Vitals(self.source.backlog),
            promotions=self.promotions,
        )
        followers = [
            Follower(sink, journal=journal, freshness=Freshness(None), pulse=station.vitals.pulse)
            for sink in self.sinks
        ]
        try:
            for follower in followers:
                follower.start()
            run_stream(self.source, station, listener=self.heard, stop=self.stop)
            for follower in followers:
                follower.end(patience_s=self.last_words_s)
            for follower in followers:
                follower.join()
        finally:
            journal.close()
        return self

    def start(self) -> threading.Thread:
        """Run in a thread until `stop` is set."""
        thread = threading.Thread(target=self.run, daemon=True)
        thread.start()
        return thread

    def table(self, name: str = "predictions") -> pd.DataFrame:
        """Return a table of the results."""
        table = {"predictions": PREDICTIONS, "files": FILES, "assays": ASSAYS}[name]
        return self.rows(select(table).order_by(table.c.id))

    def rows(self, query: Select[Any]) -> pd.DataFrame:
        """Return what a query finds in the results."""
        journal = Journal(self.url, desk=Desk(self.folder, ""), stop=self.stop, patience_s=5)
        try:
            return journal.frame(query)
        finally:
            journal.close()


def make_spectrum(level: float, axis: np.ndarray = AXIS, **keys: object) -> Spectra:
    """Return one spectrum of mean intensity `level`."""
    intensity = level + np.sin(np.arange(axis.size) * 2 * np.pi / axis.size)
    return Spectra(
        axis, intensity[np.newaxis], pd.DataFrame({k: [v] for k, v in keys.items()}, index=[0])
    )


def drop(folder: Path, level: float, name: str, **keys: object) -> Path:
    """Rename one spectrum into a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_spectrum_file(make_spectrum(level, **keys), path)
    return path


def drop_hourly(folder: Path, n: int, *, vessel: str = "V01", start: int = 0) -> None:
    """Drop spectra of 1, 2, 3 ... an hour apart, named by their file alone."""
    for hour in range(start, start + n):
        label = Label(vessel=vessel, time=TEN + timedelta(hours=hour))
        drop(folder, hour + 1.0, dropped_name(label, suffix=".csv"))


def wait_for(condition: Callable[[], bool], *, timeout_s: float = 20.0) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen in time")
        time.sleep(0.02)


__all__ = [
    "AXIS", "TEN", "Heard", "MeanSensor", "State", "Stream", "drop", "drop_hourly",
    "make_spectrum", "wait_for",
]  # fmt: skip
