"""Steps between events are exact to what a culture needs, and end where they should."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from pat.simulator.integration import integrate
from pat.simulator.kinetics import derivatives
from pat.simulator.parameters import Parameters
from pat.simulator.plan import Factors, VesselPlan
from pat.simulator.state import Operation, State
from pat.simulator.vessel_run import CLONE_UNIT, initial_state

ONE = State(*np.ones(len(State._fields)))


def decay(state: State) -> State:
    return State(*(-0.7 * value for value in state))


@pytest.mark.parametrize("stop", [0.3, 1.0, 7.25])
def test_steps_end_exactly_where_they_should_and_are_never_too_long(stop):
    steps = integrate(ONE, decay, start=0.1, stop=stop)
    times = np.array([0.1, *(time for time, _ in steps)])
    assert times[-1] == stop
    assert np.all(np.diff(times) <= 0.5 + 1e-12)


def test_nothing_happens_in_no_time():
    assert integrate(ONE, decay, start=2.0, stop=2.0) == []


def test_an_exponential_decay_is_met_with_the_fourth_order():
    errors = [
        abs(integrate(ONE, decay, start=0, stop=4, longest_step_h=h)[-1][1].viable - np.exp(-2.8))
        for h in (0.25, 0.125)
    ]
    assert errors[0] < 1e-4
    assert errors[0] / errors[1] == pytest.approx(16.0, rel=0.1)


def test_five_days_of_culture_agree_with_an_adaptive_solver_of_order_eight():
    parameters = Parameters()
    plan = VesselPlan("V01", Factors())
    operation = Operation(37.0, 7.05, 36.0 * CLONE_UNIT)
    start = initial_state(plan, operation=operation, parameters=parameters)

    def slope(state: State) -> State:
        return derivatives(state, operation=operation, parameters=parameters)

    oracle = solve_ivp(
        lambda _, y: slope(State(*y.tolist())), (0, 120), np.array(start), method="DOP853",
        rtol=1e-9, atol=1e-12, max_step=2.0,
    ).y[:, -1]  # fmt: skip
    ours = np.array(integrate(start, slope, start=0.0, stop=120.0)[-1][1])

    scale = np.maximum(np.abs(oracle), 1e-3)
    assert np.max(np.abs(ours - oracle) / scale) < 2e-4
    exact = [State._fields.index(name) for name in ("viable", "glucose", "lactate", "product")]
    assert np.max(np.abs(ours - oracle)[exact] / scale[exact]) < 1e-5
