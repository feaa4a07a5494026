"""Process values from DIR/online.csv, as they stood when a spectrum was taken."""

import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from pat.alignment.process import process_gaps, process_values
from pat.campaign import CampaignInfo
from pat.readers.cells import read_numbers
from pat.readers.findings import Findings
from pat.readers.keys import Reading, read_keys
from pat.readers.tables import Table
from pat.stream.appended import AppendedTable

log = logging.getLogger(__name__)

_KEYS = ["vessel", "time", "elapsed_h"]


class OnlineValues:
    """The readings of the tags that sensors use, by vessel; online.csv may grow meanwhile.

    Parameters
    ----------
    path : Path
        DIR/online.csv, which need not be there yet.
    names : sequence of str
        Tags that sensors use; without any, nothing is read.
    settle_s : float
        After which a last line without its end counts.
    """

    def __init__(self, path: Path, *, names: Sequence[str], settle_s: float) -> None:
        self.names = tuple(names)
        self._appended = AppendedTable(path, settle_s=settle_s)
        self._readings: dict[str, list[pd.DataFrame]] = {}

    def refresh(self, info: CampaignInfo) -> None:
        """Read the lines that are new; those at fault are logged."""
        if not self.names:
            return
        for rows in self._appended.take():
            if rows.is_anew:
                self._readings = {}
            readings = _readings(rows.table, self.names, info=info)
            for vessel, part in readings.groupby("vessel"):
                self._readings.setdefault(str(vessel), []).append(part)

    def at(
        self, keys: pd.DataFrame, *, names: Sequence[str]
    ) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """Return the newest values not after each spectrum, and why some are missing.

        Parameters
        ----------
        keys : DataFrame (n_spectra)
            vessel, time, elapsed_h, acquisition_s.
        names : sequence of str
            Tags wanted, out of those of this object.

        Returns
        -------
        values : DataFrame (n_spectra x names)
        gaps : tuple of str
            Empty where no value is missing.
        """
        if not names:
            return pd.DataFrame(index=range(len(keys))), ("",) * len(keys)
        online = self._of(keys["vessel"].dropna().unique().tolist())
        return (
            process_values(online, keys, names=names),
            process_gaps(online, keys, names=names),
        )

    def _of(self, vessels: Sequence[str]) -> pd.DataFrame:
        parts = []
        for vessel in vessels:
            if len(self._readings.get(vessel, ())) > 1:
                self._readings[vessel] = [pd.concat(self._readings[vessel], ignore_index=True)]
            parts += self._readings.get(vessel, [])
        return pd.concat(parts, ignore_index=True) if parts else _nothing(self.names)


def _readings(table: Table, names: Sequence[str], *, info: CampaignInfo) -> pd.DataFrame:
    findings = Findings()
    keys = read_keys(table, Reading(info, findings), source="online", places=("time", "elapsed_h"))
    there = [name for name in names if table.has(name)]
    values = {name: read_numbers(table, name, findings=findings) for name in there}
    for fault in findings.faults:
        log.warning("%s", fault)
    if keys is None:
        return _nothing(names)
    return pd.concat([keys[_KEYS], pd.DataFrame(values, index=keys.index)], axis=1)


def _nothing(names: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "vessel": pd.Series(dtype="str"),
            "time": pd.Series(dtype="datetime64[us, UTC]"),
            "elapsed_h": pd.Series(dtype="float64"),
            **{name: pd.Series(dtype="float64") for name in names},
        }
    )
