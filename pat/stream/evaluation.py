"""From a block of arrivals to predictions, and what became of each file."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from pat.readers.scan_names import ScanName
from pat.stream.drop_names import DropNames
from pat.stream.health import Health, Reference, health_of
from pat.stream.records import Arrival, FileOutcome, Scan, State, printable
from pat.stream.scorer import Scorer

HEALTH_COLUMNS = ["scan_key", "campaign", "vessel", "time", "laser_mw",
                  *(field.name for field in fields(Health))]  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What became of some files: predictions as of `Scorer.score`, health a row a scan."""

    outcomes: list[FileOutcome]
    predictions: pd.DataFrame
    health: pd.DataFrame


def evaluated(
    arrivals: Sequence[Arrival],
    *,
    names: DropNames,
    scorer: Scorer,
    reference: Reference | None = None,
) -> Evaluation:
    """Return what became of each arrival; health is seen beside `reference`."""
    scans: list[Scan] = []
    verdicts: list[tuple[State, str]] = []
    for arrival in arrivals:
        if arrival.spectra is None:
            verdicts.append((arrival.state, arrival.reason))
            continue
        own = names.names(arrival.file.path, arrival.spectra)
        verdicts.append(_verdict(own))
        scans += _scans(arrival, own)
    predictions = _with_origin(scorer.score(scans), arrivals)
    outcomes = [
        outcome_of(arrival, state, reason)
        for arrival, (state, reason) in zip(arrivals, verdicts, strict=True)
    ]
    keys = predictions["scan_key"].iloc[:: len(scorer.sensors) or 1]
    health = _health(scans, keys, reference=reference, saturation=names.info.saturation)
    return Evaluation(outcomes, predictions, health)


def together(evaluations: Sequence[Evaluation]) -> Evaluation:
    """Return evaluations as one."""
    return Evaluation(
        [outcome for each in evaluations for outcome in each.outcomes],
        pd.concat([each.predictions for each in evaluations]),
        pd.concat([each.health for each in evaluations]),
    )


def _health(
    scans: Sequence[Scan],
    keys: Iterable[str],
    *,
    reference: Reference | None,
    saturation: float | None,
) -> pd.DataFrame:
    """Return a row of the table `health` for each scan of which there is anything to tell."""
    rows: list[dict[str, object]] = []
    for scan, key in zip(scans, keys, strict=True):
        found = health_of(
            scan.axis,
            scan.intensity,
            axis_kind=scan.axis_kind,
            reference=reference,
            saturation=saturation,
        )
        if found is None:
            continue
        name = scan.name
        rows.append(
            {"scan_key": key, "campaign": name.campaign, "vessel": name.vessel,
             "time": name.time, "laser_mw": scan.laser_mw, **asdict(found)}
        )  # fmt: skip
    return pd.DataFrame(rows, columns=HEALTH_COLUMNS, dtype=object)


def _with_origin(predictions: pd.DataFrame, arrivals: Sequence[Arrival]) -> pd.DataFrame:
    """Return predictions with the hash of their file and when it came."""
    by_path = {printable(arrival.file.path): arrival for arrival in arrivals}
    origins = [by_path[path] for path in predictions["source_file"]]
    return predictions.assign(
        file_sha256=pd.Series([each.sha256 for each in origins], dtype="str"),
        received_at=pd.Series([each.received_at for each in origins], dtype="datetime64[us, UTC]"),
    )


def _verdict(names: Sequence[ScanName]) -> tuple[State, str]:
    problems = [name.problem for name in names if name.problem]
    if problems:
        return State.UNNAMED, problems[0]
    if all(name.is_of_instrument for name in names):
        return State.INSTRUMENT, f"{names[0].kind}: kept on record, not predicted"
    return State.SCORED, ""


def _scans(arrival: Arrival, names: Sequence[ScanName]) -> list[Scan]:
    spectra = arrival.spectra
    assert spectra is not None
    seconds = _numbers(spectra.keys, "acquisition_s")
    laser_mw = _numbers(spectra.keys, "laser_mw")
    return [
        Scan(
            name=name,
            axis=spectra.axis,
            axis_kind=spectra.axis_kind,
            intensity=spectra.intensities[row],
            source_file=printable(arrival.file.path),
            acquisition_s=seconds[row],
            laser_mw=laser_mw[row],
        )
        for row, name in enumerate(names)
        if not name.is_of_instrument
    ]


def _numbers(keys: pd.DataFrame, column: str) -> list[float]:
    """Return what files tell in a column, NaN where they do not."""
    if column not in keys:
        return [np.nan] * len(keys)
    return [float(number) for number in pd.to_numeric(keys[column], errors="coerce")]


def outcome_of(arrival: Arrival, state: State, reason: str) -> FileOutcome:
    """Return what became of an arrival, as of now."""
    return FileOutcome(
        arrival.file, arrival.sha256, state, reason, arrival.received_at, datetime.now(UTC)
    )
