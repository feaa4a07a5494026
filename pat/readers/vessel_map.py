"""Which culture stands at a probe or place of the carousel, from when to when."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from pat.campaign import CampaignInfo
from pat.errors import CampaignError
from pat.readers.cells import read_names
from pat.readers.findings import Findings
from pat.readers.keys import Reading, read_time_column
from pat.readers.tables import Table, read_table
from pat.readers.times import iso

COLUMNS = ("channel", "vessel", "campaign", "inoculated", "from", "to")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One culture at one channel; None: the map leaves it open."""

    channel: str
    vessel: str
    campaign: str | None
    inoculated: datetime | None
    start: datetime | None  # the first moment that counts
    end: datetime | None  # the first moment that does not

    def holds_at(self, time: datetime | None) -> bool:
        """Return whether it holds at `time`; without a time, whether it holds always."""
        if time is None:
            return self.start is None and self.end is None
        begun = self.start is None or self.start <= time
        return begun and (self.end is None or time < self.end)

    def __str__(self) -> str:
        culture = f"{self.campaign}/{self.vessel}" if self.campaign else self.vessel
        words = f"channel {self.channel} is {culture}"
        words += f" from {iso(self.start)}" if self.start else ""
        return words + (f" to {iso(self.end)}" if self.end else "")


@dataclass(frozen=True, slots=True)
class VesselMap:
    """The rows of `--vessels MAP.csv`."""

    file: str
    assignments: tuple[Assignment, ...]

    def find(self, names: tuple[str, ...], time: datetime | None) -> Assignment | str:
        """Return the culture that goes by the first of `names` the map knows, or why none does.

        A name is looked up as a channel, which must be valid at `time`; then as the vessel
        itself. A name that the map does not have is no vessel: it may be a slip.
        """
        for name in names:
            at_channel = [each for each in self.assignments if each.channel == name]
            if at_channel:
                return _only(
                    [each for each in at_channel if each.holds_at(time)],
                    why_not=f"channel {name} has no culture in {self.file} {_when(time)}",
                )
            of_vessel = [each for each in self.assignments if each.vessel == name]
            if of_vessel:
                valid = [each for each in of_vessel if each.holds_at(time)]
                return _only(
                    valid or of_vessel,
                    why_not=f"{name} is several cultures in {self.file} {_when(time)}",
                )
        if not names:
            return "neither vessel nor channel told"
        return f"{' and '.join(names)} not in {self.file}"

    def changes_from(self, before: "VesselMap") -> list[str]:
        """Return in words what this map says that the one before did not, and the other way."""
        old, new = set(before.assignments), set(self.assignments)
        now = [f"now {each}" for each in self.assignments if each not in old]
        return now + [f"no longer {each}" for each in before.assignments if each not in new]


def read_vessel_map(path: Path, *, info: CampaignInfo) -> VesselMap:
    """Return the map in a CSV file; `info` names the zone of times without an offset.

    Raises
    ------
    CampaignError
        If it has faults: a missing column or cell, a time that is none, a channel with two
        cultures at once.
    """
    findings = Findings()
    table = read_table(path, name=path.name, findings=findings) if path.is_file() else None
    if table is None and not findings.faults:
        findings.fault(path.name, "there is no such file")
    rows: list[Assignment] = []
    if table is not None and table.require("channel", "vessel", findings=findings):
        rows = _assignments(table, Reading(info, findings))
        _check_overlaps(table, rows, findings=findings)
    if findings.faults:
        raise CampaignError(str(path.parent), findings.faults)
    return VesselMap(path.name, tuple(rows))


def _assignments(table: Table, reading: Reading) -> list[Assignment]:
    channels, vessels, campaigns = (
        _names(table, column) for column in ("channel", "vessel", "campaign")
    )
    inoculated, starts, ends = (
        _times(table, column, reading) for column in ("inoculated", "from", "to")
    )
    for column, names in (("channel", channels), ("vessel", vessels)):
        empty = [row for row, name in zip(table.rows, names, strict=True) if name is None]
        reading.findings.fault_rows(
            table.file, "expected a name; got an empty cell", rows=empty, column=column
        )
    for row, start, end in zip(table.rows, starts, ends, strict=True):
        if start is not None and end is not None and end <= start:
            words = f"expected a time after {iso(start)}; got {iso(end)}"
            reading.findings.fault(table.file, words, row=int(row), column="to")
    return [
        Assignment(channel or "", vessel or "", campaign, begun, start, end)
        for channel, vessel, campaign, begun, start, end in zip(
            channels, vessels, campaigns, inoculated, starts, ends, strict=True
        )
    ]


def _check_overlaps(table: Table, rows: list[Assignment], *, findings: Findings) -> None:
    for number, later in enumerate(rows):
        for earlier in rows[:number]:
            if later.channel == earlier.channel and _overlap(later, earlier):
                words = f"expected one culture at a time; got both '{earlier}' and '{later}'"
                findings.fault(table.file, words, row=int(table.rows[number]), column="channel")


def _overlap(first: Assignment, second: Assignment) -> bool:
    return _begins_before_end(first, second) and _begins_before_end(second, first)


def _begins_before_end(first: Assignment, second: Assignment) -> bool:
    return first.start is None or second.end is None or first.start < second.end


def _only(found: list[Assignment], *, why_not: str) -> Assignment | str:
    cultures = {(each.campaign, each.vessel, each.inoculated) for each in found}
    return found[0] if len(cultures) == 1 else why_not


def _when(time: datetime | None) -> str:
    return f"at {iso(time)}" if time else "without a time"


def _names(table: Table, column: str) -> list[str | None]:
    if not table.has(column):
        return [None] * len(table.rows)
    return [None if pd.isna(cell) else str(cell) for cell in read_names(table, column)]


def _times(table: Table, column: str, reading: Reading) -> list[datetime | None]:
    if not table.has(column):
        return [None] * len(table.rows)
    times = read_time_column(table, column, reading)
    return [None if pd.isna(time) else time.to_pydatetime() for time in times]
