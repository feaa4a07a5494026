"""Which culture each dropped spectrum shows, and when: from index, header, name and map."""

import logging
import re
from datetime import datetime
from pathlib import Path

from pat.campaign import CampaignInfo
from pat.readers.naming import FILE_NAME, first_found, label_from_keys, label_from_name
from pat.readers.partial_info import read_partial_info
from pat.readers.scan_names import ScanName, scan_name
from pat.readers.vessel_map import Assignment, VesselMap, read_vessel_map
from pat.spectra import Spectra
from pat.stream.drop_index import DropIndex
from pat.stream.records import printable
from pat.stream.reread import Reread

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
        self._info = Reread(folder / "campaign.toml", read_partial_info)
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
        columns = {name: spectra.keys[name].array for name in spectra.keys.columns}
        return [
            scan_name(
                first_found(
                    index,
                    label_from_keys({key: cells[row] for key, cells in columns.items()}),
                    file,
                ),
                info=self.info,
                vessels=None if self._map is None else self._map.content,
            )
            for row in range(len(spectra))
        ]

    def _read_map(self, path: Path) -> VesselMap:
        return read_vessel_map(path, info=self.info)
