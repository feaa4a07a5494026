"""Classical Runge-Kutta steps between two events."""

from collections.abc import Callable
from math import ceil

from pat.simulator.state import State

#: h. Ten times finer steps change no concentration by one part in 1e5, and pH by less than 0.001.
LONGEST_STEP_H = 0.5


def integrate(
    state: State,
    slope: Callable[[State], State],
    *,
    start: float,
    stop: float,
    longest_step_h: float = LONGEST_STEP_H,
) -> list[tuple[float, State]]:
    """Return time and state after each of equal steps from `start` to `stop` (h).

    Notes
    -----
    Fixed steps of plain floats, vessel by vessel: the fastest rates are about 1 per hour, so half
    an hour is short enough; the result does not depend on the other vessels to the last bit,
    which no array of vessels could promise; and a step costs less than one of an adaptive solver.
    """
    if stop <= start:
        return []
    steps = max(1, ceil((stop - start) / longest_step_h - 1e-9))
    h = (stop - start) / steps
    knots = []
    for k in range(1, steps + 1):
        state = _runge_kutta_step(state, slope, h=h)
        knots.append((stop if k == steps else start + k * h, state))
    return knots


def _runge_kutta_step(state: State, slope: Callable[[State], State], *, h: float) -> State:
    k1 = slope(state)
    k2 = slope(State._make([y + 0.5 * h * k for y, k in zip(state, k1, strict=True)]))
    k3 = slope(State._make([y + 0.5 * h * k for y, k in zip(state, k2, strict=True)]))
    k4 = slope(State._make([y + h * k for y, k in zip(state, k3, strict=True)]))
    return State._make(
        [
            y + h / 6.0 * (a + 2.0 * (b + c) + d)
            for y, a, b, c, d in zip(state, k1, k2, k3, k4, strict=True)
        ]
    )
