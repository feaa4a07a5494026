"""DIR/index.csv: what somebody wrote down about each dropped file."""

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd

from pat.readers.cells import numbers_of, read_names
from pat.readers.findings import Findings
from pat.readers.naming import Label, read_kind
from pat.readers.tables import Table
from pat.readers.times import parse_times
from pat.stream.appended import AppendedTable

log = logging.getLogger(__name__)


class DropIndex:
    """The labels that index.csv gives, by file; it may grow or be replaced at any time."""

    def __init__(self, path: Path, *, settle_s: float) -> None:
        self._appended = AppendedTable(path, settle_s=settle_s)
        self._labels: dict[str, Label] = {}

    def refresh(self, *, timezone: str | None) -> bool:
        """Read what is new, and return whether anything was."""
        is_new = False
        for rows in self._appended.take():
            if rows.is_anew:
                self._labels = {}
            self._labels.update(_labels(rows.table, timezone))
            is_new = True
        return is_new

    def label(self, path: str) -> Label:
        """Return what the index tells of a file, by its path relative to the folder."""
        return self._labels.get(path, Label())


def _labels(table: Table, timezone: str | None) -> Iterator[tuple[str, Label]]:
    findings = Findings()
    if not table.require("file", findings=findings):
        log.warning("%s", findings.faults[0])
        return
    times, no_times = _times(table, timezone)
    hours = _hours(table)
    names = {
        column: _texts(table, column)
        for column in ("file", "vessel", "sample", "scan", "channel", "kind")
    }
    for row, file in enumerate(names["file"]):
        if file is None:
            continue
        kind, kind_problem = read_kind(names["kind"][row])
        yield (
            file.replace("\\", "/").removeprefix("./"),
            Label(
                vessel=names["vessel"][row],
                time=times[row],
                elapsed_h=hours[row],
                sample=names["sample"][row],
                scan=names["scan"][row],
                kind=kind,
                channel=names["channel"][row],
                time_problem=no_times.get(row),
                kind_problem=kind_problem,
            ),
        )


def _texts(table: Table, column: str) -> list[str | None]:
    if not table.has(column):
        return [None] * len(table.rows)
    return [None if pd.isna(cell) else str(cell).strip() for cell in read_names(table, column)]


def _times(table: Table, timezone: str | None) -> tuple[list[datetime | None], dict[int, str]]:
    if not table.has("time"):
        return [None] * len(table.rows), {}
    times, wrong = parse_times(table.cells["time"], timezone=timezone)
    return [None if pd.isna(time) else time.to_pydatetime() for time in times], wrong


def _hours(table: Table) -> list[float | None]:
    if not table.has("elapsed_h"):
        return [None] * len(table.rows)
    hours, wrong = numbers_of(table.cells["elapsed_h"], decimal=table.decimal)
    for row in wrong:
        log.warning("%s, row %d: elapsed_h is no number", table.file, table.rows[row])
    return [None if pd.isna(hour) else float(hour) for hour in hours]
