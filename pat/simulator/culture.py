"""A fed-batch culture over time: simulated, and what is true in it at every instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pat.arrays import FloatArray
from pat.errors import InputError
from pat.simulator.events import EventKind, schedule
from pat.simulator.faults import Fault, check_faults
from pat.simulator.observables import Observation, observe
from pat.simulator.parameters import Parameters
from pat.simulator.plan import VesselPlan, check_plans
from pat.simulator.variation import individual
from pat.simulator.vessel_run import Logged, VesselRun


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """One culture, simulated.

    Parameters
    ----------
    plan : VesselPlan
    hours : ndarray of shape (n,)
        Whole hours from 0 to the end of the run.
    states : DataFrame of n rows
        The columns of `Observation` at `hours`; its index is 0..n-1.
    events : DataFrame
        elapsed_h, kind (feed, bolus, base, sample, temperature_shift), amount, unit; in order of
        time. `base` is the totaliser of the pH control, not an addition at one instant.
    knots : DataFrame
        The columns of `states` at every step of the integration. An event has two rows at its
        time: before it and after it.
    faults : tuple of Fault
        Every fault of this vessel, those of its spectrometer too.
    """

    plan: VesselPlan
    hours: FloatArray
    states: pd.DataFrame
    events: pd.DataFrame
    knots: pd.DataFrame
    faults: tuple[Fault, ...] = ()

    @property
    def vessel(self) -> str:
        """Name of the vessel."""
        return self.plan.vessel

    def at(self, hours: ArrayLike) -> pd.DataFrame:
        """Return the columns of `states` at these hours, one row each.

        An instant exactly at an event is before it.

        Raises
        ------
        InputError
            If an hour lies outside the run.

        Notes
        -----
        Linear between the steps of the integration, which are at most half an hour apart; never
        across an event.
        """
        wanted = np.atleast_1d(np.asarray(hours, dtype=np.float64))
        times = self.knots["elapsed_h"].to_numpy()
        inside = (wanted >= times[0]) & (wanted <= times[-1])
        if not np.all(inside):
            msg = (
                f"vessel {self.vessel}: expected hours from {times[0]:g} to {times[-1]:g}; "
                f"got {wanted[~inside][0]:g}"
            )
            raise InputError(msg)
        right = np.maximum(np.searchsorted(times, wanted, side="left"), 1)
        left = right - 1
        gap = times[right] - times[left]
        weight = np.where(gap > 0, (wanted - times[left]) / np.where(gap > 0, gap, 1.0), 0.0)
        values = self.knots.to_numpy()
        weight = weight[:, np.newaxis]
        rows = (1.0 - weight) * values[left] + weight * values[right]
        frame = pd.DataFrame(rows, columns=self.knots.columns)
        frame["elapsed_h"] = wanted
        return frame


def simulate_cultures(
    plans: Sequence[VesselPlan],
    *,
    seed: int,
    parameters: Parameters | None = None,
    faults: Sequence[Fault] = (),
) -> list[Trajectory]:
    """Return one trajectory a plan, in the order of the plans.

    Parameters
    ----------
    plans : sequence of VesselPlan
    seed : int
        Together with a vessel's name it fixes that vessel's random numbers, so that neither the
        other vessels nor a fault change them: the run of the same seed without the faults is
        their exact counterfactual.
    parameters : Parameters or None
        None: the defaults.
    faults : sequence of Fault
        Those of the light path are kept with their vessel and change nothing here.

    Raises
    ------
    InputError
        If there is no vessel, a name comes twice, a plan cannot be run, the seed is negative, or
        a fault is in a vessel that is not there or outside its run.
    """
    check_plans(plans)
    check_faults(faults, hours={plan.vessel: plan.end_h for plan in plans})
    return [
        simulate_culture(
            plan,
            seed=seed,
            parameters=parameters,
            faults=[fault for fault in faults if fault.vessel == plan.vessel],
        )
        for plan in plans
    ]


def simulate_culture(
    plan: VesselPlan,
    *,
    seed: int,
    parameters: Parameters | None = None,
    faults: Sequence[Fault] = (),
) -> Trajectory:
    """Return the trajectory of one vessel, the same as among others; see `simulate_cultures`."""
    check_plans([plan])
    check_faults(faults, hours={plan.vessel: plan.end_h})
    p = parameters or Parameters()
    own = individual(p, vessel=plan.vessel, days=ceil(plan.days), seed=seed)
    run = VesselRun(plan, own=own)
    run.run(schedule(plan, feeding=p.feeding, faults=faults))
    knots = pd.DataFrame(
        [
            observe(knot.hour, knot.state, operation=knot.operation, parameters=knot.parameters)
            for knot in run.knots
        ],
        columns=list(Observation._fields),
    )
    hours = np.arange(int(plan.end_h) + 1, dtype=np.float64)
    first = np.searchsorted(knots["elapsed_h"].to_numpy(), hours, side="left")
    return Trajectory(
        plan=plan,
        hours=hours,
        states=knots.iloc[first].reset_index(drop=True),
        events=event_record(run.log, knots, pulse_ml=p.feeding.base_pulse_ml),
        knots=knots,
        faults=tuple(faults),
    )


def event_record(log: Sequence[Logged], knots: pd.DataFrame, *, pulse_ml: float) -> pd.DataFrame:
    """Return the record of events, with a line for every `pulse_ml` of base."""
    total = knots["base_addition_ml"].to_numpy()
    pulses = pulse_ml * np.arange(1, int(total[-1] / pulse_ml) + 1)
    hours = np.interp(pulses, total, knots["elapsed_h"].to_numpy())
    base = [Logged(float(hour), EventKind.BASE, pulse_ml, "mL") for hour in hours]
    lines = sorted([*log, *base], key=lambda line: line.elapsed_h)
    record = pd.DataFrame(lines, columns=list(Logged._fields))
    return record.astype(
        {"elapsed_h": "float64", "kind": "str", "amount": "float64", "unit": "str"}
    )
