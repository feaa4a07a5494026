"""The loop: what arrives is named, scored, stored, acknowledged and told, in this order."""

from collections import Counter
from collections.abc import Sequence
from threading import Event

from pat.errors import StoreError
from pat.stream.evaluation import Evaluation, evaluated, outcome_of, together
from pat.stream.listener import Listener
from pat.stream.records import Arrival, State
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
        evaluation = _stored(arrivals, station)
        source.done(arrivals)
        station.vitals.stored(max(arrival.received_at for arrival in arrivals))
        counts.update(outcome.state for outcome in evaluation.outcomes)
        _tell(evaluation, station=station, listener=listener)
    return counts


def _stored(arrivals: Sequence[Arrival], station: Station) -> Evaluation:
    """Return what became of arrivals, once it is stored; one that breaks us is unreadable."""
    try:
        evaluation = evaluated(
            arrivals,
            names=station.names,
            scorer=station.scorer,
            reference=station.reference,
        )
        station.journal.record(evaluation.outcomes, evaluation.predictions, evaluation.health)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - one strange file must not end the stream
        reason = f"{type(error).__name__}: {error}"
    else:
        return evaluation
    if len(arrivals) > 1:
        return together([_stored([arrival], station) for arrival in arrivals])
    nothing = evaluated([], names=station.names, scorer=station.scorer)
    outcome = outcome_of(arrivals[0], State.UNREADABLE, reason)
    evaluation = Evaluation([outcome], nothing.predictions, nothing.health)
    station.journal.record(evaluation.outcomes, evaluation.predictions)
    return evaluation


def _tell(evaluation: Evaluation, *, station: Station, listener: Listener) -> None:
    for outcome in evaluation.outcomes:
        if outcome.state not in (State.SCORED, State.UNNAMED):
            listener.refused(outcome)
    for row in evaluation.predictions.to_dict("records"):
        listener.predicted(row, station.beside(row))
