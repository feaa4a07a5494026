"""Which culture a sample at the analyser is of, and when it was drawn."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pat.errors import FileFormatError
from pat.importing.tables import MappedTable
from pat.importing.vessel_names import VesselPrefix, split_by
from pat.readers.cells import numbers_of, optional_names
from pat.readers.vessel_map import Assignment, VesselMap


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known of a sample; None: nobody tells."""

    vessel: str | None = None
    time: pd.Timestamp | None = None  # UTC, when it was drawn
    elapsed_h: float | None = None
    sample: str | None = None


@dataclass(frozen=True, slots=True)
class SampleNames:
    """Finds culture and time of samples, the first that tells: table, name by regex, map, name.

    Parameters
    ----------
    stated : mapping
        By the analyser's name: what tables with a column source_sample say.
    drawn : mapping
        By vessel and name: when event logs say that a sample was drawn.
    pattern : Pattern or None
        Groups vessel and sample in the analyser's names.
    vessels : VesselMap or None
    known : tuple of str
        Vessels of the campaign.
    """

    stated: Mapping[str, Sample]
    drawn: Mapping[tuple[str, str], pd.Timestamp]
    pattern: re.Pattern[str] | None
    vessels: VesselMap | None
    known: Sequence[str]

    def find(self, name: str | None, *, vessel: str | None, time: pd.Timestamp | None) -> Sample:
        """Return what is known of a sample, whose export tells its `vessel` and `time`."""
        stated = self.stated.get(name or "", Sample())
        culture = stated.vessel or self._vessel(name, vessel, time)
        drawn = stated.time if stated.time is not None else time
        if drawn is None and culture is not None and stated.elapsed_h is None:
            drawn = self.drawn.get((culture, name or ""))
        return Sample(culture, drawn, stated.elapsed_h, stated.sample or name)

    def _vessel(
        self, name: str | None, vessel: str | None, time: pd.Timestamp | None
    ) -> str | None:
        if vessel in self.known:
            return vessel
        by_pattern = split_by(self.pattern, name or "")
        told = by_pattern[0] if by_pattern else None
        for candidate in (told, vessel, name):
            assigned = self._assigned(candidate, time)
            if candidate in self.known or assigned is not None:
                return assigned or candidate
        prefixed = VesselPrefix.of(self.known).split(name or "")
        return prefixed[0] if prefixed else None

    def _assigned(self, name: str | None, time: pd.Timestamp | None) -> str | None:
        if self.vessels is None or name is None:
            return None
        found = self.vessels.find((name,), None if time is None else time.to_pydatetime())
        return found.vessel if isinstance(found, Assignment) else None


def read_samples_table(mapped: MappedTable, *, timezone: str | None) -> dict[str, Sample]:
    """Return what a table with a column source_sample says, by that name.

    Raises
    ------
    FileFormatError
        If a time cannot be read, or a name comes twice.
    """
    table = mapped.table
    names = optional_names(table, "source_sample").str.strip()
    twice = names[names.duplicated()].dropna()
    if len(twice):
        msg = f"expected each source_sample once; got {twice.iloc[0]} again"
        raise FileFormatError(msg)
    times = mapped.times(timezone=timezone)
    if times.wrong:
        place, words = next(iter(times.wrong.items()))
        msg = f"row {table.rows[place]}: {words}"
        raise FileFormatError(msg)
    hours = pd.Series([None] * len(names), dtype="float64")
    if mapped.has("elapsed_h"):
        values, _ = numbers_of(table.cells["elapsed_h"].astype("str"), decimal=table.decimal)
        hours = pd.Series(values)
    frame = pd.DataFrame(
        {
            "vessel": mapped.vessels(),
            "time": times.utc,
            "elapsed_h": hours,
            "sample": optional_names(table, "sample"),
        }
    ).astype(object)
    records = frame.where(frame.notna(), None).to_dict("records")
    return {
        str(name): Sample(**{str(key): value for key, value in record.items()})
        for name, record in zip(names, records, strict=True)
        if isinstance(name, str)
    }


def drawn_samples(events: pd.DataFrame | None) -> dict[tuple[str, str], pd.Timestamp]:
    """Return when event logs say that samples were drawn, by vessel and name of the sample."""
    if events is None:
        return {}
    named = events[events["sample"].notna() & events["time"].notna()]
    once = named[~named.duplicated(["vessel", "sample"], keep=False)]
    keys = zip(once["vessel"], once["sample"], strict=True)
    return dict(zip(keys, once["time"], strict=True))
