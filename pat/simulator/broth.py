"""Osmolality, pH and pH control of the broth."""

from math import exp, log1p

from pat.simulator.state import State
from pat.simulator.station_parameters import Broth


def osmolality(state: State, *, broth: Broth) -> float:
    """Return the osmolality in mOsm/kg."""
    s = state
    return (
        s.salts
        + s.glucose
        + s.glutamine
        + s.glutamate
        + s.amino_acids
        + s.ammonium
        + broth.osmolality_lactate * s.lactate
        + broth.osmolality_base * s.base
        + broth.osmolality_byproduct * s.byproduct
    )


def ph(state: State, *, broth: Broth) -> float:
    """Return the true pH: linear in what shifts it, valid from about 6.6 to 7.5."""
    return (
        broth.ph_fresh
        + broth.ph_lactate * state.lactate
        + broth.ph_ammonium * state.ammonium
        + broth.ph_cells * state.viable
        + broth.ph_co2 * state.co2
        + broth.ph_base * state.base
    )


def co2_rate(reading: float, *, set_point: float, broth: Broth) -> float:
    """Return how fast control raises the CO2 of the gas, in %/h, at this reading of pH."""
    above = reading - set_point - broth.dead_band
    return broth.co2_gain * softplus(above, width=broth.softness)


def base_rate(reading: float, *, set_point: float, broth: Broth) -> float:
    """Return how fast control adds base, in mmol/L/h, at this reading of pH."""
    below = set_point - broth.dead_band - reading
    return broth.base_gain * softplus(below, width=broth.softness)


def co2_at_start(state: State, *, target: float, broth: Broth) -> float:
    """Return the CO2 in % at which control of a fresh broth comes to rest around this pH."""
    too_alkaline = ph(state, broth=broth) - target - broth.dead_band
    reach = broth.co2_gain * broth.co2_h  # % per unit of pH above the band, once at rest
    return max(0.0, reach * too_alkaline / (1.0 - reach * broth.ph_co2))


def softplus(x: float, *, width: float) -> float:
    """Return max(x, 0) with its corner rounded over `width`."""
    scaled = x / width
    if scaled > 30.0:  # log1p(exp(30)) is 30 to 1e-13
        return x
    return width * log1p(exp(scaled))
