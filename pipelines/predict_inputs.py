"""The inputs of `pat predict`: campaign folders, spectra tables, instrument files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pat.errors import FileFormatError, InputError
from pat.soft_sensor import PREDICTION_COLUMNS, Quality, predictable
from pat.spectra import Kind, Spectra

if TYPE_CHECKING:
    from pat.readers.portions import Piece
    from pat.soft_sensor import SoftSensor

_FROM_NAME = ("vessel", "time", "sample")


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """The spectra of one input.

    Parameters
    ----------
    source : str
        The input as it was named.
    spectra : Spectra or None
        Those that are predicted; None where the file cannot be read.
    online : DataFrame or None
        The campaign's online values; None where the input has none.
    n_instrument : int
        Blank, dark and reference spectra that were left out.
    note : str
        What deserves to be said; the reason, where the file cannot be read.
    """

    source: str
    spectra: Spectra | None
    online: pd.DataFrame | None = None
    n_instrument: int = 0
    note: str = ""

    def predict(self, sensor: "SoftSensor") -> pd.DataFrame:
        """Return the sensor's predictions; one bad row where the file cannot be read."""
        if self.spectra is None:
            return _unreadable(sensor, source=self.source, reason=self.note)
        if not sensor.process_names or self.online is None:
            return sensor.predict(self.spectra)
        return _with_process(sensor, self.spectra, self.online)


def predicted(batch: Batch, sensors: "Sequence[SoftSensor]") -> pd.DataFrame:
    """Return the rows of one input: spectrum by spectrum, each by every sensor."""
    parts = [batch.predict(sensor) for sensor in sensors]
    if len(parts) == 1:
        return parts[0]
    n = len(parts[0])
    order = np.arange(n * len(parts)).reshape(len(parts), n).T.ravel()
    return pd.concat(parts, ignore_index=True).iloc[order].reset_index(drop=True)


def of_piece(piece: "Piece", path: Path) -> Batch:
    """Return a piece of a table as a batch, as if the table were read at once."""
    if piece.spectra is None:
        return Batch(path.name, None, note=f"cannot be read: {piece.reason}")
    return _of_cultures(path.name, _named(piece.spectra, path))


def batches(inputs: Sequence[Path]) -> Iterator[Batch]:
    """Yield the spectra of each input in order.

    Raises
    ------
    InputError
        If an input is not there; before any is scored.
    CampaignError
        If a campaign folder is at fault.
    """
    check_there(inputs)
    for path in inputs:
        yield _campaign(path) if path.is_dir() else _file(path)


def check_there(inputs: Sequence[Path]) -> None:
    """Raise InputError where an input is not there."""
    missing = [str(path) for path in inputs if not path.exists()]
    if missing:
        msg = f"expected campaign folders or spectra files; not there: {', '.join(missing)}"
        raise InputError(msg)


def is_read_from(file: Path, inputs: Sequence[Path]) -> bool:
    """Return whether a file, there or not yet, is an input or one of a campaign folder's own."""
    from pat.readers.campaign_folder import NAMED_FILES, SPECTRA_FORMS

    place = file.resolve()
    for path in (one.resolve() for one in inputs):
        own = {path, *(path / name for name in (*NAMED_FILES, *SPECTRA_FORMS))}
        if place in own or place.parent in (path / "spectra", path / "assays"):
            return True
    return False


def _campaign(folder: Path) -> Batch:
    from pat.readers import read_campaign

    campaign = read_campaign(folder)
    batch = _of_cultures(str(folder), campaign.spectra)
    return replace(batch, online=campaign.online if len(campaign.online) else None)


def _file(path: Path) -> Batch:
    from pat.readers import read_spectrum_file

    try:
        spectra = read_spectrum_file(path)
    except (FileFormatError, OSError) as error:
        return Batch(path.name, None, note=f"cannot be read: {error}")
    return _of_cultures(path.name, _named(spectra, path))


def _of_cultures(source: str, spectra: Spectra) -> Batch:
    """Return a batch without the spectra of the instrument's own record."""
    kept = predictable(spectra)
    n_instrument = int(np.sum(~kept))
    return Batch(source, spectra.take(kept) if n_instrument else spectra, n_instrument=n_instrument)


def _named(spectra: Spectra, path: Path) -> Spectra:
    """Return spectra whose keys the file left open are filled from its name."""
    from pat.readers.naming import label_from_name

    name, keys = label_from_name(path.name), spectra.keys
    told = {key: value for key in _FROM_NAME if (value := getattr(name, key)) is not None}
    filled: dict[str, pd.Series] = {key: keys[key].fillna(value) for key, value in told.items()}
    if name.kind is not None:
        # Every spectrum has a kind; culture where nothing told one.
        untold = keys["kind"] == Kind.CULTURE.value
        filled["kind"] = keys["kind"].mask(untold, name.kind.value)
    return replace(spectra, keys=keys.assign(**filled)) if filled else spectra


def _with_process(sensor: "SoftSensor", spectra: Spectra, online: pd.DataFrame) -> pd.DataFrame:
    """Return predictions with online values; a missing one is told with its last time."""
    from pat.alignment import process_gaps, process_values
    from pat.stream.scorer import with_gaps

    names = sensor.process_names
    process = process_values(online, spectra.keys, names=names)
    gaps = process_gaps(online, spectra.keys, names=names)
    return with_gaps(sensor.predict(spectra, process), process=process, gaps=gaps)


def _unreadable(sensor: "SoftSensor", *, source: str, reason: str) -> pd.DataFrame:
    row = pd.DataFrame(
        {
            "kind": ["culture"],
            "analyte": [sensor.analyte.name],
            "unit": [sensor.analyte.unit],
            "quality": [Quality.BAD.value],
            "reasons": [reason],
            "t2_limit": [sensor.limits.t2],
            "q_limit": [sensor.limits.q],
            "sensor": [sensor.title],
            "sensor_digest": [sensor.digest],
            "source_file": [source],
            "time": pd.Series([pd.NaT], dtype="datetime64[us, UTC]"),
            "scored_at": pd.Series([datetime.now(UTC)], dtype="datetime64[us, UTC]"),
        }
    )
    row = row.reindex(columns=list(PREDICTION_COLUMNS))
    text = ("campaign", "vessel", "sample", "spectrum_sha256")
    return row.astype(dict.fromkeys(text, "str"))
