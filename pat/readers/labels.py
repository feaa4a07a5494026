"""A table that says what each file of spectra is: file, vessel, time and the like."""

from collections.abc import Iterator
from datetime import datetime

import pandas as pd

from pat.readers.cells import numbers_of, read_names
from pat.readers.findings import Findings
from pat.readers.naming import Label, read_kind
from pat.readers.tables import Table
from pat.readers.times import parse_times

#: UTC, None where empty or at fault; and what is wrong, by position.
Times = tuple[list[datetime | None], dict[int, str]]


def labels_of(
    table: Table,
    *,
    timezone: str | None,
    findings: Findings,
    times: Times | None = None,
) -> Iterator[tuple[str, Label]]:
    """Yield file and label of each row; a table without a column `file` is a fault.

    `times` are those of its column `time`, where it is not written in ISO 8601.
    """
    if not table.require("file", findings=findings):
        return
    moments, no_times = _times(table, timezone) if times is None else times
    hours = _hours(table, findings)
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
                time=moments[row],
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


def _times(table: Table, timezone: str | None) -> Times:
    if not table.has("time"):
        return [None] * len(table.rows), {}
    times, wrong = parse_times(table.cells["time"], timezone=timezone)
    return [None if pd.isna(time) else time.to_pydatetime() for time in times], wrong


def _hours(table: Table, findings: Findings) -> list[float | None]:
    if not table.has("elapsed_h"):
        return [None] * len(table.rows)
    hours, wrong = numbers_of(table.cells["elapsed_h"].astype("str"), decimal=table.decimal)
    messages = [(int(table.rows[row]), "expected a number of hours") for row in wrong]
    findings.fault_alike(table.file, messages, column="elapsed_h")
    return [None if pd.isna(hour) else float(hour) for hour in hours]
