"""From a block of arrivals to predictions, and what became of each file."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd

from pat.readers.scan_names import ScanName
from pat.stream.drop_names import DropNames
from pat.stream.records import Arrival, FileOutcome, Scan, State, printable
from pat.stream.scorer import Scorer


def evaluated(
    arrivals: Sequence[Arrival], *, names: DropNames, scorer: Scorer
) -> tuple[list[FileOutcome], pd.DataFrame]:
    """Return what became of each arrival, and the predictions of all (see `Scorer.score`)."""
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
    return outcomes, predictions


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
    given = spectra.keys.get("acquisition_s", pd.Series(index=spectra.keys.index, dtype="float64"))
    seconds = pd.to_numeric(given, errors="coerce").tolist()
    return [
        Scan(
            name=name,
            axis=spectra.axis,
            axis_kind=spectra.axis_kind,
            intensity=spectra.intensities[row],
            source_file=printable(arrival.file.path),
            acquisition_s=seconds[row],
        )
        for row, name in enumerate(names)
        if not name.is_of_instrument
    ]


def outcome_of(arrival: Arrival, state: State, reason: str) -> FileOutcome:
    """Return what became of an arrival, as of now."""
    return FileOutcome(
        arrival.file, arrival.sha256, state, reason, arrival.received_at, datetime.now(UTC)
    )
