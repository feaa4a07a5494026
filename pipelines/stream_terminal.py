"""What `pat stream` says while it runs: a line a prediction, and the sum at the end."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from pat.readers.times import iso
from pat.report.counted import counted
from pat.stream import Comparison, FileOutcome, Row, State
from pat.stream.cells import is_missing
from pat.stream.records import printable

_COLOURS = {"good": "32", "uncertain": "33", "bad": "31"}

_WORDS = {
    State.SCORED: "scored",
    State.UNNAMED: "scored without vessel or time (bad)",
    State.INSTRUMENT: "blank, dark or reference",
    State.UNREADABLE: "unreadable",
    State.UNOPENED: "not to be opened",
}


class Terminal:
    """Prints what was stored; falls silent where nobody listens any more."""

    def __init__(self) -> None:
        self._is_coloured = sys.stdout.isatty()
        self._is_closed = False

    def predicted(self, prediction: Row, comparison: Comparison | None) -> None:
        """Print a prediction, beside its assay where there is one already."""
        quality = str(prediction["quality"])
        words = [place_of(prediction), str(prediction["analyte"]), value_of(prediction)]
        words.append(self._coloured(quality))
        line = "  ".join(words)
        if prediction["reasons"]:
            line += f": {prediction['reasons']}"
        if comparison is not None:
            line += f"  (assay {comparison.assay:.4g}, {comparison.difference:+.3g})"
        self.say(line)

    def refused(self, outcome: FileOutcome) -> None:
        """Print a file without predictions, and why."""
        self.say(f"{printable(outcome.file.path)}  {outcome.state}: {printable(outcome.reason)}")

    def compared(self, comparison: Comparison) -> None:
        """Print an assay that came after its prediction."""
        moment = _moment(comparison.time, comparison.elapsed_h, comparison.sample)
        self.say(
            f"{moment}  {comparison.vessel}  {comparison.analyte}  "
            f"assay {comparison.assay:.4g} {comparison.unit}, "
            f"predicted {comparison.predicted:.4g} by {comparison.sensor} "
            f"({comparison.difference:+.3g}, {comparison.quality})"
        )

    def say(self, line: str) -> None:
        """Print one line at once."""
        if self._is_closed:
            return
        try:
            print(line, flush=True)
        except OSError:  # the terminal is gone; the stream goes on
            self._is_closed = True

    def _coloured(self, quality: str) -> str:
        if not self._is_coloured:
            return quality
        return f"\033[{_COLOURS[quality]}m{quality}\033[0m"


class JsonTerminal(Terminal):
    """Prints the same as JSON, one object a line, for a machine to gather."""

    def predicted(self, prediction: Row, comparison: Comparison | None) -> None:
        """Print a prediction with vessel, spectrum and sensor."""
        self._tell(
            "info",
            f"{prediction['analyte']} {value_of(prediction)} {prediction['quality']}",
            vessel=_text(prediction["vessel"]),
            spectrum=_text(prediction["spectrum_sha256"]),
            sensor=_text(prediction["sensor"]),
            file=_text(prediction["source_file"]),
            reasons=_text(prediction["reasons"]),
            assay=None if comparison is None else comparison.assay,
        )

    def refused(self, outcome: FileOutcome) -> None:
        """Print a file without predictions, and why."""
        words = f"{outcome.state}: {printable(outcome.reason)}"
        self._tell("warning", words, file=printable(outcome.file.path))

    def compared(self, comparison: Comparison) -> None:
        """Print an assay that came after its prediction."""
        words = (
            f"{comparison.analyte} assay {comparison.assay:.4g} {comparison.unit}, predicted "
            f"{comparison.predicted:.4g} ({comparison.difference:+.3g}, {comparison.quality})"
        )
        self._tell("info", words, vessel=comparison.vessel, sensor=comparison.sensor)

    def say(self, line: str) -> None:
        """Print one line at once."""
        self._tell("info", line)

    def _tell(self, level: str, message: str, **context: str | float | None) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        cells = {"at": at, "level": level, "message": message}
        told = {name: value for name, value in context.items() if value not in (None, "")}
        super().say(json.dumps(cells | told, ensure_ascii=False))


def place_of(prediction: Row) -> str:
    """Return culture and moment of a prediction, or its file where nobody told them."""
    moment = _moment(prediction["time"], prediction["elapsed_h"], prediction["sample"])
    vessel = prediction["vessel"]
    if is_missing(vessel) or moment == "no time":
        return f"{moment}  {prediction['source_file']}"
    return f"{moment}  {vessel}"


def value_of(prediction: Row) -> str:
    """Return value and interval of a prediction, in words."""
    if is_missing(prediction["value"]):
        return "no value"
    interval = f"{prediction['lower']:.4g} to {prediction['upper']:.4g}"
    return f"{prediction['value']:.4g} {prediction['unit']} ({interval})"


def file_lines(counts: Counter[State]) -> list[str]:
    """Return how many files became what, the usual first."""
    return [f"{counts[state]} {words}" for state, words in _WORDS.items() if counts[state]]


def comparison_lines(comparisons: Sequence[Comparison]) -> list[str]:
    """Return, for each sensor, how far it was from the assays; bad predictions left out."""
    of_sensor: dict[tuple[str, str], list[Comparison]] = {}
    for each in comparisons:
        if each.quality != "bad":
            of_sensor.setdefault((each.analyte, each.sensor), []).append(each)
    lines = []
    for (analyte, sensor), group in of_sensor.items():
        rms = float(np.sqrt(np.mean([each.difference**2 for each in group])))
        inside = sum(each.is_inside for each in group)
        lines.append(
            f"{analyte}: {counted(len(group), 'assay')}, root mean square error {rms:.3g} "
            f"{group[0].unit}, {inside} inside the 95 % interval ({sensor})"
        )
    return lines


def _text(cell: object) -> str | None:
    return None if is_missing(cell) else str(cell)


def _moment(time: object, elapsed_h: object, sample: object) -> str:
    if isinstance(time, datetime) and not is_missing(time):
        return iso(time)
    if isinstance(elapsed_h, float) and not is_missing(elapsed_h):
        return f"{elapsed_h:.4g} h"
    return sample if isinstance(sample, str) else "no time"
