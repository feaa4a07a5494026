"""The loop: what arrives is named, scored, stored, acknowledged and told, in this order."""

from collections import Counter
from collections.abc import Sequence
from threading import Event

import pandas as pd

from pat.errors import StoreError
from pat.stream.evaluation import evaluated, outcome_of
from pat.stream.listener import Listener
from pat.stream.records import Arrival, FileOutcome, State
from pat.stream.source import Source
from pat.stream.station import Station


def run(source: Source, station: Station, *, listener: Listener, stop: Event) -> Counter[State]:
    """Score everything that arrives and return how many files became what.

    A crash repeats at most the block under way, and the journal's keys make the repetition
    change nothing.

    Raises
    ------
    StoreError
        If the journal cannot store any more.
    """
    counts: Counter[State] = Counter()
    for arrivals in source.arrivals(stop):
        station.vitals.lives()
        station.refresh(source, listener)
        if not arrivals:
            continue
        outcomes, predictions = _stored(arrivals, station)
        source.done(arrivals)
        station.vitals.stored(max(arrival.received_at for arrival in arrivals))
        counts.update(outcome.state for outcome in outcomes)
        _tell(outcomes, predictions, station=station, listener=listener)
    return counts


def _stored(
    arrivals: Sequence[Arrival], station: Station
) -> tuple[list[FileOutcome], pd.DataFrame]:
    """Return what became of arrivals, once it is stored; one that breaks us is unreadable."""
    try:
        outcomes, predictions = evaluated(arrivals, names=station.names, scorer=station.scorer)
        station.journal.record(outcomes, predictions)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - one strange file must not end the stream
        reason = f"{type(error).__name__}: {error}"
    else:
        return outcomes, predictions
    if len(arrivals) > 1:
        parts = [_stored([arrival], station) for arrival in arrivals]
        tables = [predictions for _, predictions in parts]
        return [outcome for some, _ in parts for outcome in some], pd.concat(tables)
    outcomes = [outcome_of(arrivals[0], State.UNREADABLE, reason)]
    predictions = station.scorer.score([])
    station.journal.record(outcomes, predictions)
    return outcomes, predictions


def _tell(
    outcomes: Sequence[FileOutcome],
    predictions: pd.DataFrame,
    *,
    station: Station,
    listener: Listener,
) -> None:
    for outcome in outcomes:
        if outcome.state not in (State.SCORED, State.UNNAMED):
            listener.refused(outcome)
    for row in predictions.to_dict("records"):
        listener.predicted(row, station.beside(row))
