"""Specific rates of the cells, each as one formula of the state and its surroundings."""

from math import exp
from typing import NamedTuple

from pat.simulator.broth import osmolality, ph
from pat.simulator.cell_parameters import Carbon, Nitrogen
from pat.simulator.parameters import Parameters
from pat.simulator.state import State


class Surroundings(NamedTuple):
    """How temperature, pH and osmolality act on the cells."""

    growth_fit: float  # factor of all three on growth, 1 at the optimum
    metabolism: float  # Q10 factor
    death: float  # Q10 factor
    cooling: float  # degrees below the reference temperature, not negative
    ph: float
    ph_fit: float  # 1 at the optimum
    alkalinity: float  # pH above the optimum
    excess: float  # osmolality above what is harmless, mOsm/kg


def surroundings(state: State, *, temperature_c: float, parameters: Parameters) -> Surroundings:
    """Return what the broth's temperature, pH and osmolality do to the cells."""
    e = parameters.environment
    warmth = temperature_c - e.reference_c
    acidity = ph(state, broth=parameters.broth)
    excess = max(0.0, osmolality(state, broth=parameters.broth) - e.osmolality_limit)
    alkalinity = acidity - e.optimal_ph
    ph_fit = exp(-((alkalinity / e.ph_width) ** 2))
    temperature_fit = exp(-((warmth / e.growth_width_c) ** 2))
    osmolality_fit = 1.0 / (1.0 + (excess / e.growth_osmolality) ** 2)
    return Surroundings(
        growth_fit=temperature_fit * ph_fit * osmolality_fit,
        metabolism=e.metabolism_q10 ** (warmth / 10.0),
        death=e.death_q10 ** (warmth / 10.0),
        cooling=max(0.0, -warmth),
        ph=acidity,
        ph_fit=ph_fit,
        alkalinity=alkalinity,
        excess=excess,
    )


def aerobic_growth_rate(state: State, *, around: Surroundings, parameters: Parameters) -> float:
    """Return the specific growth rate in 1/h where oxygen and respiration do not limit."""
    s, g = state, parameters.growth
    glutamine = s.glutamine / (g.k_glutamine + s.glutamine)
    return (
        g.mu_max
        * s.adaptation
        * around.growth_fit
        * s.glucose
        / (g.k_glucose + s.glucose)
        * (1.0 - g.glutamine_share + g.glutamine_share * glutamine)
        * s.amino_acids
        / (g.k_amino_acids + s.amino_acids)
        * g.ki_lactate
        / (g.ki_lactate + s.lactate)
        * g.ki_ammonium
        / (g.ki_ammonium + s.ammonium)
        / (1.0 + (s.byproduct / g.ki_byproduct) ** g.byproduct_order)
    )


def death_rate(
    state: State, *, around: Surroundings, anoxia: float, parameters: Parameters
) -> float:
    """Return the specific death rate in 1/h; `anoxia` is 0 with oxygen and 1 without."""
    s, d = state, parameters.death
    stress = (
        hill(s.lactate / d.lactate, order=2)
        + hill(s.ammonium / d.ammonium, order=2)
        + d.byproduct_weight * hill(s.byproduct / d.byproduct, order=3)
        + (around.excess / d.osmolality) ** 2
    )
    starvation = d.no_glucose * d.k_glucose / (
        d.k_glucose + s.glucose
    ) + d.no_amino_acids * d.k_amino_acids / (d.k_amino_acids + s.amino_acids)
    other = d.ph_weight * (1.0 - around.ph_fit) + anoxia
    return around.death * (d.basal + d.stressed * stress) + starvation + d.stressed * other


def glucose_uptake(state: State, *, growth: float, around: Surroundings, carbon: Carbon) -> float:
    """Return the glucose uptake in mmol/1e9/h of cells that breathe freely."""
    s = state
    richness = max(0.0, s.glucose - carbon.rich)
    return (
        (growth / carbon.cell_yield + carbon.maintenance * around.metabolism)
        * s.glucose
        / (carbon.k_uptake + s.glucose)
        * (1.0 + carbon.rich_uptake * richness)
    )


def lactate_yield(state: State, *, around: Surroundings, stress: float, carbon: Carbon) -> float:
    """Return lactate formed per glucose, mol/mol; `stress` is what want of oxygen adds."""
    c = carbon
    unswitched = c.oxidative + (c.overflow - c.oxidative) * (1.0 - state.oxidative)
    alkalinity = 1.0 + c.overflow_ph * around.alkalinity
    richness = 1.0 + c.rich_overflow * max(0.0, state.glucose - c.rich)
    formed = unswitched * alkalinity * richness + stress
    return min(max(formed, c.least_yield), c.greatest_yield)


def lactate_uptake(state: State, *, around: Surroundings, carbon: Carbon) -> float:
    """Return the lactate uptake in mmol/1e9/h of cells that breathe freely."""
    saturation = state.lactate / (carbon.k_lactate + state.lactate)
    return carbon.lactate_uptake * state.oxidative * saturation * around.metabolism


def glutamine_uptake(state: State, *, growth: float, nitrogen: Nitrogen) -> float:
    """Return the glutamine uptake in mmol/1e9/h."""
    n, glutamine = nitrogen, state.glutamine
    upkeep = n.glutamine_maintenance * glutamine / (n.k_maintenance + glutamine)
    return (growth / n.glutamine_yield + upkeep) * glutamine / (n.k_glutamine + glutamine)


def amino_acid_uptake(
    state: State, *, growth: float, around: Surroundings, nitrogen: Nitrogen
) -> float:
    """Return the uptake of lumped amino acids in mmol/1e9/h."""
    n = nitrogen
    wanted = n.amino_acids_growth * growth + n.amino_acids_upkeep * around.metabolism
    return wanted * state.amino_acids / (n.k_amino_acids + state.amino_acids)


def ammonium_formation(state: State, *, glutamine: float, nitrogen: Nitrogen) -> float:
    """Return the net ammonium of living cells in mmol/1e9/h at this glutamine uptake.

    Cells that have switched to burning lactate turn to amino acids once it is gone, which
    releases ammonium: the late rise.
    """
    n, s = nitrogen, state
    switched = (n.uptake_unswitched + (1.0 - n.uptake_unswitched) * s.oxidative) * s.oxidative
    hunger = n.k_deamination / (n.k_deamination + s.lactate)
    amino_acids = s.amino_acids / (n.k_amino_acids + s.amino_acids)
    return (
        n.ammonium_per_glutamine * glutamine
        + n.ammonium_basal
        + n.ammonium_rich * s.amino_acids
        - n.ammonium_uptake * switched * s.ammonium / (n.k_ammonium + s.ammonium)
        + n.deamination * s.oxidative * hunger**2 * amino_acids
    )


def product_formation(
    state: State, *, growth: float, around: Surroundings, parameters: Parameters
) -> float:
    """Return product formed per unit of the clone's productivity, of cells that breathe freely."""
    s, q = state, parameters.product
    resting = 1.0 - growth / parameters.growth.mu_max
    return (
        around.metabolism**q.q10_exponent
        * (1.0 + q.cold_gain * around.cooling)
        * (q.growing_share + (1.0 - q.growing_share) * resting)
        * s.amino_acids
        / (q.k_amino_acids + s.amino_acids)
        * s.glucose
        / (q.k_glucose + s.glucose)
        * q.scale
        * (1.0 + q.osmolality_gain * min(around.excess, q.osmolality_cap))
        / (1.0 + (s.ammonium / q.ki_ammonium) ** q.ammonium_order)
    )


def hill(x: float, *, order: int) -> float:
    """Return x^order / (1 + x^order)."""
    power = x**order
    return power / (1.0 + power)
