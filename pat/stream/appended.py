"""A CSV file that grows while it is read: its new lines, once they are whole."""

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from pat.errors import FileFormatError
from pat.readers.findings import Findings
from pat.readers.tables import Table, decoded, text_table
from pat.stream.folder_scan import stamp_of
from pat.stream.settling import Stamp

log = logging.getLogger(__name__)

#: Bytes read at a time, so that a long file at the start costs no memory.
CHUNK = 4 * 2**20

_TAIL = 256  # bytes before the end that must not have changed for the rest to be an appendix


@dataclass(frozen=True, slots=True, eq=False)
class NewRows:
    """Rows that are new since the last time."""

    table: Table
    is_anew: bool  # the file was replaced: what it said before no longer holds


class AppendedTable:
    """Reads a CSV file from where it was left.

    A last line without its end counts once the file has been still for `settle_s`. A file that
    is shorter than before, or other than it was, is read from its start.
    """

    def __init__(self, path: Path, *, settle_s: float) -> None:
        self._path = path
        self._settle_s = settle_s
        self._stamp: Stamp | None = None
        self._since = 0.0
        self._is_pending = False  # a last line without its end waits
        self._is_open = False  # a last line without its end was taken
        self._offset = 0
        self._tail = b""
        self._header = b""
        self._n_lines = 0
        self._is_anew = True

    def take(self) -> Iterator[NewRows]:
        """Yield what is new; nothing where there is no file. Lines at fault are logged."""
        stamp = stamp_of(self._path)
        now = time.monotonic()
        is_still = stamp == self._stamp and now - self._since >= self._settle_s
        if stamp is None or (stamp == self._stamp and not (self._is_pending and is_still)):
            return
        if stamp != self._stamp:
            self._stamp, self._since = stamp, now
        try:
            with self._path.open("rb") as file:
                yield from self._rest(file, takes_last=is_still or self._settle_s == 0)
        except OSError as error:
            log.warning("%s cannot be read (%s)", self._path.name, error.strerror)
            self._stamp = None

    def _rest(self, file: BinaryIO, *, takes_last: bool) -> Iterator[NewRows]:
        if not self._continues(file):
            self._start_over()
        file.seek(self._offset)
        self._is_pending = False
        rest = b""
        while chunk := file.read(CHUNK):
            whole, newline, rest = (rest + chunk).rpartition(b"\n")
            yield from self._rows(whole + newline)
        if rest and takes_last:
            yield from self._rows(rest)
        else:
            self._is_pending = bool(rest)

    def _rows(self, lines: bytes) -> Iterator[NewRows]:
        if not lines:
            return
        self._offset += len(lines)
        self._tail = (self._tail + lines)[-_TAIL:]
        self._is_open = not lines.endswith(b"\n")
        first = self._n_lines
        if not self._header:
            self._header, _, lines = lines.partition(b"\n")
            first = 1
        self._n_lines = first + lines.count(b"\n")
        table = self._table(lines, first_line=first)
        if table is not None:
            yield NewRows(table, self._is_anew)
            self._is_anew = False

    def _table(self, lines: bytes, *, first_line: int) -> Table | None:
        """Return lines under the file's header; `first_line` counts those before them."""
        if not lines.strip():
            return None
        findings = Findings()
        name = self._path.name
        try:
            text = decoded(self._header + b"\n" + lines)
            table = text_table(text, name=name, findings=findings)
        except FileFormatError as error:
            log.warning("%s, after row %d: %s", name, first_line, error)
            return None
        for fault in findings.faults:
            row = None if fault.row is None else fault.row + first_line - 1
            log.warning("%s", replace(fault, row=row))
        return replace(table, rows=table.rows + first_line - 1)

    def _continues(self, file: BinaryIO) -> bool:
        """Return whether the file still ends, where it was left, as it did."""
        if os.fstat(file.fileno()).st_size < self._offset:
            return False
        file.seek(self._offset - len(self._tail))
        if file.read(len(self._tail)) != self._tail:
            return False
        return not self._is_open or file.read(1) in (b"", b"\n", b"\r")

    def _start_over(self) -> None:
        self._offset, self._n_lines = 0, 0
        self._tail, self._header = b"", b""
        self._is_open, self._is_anew = False, True
