"""Scans into predictions, through the same sensors that score in batch."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.campaign import Analyte
from pat.soft_sensor import PREDICTION_COLUMNS, Quality
from pat.soft_sensor.gates import missing_process
from pat.spectra import Spectra
from pat.stream.online_values import OnlineValues
from pat.stream.records import Scan, scan_key

log = logging.getLogger(__name__)


class Sensor(Protocol):
    """What the stream asks of a soft sensor."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def analyte(self) -> Analyte:
        """What it predicts."""

    @property
    def digest(self) -> str:
        """SHA-256 over its contents."""

    @property
    def process_names(self) -> tuple[str, ...]:
        """Online values that it takes beside the spectrum."""

    def predict(self, spectra: Spectra, process: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return one row a spectrum with the columns of contract 2."""


class Scorer:
    """Scores scans with every sensor; a scan that cannot be scored gives bad rows.

    Parameters
    ----------
    sensors : sequence of Sensor
    online : OnlineValues
        With at least the tags that the sensors use.
    """

    def __init__(self, sensors: Sequence[Sensor], *, online: OnlineValues) -> None:
        self.sensors = tuple(sensors)
        self._online = online

    @property
    def digest(self) -> str:
        """SHA-256 that names this set of sensors, in any order."""
        digests = sorted(sensor.digest for sensor in self.sensors)
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()

    def score(self, scans: Sequence[Scan]) -> pd.DataFrame:
        """Return scan_key and the columns of contract 2: one row a scan and sensor, scan by scan.

        Scans on one axis are scored together, which changes none of them.
        """
        parts: list[pd.DataFrame] = []
        order: list[tuple[int, int]] = []  # scan and sensor of each row
        for rows in _by_axis(scans):
            group = [scans[row] for row in rows]
            spectra = _spectra_of(group)
            for number, sensor in enumerate(self.sensors):
                process, gaps = self._online.at(spectra.keys, names=sensor.process_names)
                table = _predicted(sensor, spectra, process=process)
                table = with_gaps(table, process=process, gaps=gaps)
                table = _with_problems(table, [scan.name.problem for scan in group])
                table.insert(0, "scan_key", _keys(group, table))
                parts.append(table)
                order += [(row, number) for row in rows]
        if not parts:
            return pd.DataFrame(columns=["scan_key", *PREDICTION_COLUMNS])
        whole = parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)
        if order == sorted(order):
            return whole
        places = sorted(range(len(order)), key=order.__getitem__)
        return whole.iloc[places].reset_index(drop=True)


def with_gaps(table: pd.DataFrame, *, process: pd.DataFrame, gaps: Sequence[str]) -> pd.DataFrame:
    """Return predictions whose missing process values are told with their last time.

    A sensor knows that a value is missing; the online data know since when.
    """
    if not any(gaps):
        return table
    names = tuple(map(str, process.columns))
    told = [missing_process(row, names) for row in process.to_numpy(dtype=np.float64)]
    reasons = [
        gap if gap and refusal and reason == refusal.reason else reason
        for reason, refusal, gap in zip(table["reasons"], told, gaps, strict=True)
    ]
    return table.assign(reasons=pd.Series(reasons, dtype="str"))


def _by_axis(scans: Sequence[Scan]) -> Iterator[list[int]]:
    groups: dict[tuple[str, bytes], list[int]] = {}
    for row, scan in enumerate(scans):
        groups.setdefault((scan.axis_kind.value, scan.axis.tobytes()), []).append(row)
    return iter(groups.values())


def _spectra_of(scans: Sequence[Scan]) -> Spectra:
    names = [scan.name for scan in scans]
    keys = pd.DataFrame(
        {
            "campaign": [name.campaign for name in names],
            "vessel": [name.vessel for name in names],
            "time": pd.Series([name.time for name in names], dtype="datetime64[us, UTC]"),
            "elapsed_h": [name.elapsed_h for name in names],
            "sample": [name.sample for name in names],
            "scan": [name.scan for name in names],
            "kind": [name.kind.value for name in names],
            "source_file": [scan.source_file for scan in scans],
            "acquisition_s": [scan.acquisition_s for scan in scans],
        }
    )
    intensities: FloatArray = np.vstack([scan.intensity for scan in scans])
    return Spectra(scans[0].axis, intensities, keys, scans[0].axis_kind)


def _predicted(sensor: Sensor, spectra: Spectra, *, process: pd.DataFrame) -> pd.DataFrame:
    """Return a sensor's predictions; where it fails, spectrum by spectrum, then bad rows."""
    try:
        return sensor.predict(spectra, process)
    except Exception as error:  # noqa: BLE001 - the stream outlives a sensor's own fault
        reason = f"{type(error).__name__}: {error}"
        log.warning("%s failed on %d spectra (%s)", sensor.title, len(spectra), reason)
        if len(spectra) == 1:
            return _failed(sensor, spectra, reason=reason)
    each = [
        _predicted(sensor, spectra.take([row]), process=process.iloc[[row]].reset_index(drop=True))
        for row in range(len(spectra))
    ]
    return pd.concat(each, ignore_index=True)


def _failed(sensor: Sensor, spectra: Spectra, *, reason: str) -> pd.DataFrame:
    table = spectra.keys.assign(
        analyte=sensor.analyte.name,
        unit=sensor.analyte.unit,
        quality=Quality.BAD.value,
        reasons=f"the sensor failed ({reason})",
        sensor=sensor.title,
        sensor_digest=sensor.digest,
        spectrum_sha256=spectra.sha256(0),
        scored_at=datetime.now(UTC),
    )
    return table.reindex(columns=list(PREDICTION_COLUMNS))


def _with_problems(table: pd.DataFrame, problems: Sequence[str | None]) -> pd.DataFrame:
    """Return predictions that are bad where nobody tells what they belong to."""
    if not any(problems):
        return table
    quality = [
        Quality.BAD.value if problem else quality
        for problem, quality in zip(problems, table["quality"], strict=True)
    ]
    reasons = [
        "; ".join(filter(None, (problem, reason)))
        for problem, reason in zip(problems, table["reasons"], strict=True)
    ]
    return table.assign(
        quality=pd.Series(quality, dtype="str"), reasons=pd.Series(reasons, dtype="str")
    )


def _keys(scans: Sequence[Scan], table: pd.DataFrame) -> list[str]:
    return [
        scan_key(scan.name, spectrum_sha256=sha256, source_file=scan.source_file)
        for scan, sha256 in zip(scans, table["spectrum_sha256"], strict=True)
    ]
