"""One vessel through its run: events at their instants, Runge-Kutta steps between them."""

from collections.abc import Sequence
from typing import NamedTuple

from pat.errors import InputError
from pat.simulator.broth import co2_at_start
from pat.simulator.events import (
    Event,
    EventKind,
    begin,
    bolus_ml,
    fed,
    feed_medium,
    feed_ml,
    glucose_solution,
    sampled,
    seeded,
)
from pat.simulator.faults import Fault
from pat.simulator.integration import LONGEST_STEP_H, integrate
from pat.simulator.kinetics import derivatives
from pat.simulator.parameters import Parameters
from pat.simulator.plan import VesselPlan
from pat.simulator.state import Operation, State
from pat.simulator.station_parameters import Feeding
from pat.simulator.variation import Individual

#: What a clone of 1 pg/cell/d forms, in g/1e9 cells/h.
CLONE_UNIT = 1e-3 / 24.0


class Knot(NamedTuple):
    """A vessel at one instant, and what governs it from there on."""

    hour: float
    state: State
    operation: Operation
    parameters: Parameters


class Logged(NamedTuple):
    """A line of the record of events."""

    elapsed_h: float
    kind: str  # of `EventKind`
    amount: float
    unit: str


class VesselRun:
    """A vessel that is taken from event to event and remembers its way.

    `knots` has every step; where something changes at an instant, two: before and after.
    """

    def __init__(self, plan: VesselPlan, *, own: Individual) -> None:
        self.plan = plan
        self.own = own
        parameters = own.parameters(0.0)
        operation = Operation(
            temperature_c=parameters.environment.reference_c,
            ph_set_point=plan.factors.ph_set_point,
            productivity=plan.factors.specific_productivity * CLONE_UNIT,
            probe_error=own.probe_error(0.0),
        )
        state = initial_state(plan, operation=operation, parameters=parameters)
        self.knots = [Knot(0.0, state, operation, parameters)]
        self.log: list[Logged] = []

    def run(self, events: Sequence[Event]) -> None:
        """Go to the end of the plan, hour by hour, through these events, which are in order."""
        at_hour: dict[float, list[Event]] = {}
        for event in events:
            at_hour.setdefault(event.hour, []).append(event)
        whole_hours = {float(hour) for hour in range(int(self.plan.end_h) + 1)}
        for hour in sorted(whole_hours | set(at_hour)):
            self._advance(hour)
            self._change(hour, at_hour.get(hour, []))

    def _advance(self, hour: float) -> None:
        last = self.knots[-1]

        def slope(state: State) -> State:
            return derivatives(state, operation=last.operation, parameters=last.parameters)

        steps = integrate(
            last.state,
            slope,
            start=last.hour,
            stop=hour,
            longest_step_h=longest_step_h(last.operation, parameters=last.parameters),
        )
        self.knots += [last._replace(hour=time, state=state) for time, state in steps]

    def _change(self, hour: float, events: Sequence[Event]) -> None:
        before = self.knots[-1]
        after = before
        if hour % 24 == 0:
            after = after._replace(
                parameters=self.own.parameters(hour),
                operation=after.operation._replace(probe_error=self.own.probe_error(hour)),
            )
        for event in events:
            after = self._happen(event, after)
        if after is not before:
            self.knots.append(after)

    def _happen(self, event: Event, knot: Knot) -> Knot:
        state, feeding = knot.state, knot.parameters.feeding
        if isinstance(event.cause, Fault):
            return knot._replace(
                state=seeded(state, event.cause, parameters=knot.parameters),
                operation=begin(event.cause, operation=knot.operation),
            )
        if event.cause is EventKind.SAMPLE:
            return knot._replace(state=self._sample(event, state, feeding=feeding))
        if event.cause is EventKind.TEMPERATURE_SHIFT:
            temperature = self.plan.factors.shift_temperature
            self._note(event, temperature, unit="degC")
            return knot._replace(operation=knot.operation._replace(temperature_c=temperature))
        if event.cause is EventKind.FEED:
            liquid, volume = feed_medium(feeding), feed_ml(state, plan=self.plan, feeding=feeding)
        else:
            liquid = glucose_solution(feeding)
            volume = bolus_ml(state, plan=self.plan, feeding=feeding)
        if volume < feeding.least_shot_ml:
            return knot
        self._note(event, volume)
        return knot._replace(state=fed(state, liquid, volume_ml=volume))

    def _sample(self, event: Event, state: State, *, feeding: Feeding) -> State:
        left = sampled(state, volume_ml=self.plan.sample_ml)
        if 1000.0 * left.volume < feeding.least_volume_ml:
            msg = (
                f"vessel {self.plan.vessel}: expected samples that leave "
                f"{feeding.least_volume_ml:g} mL in the vessel; the one at {event.hour:g} h leaves "
                f"{1000.0 * left.volume:.0f} mL: take fewer or smaller ones"
            )
            raise InputError(msg)
        self._note(event, self.plan.sample_ml)
        return left

    def _note(self, event: Event, amount: float, *, unit: str = "mL") -> None:
        self.log.append(Logged(event.hour, str(event.cause), amount, unit))


def longest_step_h(operation: Operation, *, parameters: Parameters) -> float:
    """Return the step in h that resolves the fastest rate: a contaminant's, near no glucose."""
    fastest = operation.contaminant_limit / parameters.contamination.k_glucose
    return LONGEST_STEP_H / max(1.0, LONGEST_STEP_H * fastest)


def initial_state(plan: VesselPlan, *, operation: Operation, parameters: Parameters) -> State:
    """Return the vessel as it is inoculated, its gas already at the pH set-point."""
    f = parameters.feeding
    viable = plan.factors.seed_density * f.inoculum
    state = State(
        viable=viable,
        dead=viable * (1.0 / f.viability - 1.0),
        lysed=0.0,
        glucose=f.glucose,
        lactate=f.lactate,
        glutamine=f.glutamine,
        glutamate=f.glutamate,
        ammonium=f.ammonium,
        amino_acids=f.amino_acids,
        byproduct=0.0,
        product=0.0,
        salts=f.salts,
        base=0.0,
        co2=0.0,
        oxidative=0.0,
        adaptation=parameters.growth.adaptation_at_start,
        contaminant=0.0,
        volume=f.volume_ml / 1000.0,
        base_ml=0.0,
        co2_ml=0.0,
    )
    target = operation.ph_set_point - operation.probe_error
    return state._replace(co2=co2_at_start(state, target=target, broth=parameters.broth))
