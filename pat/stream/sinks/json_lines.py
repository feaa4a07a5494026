"""Predictions as lines of JSON at the end of a file."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from pat.stream.predictions import Prediction
from pat.stream.sinks.payload import prediction_json
from pat.stream.sinks.sink import Publication
from pat.stream.vitals import Pulse

_TAIL = 2**20  # bytes at the end, more than the lines of one block


class JsonLines:
    """Appends one line a prediction; a value that became too old is a line of its own.

    Delivery: exactly once. The last lines tell what a publication that was broken off has left,
    and a line that was cut off is written again. A file that is moved away (log rotation) is
    begun anew.
    """

    name = "jsonl"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._has: set[tuple[object, ...]] = set()  # what a publication broken off left behind
        self._file: BinaryIO | None = None

    def open(self, live: Sequence[Prediction]) -> None:
        """Open the file and find out what it has."""
        del live
        self._file = self._path.open("a+b")
        self._mend(self._file)

    def publish(self, publications: Sequence[Publication]) -> None:
        """Append what the file does not have yet, and see that it is on disk."""
        self._follow_rotation()
        new = [each.prediction for each in publications if _key(each.prediction) not in self._has]
        self._append([prediction_json(prediction) for prediction in new])
        self._has = set()

    def withdraw(self, prediction: Prediction, reason: str) -> None:
        """Append the value once more, as bad."""
        self._follow_rotation()
        self._append([prediction_json(prediction, outdated=reason)])

    def beat(self, pulse: Pulse) -> None:
        """Nothing: a file that grows once a second serves nobody."""

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, lines: Sequence[str]) -> None:
        assert self._file is not None
        if not lines:
            return
        self._file.write("".join(line + "\n" for line in lines).encode())
        self._file.flush()
        os.fsync(self._file.fileno())

    def _follow_rotation(self) -> None:
        assert self._file is not None
        try:
            is_same = self._path.stat().st_ino == os.fstat(self._file.fileno()).st_ino
        except FileNotFoundError:
            is_same = False
        if not is_same:
            self._file.close()
            self._file = self._path.open("a+b")

    def _mend(self, file: BinaryIO) -> None:
        """Cut off a last line that is not whole, and read from the others what they hold."""
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        whole, newline, cut = tail.rpartition(b"\n")
        if cut:
            file.truncate(size - len(cut))
        self._has = {_key_of_line(line) for line in (whole + newline).splitlines()}


def _key(prediction: Prediction) -> tuple[object, ...]:
    return (prediction.id, prediction.spectrum_sha256, prediction.sensor_digest)


def _key_of_line(line: bytes) -> tuple[object, ...]:
    """Return the key of a line's prediction; an empty one for what is none of ours."""
    try:
        cells = json.loads(line)
        return (cells["id"], cells["spectrum_sha256"], cells["sensor_digest"])
    except (ValueError, TypeError, KeyError):
        return ()
