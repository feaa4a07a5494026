"""What is done to a vessel at an instant: samples, feeds, boluses, the shift, onsets of faults."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from pat.simulator.faults import CULTURE_FAULTS, Fault, FaultKind
from pat.simulator.parameters import Parameters
from pat.simulator.plan import VesselPlan
from pat.simulator.state import GLUCOSE_G_PER_MMOL, Operation, State
from pat.simulator.station_parameters import Feeding


class EventKind(StrEnum):
    """Kinds of event that a campaign folder records."""

    SAMPLE = "sample"
    FEED = "feed"
    BOLUS = "bolus"
    TEMPERATURE_SHIFT = "temperature_shift"
    BASE = "base"


#: What happens first at one hour; faults begin after all of these.
ORDER = (EventKind.SAMPLE, EventKind.FEED, EventKind.BOLUS, EventKind.TEMPERATURE_SHIFT)

#: What a litre of broth holds, and so is thinned by a liquid.
DILUTED = (
    "viable", "dead", "lysed", "glucose", "lactate", "glutamine", "glutamate", "ammonium",
    "amino_acids", "byproduct", "product", "salts", "base", "contaminant",
)  # fmt: skip


class Event(NamedTuple):
    """Something that happens at an instant."""

    hour: float
    rank: int  # events at one hour happen in this order
    cause: EventKind | Fault


class Addition(NamedTuple):
    """A liquid: mmol/L unless said otherwise."""

    glucose: float
    glutamine: float = 0.0
    amino_acids: float = 0.0
    salts: float = 0.0  # mOsm/kg


def schedule(plan: VesselPlan, *, feeding: Feeding, faults: Sequence[Fault]) -> list[Event]:
    """Return what happens to a vessel, in order; feeds and the shift only before the end."""
    feeds = feed_hours(feeding, end=plan.end_h)
    missed = missed_feeds(feeds, faults=faults)
    hours = {
        EventKind.SAMPLE: plan.sample_hours,
        EventKind.FEED: [hour for hour in feeds if hour not in missed],
        EventKind.BOLUS: feeds,
        EventKind.TEMPERATURE_SHIFT: [h for h in (plan.factors.shift_time,) if h < plan.end_h],
    }
    routine = [Event(hour, rank, kind) for rank, kind in enumerate(ORDER) for hour in hours[kind]]
    onsets = [
        Event(fault.hour, len(ORDER), fault)
        for fault in faults
        if fault.kind in CULTURE_FAULTS and fault.kind is not FaultKind.MISSED_FEED
    ]
    return sorted(routine + onsets, key=lambda event: (event.hour, event.rank))


def feed_hours(feeding: Feeding, *, end: float) -> list[float]:
    """Return when feed and glucose are due, in h."""
    hours = []
    due = feeding.first_h + feeding.delay_h
    while due < end:
        hours.append(due)
        due += feeding.every_h
    return hours


def missed_feeds(feeds: Sequence[float], *, faults: Sequence[Fault]) -> set[float]:
    """Return the hours of the feeds that do not come."""
    missed: set[float] = set()
    for fault in faults:
        if fault.kind is FaultKind.MISSED_FEED:
            missed.update([hour for hour in feeds if hour >= fault.hour][: int(fault.size)])
    return missed


def begin(fault: Fault, *, operation: Operation) -> Operation:
    """Return how the vessel is run once this fault of the culture has begun."""
    if fault.kind is FaultKind.RESPIRATION_LOSS:
        return operation._replace(respiration=operation.respiration * (1.0 - fault.size))
    if fault.kind is FaultKind.KLA_DROP:
        return operation._replace(transfer=operation.transfer * (1.0 - fault.size))
    if fault.kind is FaultKind.PH_PROBE_OFFSET:
        return operation._replace(probe_fault=operation.probe_fault + fault.size)
    limit = operation.contaminant_limit + fault.size / GLUCOSE_G_PER_MMOL
    return operation._replace(contaminant_limit=limit)


def seeded(state: State, fault: Fault, *, parameters: Parameters) -> State:
    """Return the state once this fault of the culture has begun: a contaminant has come in."""
    if fault.kind is not FaultKind.GLUCOSE_CRASH:
        return state
    appetite = parameters.contamination.seed_share * fault.size / GLUCOSE_G_PER_MMOL
    return state._replace(contaminant=state.contaminant + appetite)


def sampled(state: State, *, volume_ml: float) -> State:
    """Return the state after a sample: less volume, nothing else."""
    return state._replace(volume=state.volume - volume_ml / 1000.0)


def fed(state: State, addition: Addition, *, volume_ml: float) -> State:
    """Return the state after a liquid was mixed in; what it does not hold is diluted."""
    after = state.volume + volume_ml / 1000.0
    kept = state.volume / after
    share = 1.0 - kept
    diluted = {name: getattr(state, name) * kept for name in DILUTED}
    for name, concentration in addition._asdict().items():
        diluted[name] += share * concentration
    return state._replace(**diluted, volume=after)


def feed_medium(feeding: Feeding) -> Addition:
    """Return the feed medium."""
    return Addition(
        glucose=feeding.feed_glucose,
        glutamine=feeding.feed_glutamine,
        amino_acids=feeding.feed_amino_acids,
        salts=feeding.feed_salts,
    )


def glucose_solution(feeding: Feeding) -> Addition:
    """Return the solution that the daily bolus is made of."""
    return Addition(glucose=feeding.glucose_stock)


def feed_ml(state: State, *, plan: VesselPlan, feeding: Feeding) -> float:
    """Return the feed of a day in mL, as far as the vessel can hold it."""
    planned = plan.factors.feed_rate / 100.0 * feeding.volume_ml * feeding.every_h / 24.0
    return max(0.0, min(planned, feeding.capacity_ml - 1000.0 * state.volume))


def bolus_ml(state: State, *, plan: VesselPlan, feeding: Feeding) -> float:
    """Return the glucose solution in mL that lifts glucose to its set-point, as far as it fits."""
    target = plan.factors.glucose_set_point / GLUCOSE_G_PER_MMOL
    missing = 1000.0 * state.volume * (target - state.glucose) / (feeding.glucose_stock - target)
    return max(0.0, min(missing, feeding.capacity_ml - 1000.0 * state.volume))
