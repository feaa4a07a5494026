"""What the page shows now, and what of it changed since a reader looked last."""

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pat.stream.predictions import Prediction, Tag
from pat.stream.sinks import Publication
from pat.stream.vitals import Pulse
from pat.stream.web.cells import bad_cells, pulse_cells, scan_cells, tag_cells
from pat.stream.web.trend import RANKS, Course, Trend, seconds_of

#: How far back the trend of a vessel at a glance goes, and the width of its points.
TREND_S = 12 * 3600.0
STEP_S = 600.0
#: It goes further back until it has so many, where a carousel rarely comes by.
AT_LEAST = 12

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
        self._scans: dict[tuple[str, str], tuple[int, Prediction]] = {}
        self._bad: deque[tuple[int, Prediction]] = deque(maxlen=_N_BAD)
        self._pulse: Pulse | None = None

    def begin(self, live: Sequence[Prediction], past: Mapping[Tag, Past]) -> None:
        """Show these newest values, and the past of each as its trend."""
        with self._lock:
            self._tags.clear()
            self._scans.clear()
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
                tag_cells(tag, entry.prediction, entry.outdated, entry.trend.since(version))
                for tag, entry in self._tags.items()
                if entry.version > version and entry.prediction is not None
            ]
            scans = [scan_cells(each) for number, each in self._scans.values() if number > version]
            bad = [bad_cells(each) for number, each in self._bad if number > version]
            cells: Cells = {
                "tags": tags, "scans": scans, "bad": bad, "pulse": pulse_cells(self._pulse)
            }  # fmt: skip
            return self._version, cells

    def _of(self, tag: Tag) -> _Shown:
        return self._tags.setdefault(tag, _Shown(Trend(TREND_S, STEP_S, at_least=AT_LEAST)))

    def _replace(self, tag: Tag, prediction: Prediction) -> None:
        entry = self._of(tag)
        entry.prediction, entry.outdated, entry.version = prediction, None, self._version
        culture = (tag.campaign, tag.vessel)
        _, before = self._scans.get(culture, (0, prediction))
        if (seconds_of(prediction) or 0.0) >= (seconds_of(before) or 0.0):
            self._scans[culture] = (self._version, prediction)


def _course(prediction: Prediction) -> Course:
    rank = RANKS[prediction.quality]
    return Course(prediction.value, prediction.lower, prediction.upper, rank)
