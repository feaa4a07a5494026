"""Which culture each dropped spectrum shows, and when: from index, header, name and map."""

import logging
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from pat.campaign import CampaignInfo
from pat.readers.naming import FILE_NAME, Label, first_found, label_from_keys, label_from_name
from pat.spectra import INSTRUMENT_KINDS, Kind, Spectra
from pat.stream.drop_index import DropIndex
from pat.stream.drop_info import read_drop_info
from pat.stream.records import ScanName, printable
from pat.stream.reread import Reread
from pat.stream.vessel_map import Assignment, VesselMap, read_vessel_map

log = logging.getLogger(__name__)


class DropNames:
    """Names the spectra of one drop folder. Nothing is guessed.

    Parameters
    ----------
    folder : Path
    pattern : Pattern
        Form of the files' names.
    vessels : Path or None
        The map from probes and places to cultures; None: files name the vessel themselves.
    settle_s : float
        After which a last line of index.csv without its end counts.

    Raises
    ------
    InputError
        If campaign.toml or the map is at fault.
    """

    def __init__(
        self,
        folder: Path,
        *,
        pattern: re.Pattern[str] = FILE_NAME,
        vessels: Path | None = None,
        settle_s: float = 0.0,
    ) -> None:
        self._pattern = pattern
        self._info = Reread(folder / "campaign.toml", read_drop_info)
        self._index = DropIndex(folder / "index.csv", settle_s=settle_s)
        self._map = None if vessels is None else Reread(vessels, self._read_map)
        self._index.refresh(timezone=self.info.timezone)

    @property
    def info(self) -> CampaignInfo:
        """What DIR/campaign.toml says at present."""
        return self._info.content

    def refresh(self) -> bool:
        """Read again what changed, log it, and return whether names may be others now."""
        is_new = self._index.refresh(timezone=self.info.timezone)
        before = self._info.refresh()
        if before is not None:
            log.info("campaign.toml changed: the campaign is %s", self.info.id)
        earlier = None if self._map is None else self._map.refresh()
        if self._map is not None and earlier is not None:
            for change in self._map.content.changes_from(earlier):
                log.info("%s: %s", earlier.file, change)
        return is_new or before is not None or earlier is not None

    def campaign_of(self, vessel: str, time: datetime | None) -> str:
        """Return the campaign of a vessel that goes by its own name."""
        found = None if self._map is None else self._map.content.find((vessel,), time)
        stated = found.campaign if isinstance(found, Assignment) else None
        return stated or self.info.id

    def names(self, path: str, spectra: Spectra) -> list[ScanName]:
        """Return the name of each spectrum of the file at `path`, relative to the folder."""
        index = self._index.label(path)
        file = label_from_name(printable(path), pattern=self._pattern, timezone=self.info.timezone)
        columns = spectra.keys.columns
        rows = spectra.keys.to_numpy(dtype=object)  # to_dict takes three times as long
        return [
            self._named(
                first_found(index, label_from_keys(dict(zip(columns, row, strict=True))), file)
            )
            for row in rows
        ]

    def _named(self, label: Label) -> ScanName:
        kind = label.kind or Kind.CULTURE
        label = _shifted(label, seconds=self.info.clock_s.get("spectra", 0.0))
        found = self._culture(label)
        assigned = found if isinstance(found, Assignment) else None
        time, elapsed_h = _dated(label, assigned)
        problems = [found] if isinstance(found, str) else []
        if time is None and elapsed_h is None and label.sample is None:
            problems.append(f"no time: {label.time_problem}" if label.time_problem else "no time")
        problems += [label.kind_problem] if label.kind_problem else []
        return ScanName(
            campaign=(assigned.campaign if assigned else None) or self.info.id,
            vessel=assigned.vessel if assigned else label.vessel if self._map is None else None,
            time=time,
            elapsed_h=elapsed_h,
            sample=label.sample,
            scan=label.scan,
            kind=kind,
            problem="; ".join(problems) if problems and kind not in INSTRUMENT_KINDS else None,
        )

    def _culture(self, label: Label) -> Assignment | str | None:
        """Return what the map says, or why there is no vessel; None where the file named it."""
        if self._map is not None:
            names = tuple(name for name in (label.vessel, label.channel) if name)
            found = self._map.content.find(names, label.time)
            return found if isinstance(found, Assignment) else f"no vessel: {found}"
        if label.vessel is not None:
            return None
        if label.channel is not None:
            return f"no vessel: channel {label.channel} needs a map (--vessels)"
        return "no vessel"

    def _read_map(self, path: Path) -> VesselMap:
        return read_vessel_map(path, info=self.info)


def _shifted(label: Label, *, seconds: float) -> Label:
    """Return a label whose clock runs `seconds` ahead of the spectrometer's."""
    time = None if label.time is None else label.time + timedelta(seconds=seconds)
    hours = None if label.elapsed_h is None else label.elapsed_h + seconds / 3600
    return replace(label, time=time, elapsed_h=hours) if seconds else label


def _dated(label: Label, assigned: Assignment | None) -> tuple[datetime | None, float | None]:
    """Return time and elapsed_h, each from the other where the inoculation is known."""
    time, elapsed_h = label.time, label.elapsed_h
    start = assigned.inoculated if assigned else None
    if start is not None and time is not None and elapsed_h is None:
        elapsed_h = (time - start) / timedelta(hours=1)
    if start is not None and time is None and elapsed_h is not None:
        time = start + timedelta(hours=elapsed_h)
    return time, elapsed_h
