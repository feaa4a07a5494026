"""What the page shows now, and what of it changed since a reader looked last."""

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pat.readers.times import iso
from pat.stream.predictions import Prediction, Tag
from pat.stream.sinks import Publication
from pat.stream.vitals import Pulse
from pat.stream.web.trend import RANKS, Course, Trend, seconds_of, shown

#: How far back the trend of a vessel at a glance goes, and the width of its points.
TREND_S = 12 * 3600.0
STEP_S = 600.0

_N_BAD = 30  # rows without a vessel, or late, that are remembered

Cells = dict[str, object]
Past = Sequence[tuple[float | None, Course]]


@dataclass(slots=True)
class _Shown:
    """One tag: its newest prediction and the hours before."""

    trend: Trend
    prediction: Prediction | None = None
    outdated: str | None = None
    version: int = 0


class Board:
    """The newest values, their trends and the rows that are bad; any thread may ask.

    Each change has a number. A reader that is slow gets fewer and larger answers; nothing is
    kept for it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = 0
        self._tags: dict[Tag, _Shown] = {}
        self._bad: deque[tuple[int, Prediction]] = deque(maxlen=_N_BAD)
        self._pulse: Pulse | None = None

    def begin(self, live: Sequence[Prediction], past: Mapping[Tag, Past]) -> None:
        """Show these newest values, and the past of each as its trend."""
        with self._lock:
            self._tags.clear()
            self._bad.clear()
            self._version += 1
            for tag, points in past.items():
                for seconds, course in points:
                    self._of(tag).trend.add(seconds, course, version=self._version)
            for each in live:
                if each.tag is not None:
                    self._replace(each.tag, each)

    def publish(self, publications: Sequence[Publication]) -> None:
        """Show what came."""
        with self._lock:
            self._version += 1
            for each in publications:
                prediction, tag = each.prediction, each.prediction.tag
                if tag is not None:
                    entry = self._of(tag)
                    entry.trend.add(
                        seconds_of(prediction), _course(prediction), version=self._version
                    )
                    entry.version = self._version
                if tag is not None and each.is_live:
                    self._replace(tag, prediction)
                elif prediction.quality == "bad":
                    self._bad.append((self._version, prediction))

    def withdraw(self, prediction: Prediction, reason: str) -> None:
        """Show a value as bad, because it is too old."""
        if prediction.tag is None:
            return
        with self._lock:
            self._version += 1
            entry = self._of(prediction.tag)
            entry.outdated, entry.version = reason, self._version

    def beat(self, pulse: Pulse) -> None:
        """Show how the predictor fares."""
        with self._lock:
            self._pulse = pulse

    def since(self, version: int) -> tuple[int, Cells]:
        """Return the newest version, and what changed after `version`; 0: everything."""
        with self._lock:
            tags = [
                _tag_cells(tag, entry, version)
                for tag, entry in self._tags.items()
                if entry.version > version and entry.prediction is not None
            ]
            bad = [_bad_cells(each) for number, each in self._bad if number > version]
            cells: Cells = {"tags": tags, "bad": bad, "pulse": _pulse_cells(self._pulse)}
            return self._version, cells

    def _of(self, tag: Tag) -> _Shown:
        return self._tags.setdefault(tag, _Shown(Trend(TREND_S, STEP_S)))

    def _replace(self, tag: Tag, prediction: Prediction) -> None:
        entry = self._of(tag)
        entry.prediction, entry.outdated, entry.version = prediction, None, self._version


def _course(prediction: Prediction) -> Course:
    rank = RANKS[prediction.quality]
    return Course(prediction.value, prediction.lower, prediction.upper, rank)


def _tag_cells(tag: Tag, entry: _Shown, version: int) -> Cells:
    prediction = entry.prediction
    assert prediction is not None
    reasons = [each for each in (entry.outdated, prediction.reasons) if each]
    return {
        "campaign": tag.campaign,
        "vessel": tag.vessel,
        "analyte": tag.analyte,
        "unit": prediction.unit or "",
        "value": shown(prediction.value),
        "lower": shown(prediction.lower),
        "upper": shown(prediction.upper),
        "quality": "bad" if entry.outdated else prediction.quality,
        "outdated": entry.outdated is not None,
        "reasons": "; ".join(reasons),
        "time": None if prediction.time is None else iso(prediction.time),
        "at_s": seconds_of(prediction),
        "elapsed_h": shown(prediction.elapsed_h),
        "sensor": prediction.sensor or "",
        "digest": prediction.sensor_digest,
        "points": entry.trend.since(version),
    }


def _bad_cells(prediction: Prediction) -> Cells:
    return {
        "vessel": prediction.vessel or "",
        "analyte": prediction.analyte,
        "time": None if prediction.time is None else iso(prediction.time),
        "reasons": prediction.reasons or "",
        "file": prediction.source_file or "",
        "came": None if prediction.received_at is None else iso(prediction.received_at),
    }


def _pulse_cells(pulse: Pulse | None) -> Cells | None:
    if pulse is None:
        return None
    last = pulse.last_spectrum_at
    return {
        "beat": pulse.beat,
        "at": iso(pulse.at),
        "backlog": pulse.backlog,
        "last_spectrum_at": None if last is None else iso(last),
        "down": [each.name for each in pulse.sinks if not each.is_up],
    }
