"""Predictions to publish, and a sink that does as it is told."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd

from pat.stream.journal import Desk, Journal
from pat.stream.predictions import Prediction
from pat.stream.sinks import Follower, Freshness, Publication, Sink
from pat.stream.vitals import Pulse

TEN = datetime(2024, 5, 1, 10, tzinfo=UTC)


def make_prediction(number: int = 1, **cells: object) -> Prediction:
    """Return a good prediction of 1, 2, 3 ... at 10:00, 11:00, 12:00 ..."""
    told: dict[str, object] = {
        "id": number, "campaign": "cho", "vessel": "V01",
        "time": TEN + timedelta(hours=number - 1), "elapsed_h": None, "sample": None,
        "kind": "culture", "analyte": "glucose", "value": float(number),
        "lower": number - 0.5, "upper": number + 0.5, "unit": "g/L", "quality": "good",
        "reasons": "", "t2": 1.0, "t2_limit": 9.0, "q": 2.0, "q_limit": 8.0,
        "sensor": "cho.glucose", "sensor_digest": "d1", "spectrum_sha256": f"s{number}",
        "source_file": f"{number}.csv", "file_sha256": f"f{number}",
        "received_at": datetime.now(UTC), "scored_at": datetime.now(UTC),
        "published_at": datetime.now(UTC), **cells,
    }  # fmt: skip
    return Prediction(**told)  # type: ignore[arg-type]


def live(*predictions: Prediction) -> list[Publication]:
    return [Publication(each, is_live=True) for each in predictions]


def pulse(beat: int = 1) -> Pulse:
    return Pulse(at=datetime.now(UTC), beat=beat, backlog=3, last_spectrum_at=TEN)


def open_journal(path: Path, station: str = "/drop", *, url: str | None = None) -> Journal:
    return Journal(
        url or f"sqlite:///{path / 'results.db'}",
        desk=Desk(station, "x"),
        stop=threading.Event(),
        patience_s=20,
    )


def store(journal: Journal, *predictions: Prediction) -> None:
    """Store predictions as the stream does."""
    rows = [
        {name: getattr(each, name) for name in each.__slots__ if name not in ("id", "published_at")}
        | {"scan_key": f"{each.vessel} {each.time} {each.spectrum_sha256}"}
        for each in predictions
    ]
    journal.record([], pd.DataFrame(rows))


@dataclass
class Ear:
    """A sink that keeps what it is given, and fails when it is told to."""

    name: str = "ear"
    heard: list[Publication] = field(default_factory=list)
    shown: list[Prediction] = field(default_factory=list)
    withdrawn: list[tuple[Prediction, str]] = field(default_factory=list)
    beats: int = 0
    fails: Callable[[str], bool] = lambda what: False

    def open(self, live: Sequence[Prediction]) -> None:
        self._maybe_fail("open")
        self.shown = list(live)

    def publish(self, publications: Sequence[Publication]) -> None:
        self._maybe_fail("publish")
        self.heard += publications

    def withdraw(self, prediction: Prediction, reason: str) -> None:
        self.withdrawn.append((prediction, reason))

    def beat(self, pulse: Pulse) -> None:
        self._maybe_fail("beat")
        self.beats += 1

    def close(self) -> None:
        pass

    @property
    def values(self) -> list[float | None]:
        return [each.prediction.value for each in self.heard]

    def _maybe_fail(self, what: str) -> None:
        if self.fails(what):
            raise ConnectionError(f"told to fail at {what}")


def follow(sink: Sink, journal: Journal, *, expect_every: timedelta | None = None) -> Follower:
    """Start to follow with a sink."""
    follower = Follower(sink, journal=journal, freshness=Freshness(expect_every), pulse=pulse)
    follower.start()
    return follower


def finish(follower: Follower, patience_s: float = 20) -> None:
    """Publish what is stored, and end."""
    follower.end(patience_s=patience_s)
    follower.join()
