"""Reference assays from DIR/assays.csv, which come hours after their sample was drawn."""

import hashlib
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pat.campaign import Analyte, CampaignInfo
from pat.errors import InputError
from pat.readers.assays import read_assay_table
from pat.readers.cells import read_names
from pat.readers.findings import Findings
from pat.readers.keys import Reading
from pat.readers.tables import read_text_table
from pat.readers.units import convert
from pat.stream.drop_names import DropNames
from pat.stream.folder_scan import stamp_of
from pat.stream.settling import Stamp

log = logging.getLogger(__name__)

_COLUMNS = (
    "campaign", "vessel", "time", "elapsed_h", "sample", "analyte", "value", "censored", "limit",
    "unit", "method", "replicate",
)  # fmt: skip


class LateAssays:
    """The assays of one drop folder; the file is read again whenever it has changed and is whole.

    Units come from campaign.toml, or from the file's own column `unit`; without either an
    assay is left out, and the log says so.

    Parameters
    ----------
    folder : Path
    analytes : sequence of Analyte
        What the sensors predict.
    settle_s : float
        After which a last line without its end counts.
    """

    def __init__(self, folder: Path, *, analytes: Sequence[Analyte], settle_s: float) -> None:
        self._folder = folder
        self._path = folder / "assays.csv"
        self._analytes = {analyte.name: analyte for analyte in analytes}
        self._settle_s = settle_s
        self._seen: Stamp | None = None
        self._since = 0.0
        self._read: Stamp | None = None
        self._told: set[str] = set()

    def refresh(self, names: DropNames) -> pd.DataFrame | None:
        """Return all assays of the file where it changed, else None."""
        stamp = stamp_of(self._path)
        if stamp is None or stamp == self._read:
            return None
        now = time.monotonic()
        if stamp != self._seen:
            self._seen, self._since = stamp, now
        is_still = now - self._since >= self._settle_s
        try:
            if not is_still and not self._path.read_bytes().endswith(b"\n"):
                return None
            assays = self._assays(names)
        except OSError as error:
            log.warning("assays.csv cannot be read (%s)", error.strerror)
            return None
        if stamp_of(self._path) != stamp:
            return None
        self._read = stamp
        return assays

    def _assays(self, names: DropNames) -> pd.DataFrame | None:
        findings = Findings()
        units = _Units(self._path)
        info = self._info(names.info, has_units=units.are_given)
        frame = read_assay_table(self._path, reading=Reading(info, findings))
        self._tell([*map(str, findings.faults), *findings.warnings])
        if frame is None or frame.empty:
            return None
        frame = frame[~frame["row"].isin(units.wrong_rows(info))]
        unplaced = frame[["time", "elapsed_h", "sample"]].isna().all(axis=1)
        frame = frame[frame["vessel"].notna() & ~unplaced].reset_index(drop=True)
        frame = frame.assign(
            unit=[info.analytes[name].unit for name in frame["analyte"]],
            campaign=[
                names.campaign_of(vessel, None if pd.isna(at) else at.to_pydatetime())
                for vessel, at in zip(frame["vessel"], frame["time"], strict=True)
            ],
            received_at=pd.Timestamp.now("UTC"),
        )
        return frame.assign(assay_key=_keys(frame[list(_COLUMNS)]))

    def _info(self, info: CampaignInfo, *, has_units: bool) -> CampaignInfo:
        """Return what is known of units; a sensor's own unit is only converted to."""
        if not has_units:
            return info
        return replace(info, analytes={**self._analytes, **info.analytes})

    def _tell(self, messages: Sequence[str]) -> None:
        for message in messages:
            if message not in self._told:
                log.warning("%s", message)
        self._told.update(messages)


class _Units:
    """The column `unit` of the file, where it has one: which rows can be converted."""

    def __init__(self, path: Path) -> None:
        table = read_text_table(path, name=path.name, findings=Findings())
        self.are_given = table is not None and table.has("unit") and table.has("analyte")
        if table is not None and self.are_given:
            self._rows = table.rows.tolist()
            self._pairs = list(
                zip(read_names(table, "analyte"), read_names(table, "unit"), strict=True)
            )

    def wrong_rows(self, info: CampaignInfo) -> list[int]:
        """Return the lines whose value has no unit, or one that cannot be converted."""
        if not self.are_given:
            return []
        bad = {pair for pair in set(self._pairs) if not _converts(*pair, info=info)}
        return [row for row, pair in zip(self._rows, self._pairs, strict=True) if pair in bad]


def _converts(analyte: object, unit: object, *, info: CampaignInfo) -> bool:
    wanted = info.analytes.get(str(analyte))
    if wanted is None or pd.isna(unit):  # type: ignore[call-overload]
        return False
    try:
        convert(1.0, str(unit), wanted.unit, molar_mass=wanted.molar_mass)
    except InputError:
        return False
    return True


def _keys(assays: pd.DataFrame) -> list[str]:
    """Return what names each assay; the same row written twice is two replicates."""
    texts = [
        json.dumps([None if pd.isna(cell) else str(cell) for cell in row])
        for row in assays.itertuples(index=False)
    ]
    again = pd.Series(texts, dtype="str").groupby(texts).cumcount()
    return [
        hashlib.sha256(f"{text} {count}".encode()).hexdigest()[:32]
        for text, count in zip(texts, again, strict=True)
    ]
