"""Oxygen: what the cells get, and the gas that dissolved-oxygen control blends for them."""

from typing import NamedTuple

from pat.simulator.station_parameters import Gas


class Oxygen(NamedTuple):
    """Dissolved oxygen and what is needed to hold it."""

    do_percent: float  # of air saturation
    fraction: float  # of O2 in the inlet gas
    uptake: float  # mmol/L/h
    fit: float  # 1 at the set-point, falling to 0 without oxygen


class GasFlows(NamedTuple):
    """Flows of the four gases, mL/min."""

    air: float
    n2: float
    o2: float
    co2: float


def dissolved_oxygen(demand: float, *, kla: float, k_do: float, gas: Gas) -> Oxygen:
    """Return the quasi-steady oxygen at a demand in mmol/L/h.

    Control enriches the gas until the set-point is held or the gas is pure oxygen; beyond that
    dissolved oxygen falls, and at none the uptake is what kLa can carry.
    """
    needed = gas.air_o2 * (gas.do_set_point / 100.0 + demand / (kla * gas.solubility))
    if needed <= 1.0:
        return Oxygen(gas.do_set_point, needed, demand, 1.0)
    left = 100.0 * (1.0 / gas.air_o2 - demand / (kla * gas.solubility))
    do = max(0.0, left)
    fit = do / (do + k_do) * (gas.do_set_point + k_do) / gas.do_set_point
    return Oxygen(do, 1.0, min(demand, kla * gas.solubility / gas.air_o2), min(1.0, fit))


def gas_flows(o2_fraction: float, *, co2_fraction: float, gas: Gas) -> GasFlows:
    """Return the blend of air, nitrogen, oxygen and CO2 with these shares of the total flow.

    Notes
    -----
    CO2 gives way to oxygen where the two do not fit into one gas.
    """
    co2 = min(co2_fraction, 1.0 - o2_fraction)
    rest = 1.0 - co2
    if o2_fraction <= gas.air_o2 * rest:
        air, o2 = o2_fraction / gas.air_o2, 0.0
    else:
        o2 = (o2_fraction - gas.air_o2 * rest) / (1.0 - gas.air_o2)
        air = max(0.0, rest - o2)
    n2 = max(0.0, rest - air - o2)
    flows = (air, n2, o2, co2)
    return GasFlows(*(gas.flow * share for share in flows))
