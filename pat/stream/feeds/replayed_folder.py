"""A drop folder that a replayed campaign fills: spectra, and the tables that grow beside them."""

import math
from dataclasses import replace
from pathlib import Path

from pat.readers import write_spectrum_file
from pat.readers.campaign_toml import written_info
from pat.spectra import Spectra
from pat.stream.feeds.growing_tables import assay_table, online_table
from pat.stream.feeds.replay import Replay


class ReplayedFolder:
    """Takes each spectrum as a file, written under another name and renamed.

    online.csv grows up to each spectrum before it is dropped, assays.csv after it. A folder
    without campaign.toml gets one, so that cultures and units are the campaign's own.

    Parameters
    ----------
    folder : Path
    replay : Replay

    Raises
    ------
    InputError
        If a table is there with other columns.
    OSError
        If the folder cannot be written.
    """

    def __init__(self, folder: Path, replay: Replay) -> None:
        self._folder = folder
        self._online = online_table(replay.campaign, replay.vessels, folder / "online.csv")
        self._assays = assay_table(replay.campaign, replay.vessels, folder / "assays.csv")
        folder.mkdir(parents=True, exist_ok=True)
        for table in (self._online, self._assays):
            table.take_up()
        settings = folder / "campaign.toml"
        if not settings.exists():
            # Times are dropped with their clocks set right already.
            text = written_info(replace(replay.campaign.info, clock_s={}))
            part = folder / "campaign.toml.tmp"
            part.write_text(text, encoding="utf-8", newline="\n")
            part.replace(settings)

    def has(self, name: str) -> bool:
        """Return whether a file of that name was dropped."""
        return (self._folder / name).is_file()

    def put(self, spectrum: Spectra, *, name: str, at: float) -> None:
        """Drop one file, and what was known then."""
        self._online.advance(at)
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        write_spectrum_file(spectrum, path)
        self._assays.advance(at)

    def close(self) -> None:
        """Write the assays that came after the last spectrum."""
        self._assays.advance(math.inf)
