"""The right-hand side of the culture: rates and balances of one well-mixed vessel."""

from math import exp
from typing import NamedTuple

from pat.simulator.broth import base_rate, co2_rate
from pat.simulator.gas import Oxygen, dissolved_oxygen
from pat.simulator.metabolism import (
    aerobic_growth_rate,
    amino_acid_uptake,
    ammonium_formation,
    death_rate,
    glucose_uptake,
    glutamine_uptake,
    lactate_uptake,
    lactate_yield,
    product_formation,
    surroundings,
)
from pat.simulator.parameters import Parameters
from pat.simulator.state import Operation, State


class Rates(NamedTuple):
    """What happens in the vessel at one instant; mmol/1e9/h unless said otherwise."""

    growth: float  # 1/h
    death: float  # 1/h
    glucose: float
    lactate: float  # net formation
    glutamine: float
    amino_acids: float
    ammonium: float  # net formation by living cells
    product: float  # g/1e9/h
    contaminant: float  # glucose taken by a foreign organism, mmol/L/h
    ph: float
    oxygen: Oxygen


def rates(state: State, *, operation: Operation, parameters: Parameters) -> Rates:
    """Return the rates of this state."""
    p, breath = parameters, operation.respiration
    around = surroundings(state, temperature_c=operation.temperature_c, parameters=p)
    contaminant = state.contaminant * state.glucose / (p.contamination.k_glucose + state.glucose)
    growth = aerobic_growth_rate(state, around=around, parameters=p)
    growth *= share_left(breath, floor=p.growth.glycolytic_share)
    upkeep = p.gas.upkeep_demand * around.metabolism
    oxygen = dissolved_oxygen(
        (p.gas.growth_demand * growth + upkeep) * breath * state.viable
        + p.contamination.oxygen * contaminant,
        kla=p.gas.kla * operation.transfer,
        k_do=p.environment.k_do,
        gas=p.gas,
    )
    growth *= share_left(oxygen.fit, floor=p.growth.anoxic_share)
    anoxia, loss = 1.0 - oxygen.fit, 1.0 - breath
    c = p.carbon
    glucose = glucose_uptake(state, growth=growth, around=around, carbon=c)
    glucose *= 1.0 + c.anoxic_uptake * anoxia + c.glycolytic_uptake * loss
    stress = c.anoxic_overflow * anoxia + c.glycolytic_overflow * loss
    formed = lactate_yield(state, around=around, stress=stress, carbon=c) * glucose
    burnt = lactate_uptake(state, around=around, carbon=c) * breath * oxygen.fit
    glutamine = glutamine_uptake(state, growth=growth, nitrogen=p.nitrogen)
    product = product_formation(state, growth=growth, around=around, parameters=p)
    product *= share_left(oxygen.fit, floor=p.product.anoxic_share)
    product *= share_left(breath, floor=p.product.glycolytic_share)
    return Rates(
        growth=growth,
        death=death_rate(state, around=around, anoxia=anoxia, parameters=p),
        glucose=glucose,
        lactate=formed - burnt,
        glutamine=glutamine,
        amino_acids=amino_acid_uptake(state, growth=growth, around=around, nitrogen=p.nitrogen),
        ammonium=ammonium_formation(state, glutamine=glutamine, nitrogen=p.nitrogen),
        product=product * operation.productivity,
        contaminant=contaminant,
        ph=around.ph,
        oxygen=oxygen,
    )


def derivatives(state: State, *, operation: Operation, parameters: Parameters) -> State:
    """Return d(state)/dt per hour of a vessel that only pH control adds to.

    Feeds, boluses, samples and shifts are no part of it: they happen between two integrations.
    """
    s, p, n, x = state, parameters, parameters.nitrogen, state.viable
    r = rates(s, operation=operation, parameters=p)
    reading = r.ph + operation.probe_error + operation.probe_fault
    base = base_rate(reading, set_point=operation.ph_set_point, broth=p.broth)
    co2 = co2_rate(reading, set_point=operation.ph_set_point, broth=p.broth)
    dilution = base / p.broth.base_stock
    lysis = p.death.lysis * s.dead
    glutamate = n.glutamate_per_glutamine * r.glutamine
    glutamate -= n.glutamate_uptake * s.glutamate / (n.k_glutamate + s.glutamate)
    return State(
        viable=(r.growth - r.death - dilution) * x,
        dead=r.death * x - lysis - dilution * s.dead,
        lysed=lysis - dilution * s.lysed,
        glucose=-r.glucose * x - r.contaminant - dilution * s.glucose,
        lactate=r.lactate * x + p.contamination.acid * r.contaminant - dilution * s.lactate,
        glutamine=-r.glutamine * x - (n.glutamine_decay + dilution) * s.glutamine,
        glutamate=glutamate * x - dilution * s.glutamate,
        ammonium=r.ammonium * x
        + n.glutamine_decay * s.glutamine
        + n.ammonium_per_lysed * lysis
        - dilution * s.ammonium,
        amino_acids=-r.amino_acids * x - dilution * s.amino_acids,
        byproduct=(n.byproduct_growth * r.growth + n.byproduct_upkeep) * x - dilution * s.byproduct,
        product=r.product * x - dilution * s.product,
        salts=-dilution * s.salts,
        base=base - dilution * s.base,
        co2=co2 - s.co2 / p.broth.co2_h,
        oxidative=(switched_share(r.growth, p) - s.oxidative) / p.carbon.switch_h,
        adaptation=(1.0 - s.adaptation) / p.growth.lag_h,
        contaminant=contaminant_growth(s, operation=operation, parameters=p),
        volume=dilution * s.volume,
        base_ml=1000.0 * dilution * s.volume,
        co2_ml=60.0 * p.gas.flow * s.co2 / 100.0,
    )


def share_left(fit: float, *, floor: float) -> float:
    """Return 1 at a fit of 1, falling to `floor` at 0."""
    return floor + (1.0 - floor) * fit


def switched_share(growth: float, parameters: Parameters) -> float:
    """Return the share of cells that burn lactate in a long steady growth at this rate."""
    c = parameters.carbon
    return 1.0 / (1.0 + exp((growth - c.switch_mu) / c.switch_width))


def contaminant_growth(state: State, *, operation: Operation, parameters: Parameters) -> float:
    """Return the growth of the contaminant's appetite, mmol/L/h per h: logistic, while fed."""
    limit, c = operation.contaminant_limit, parameters.contamination
    if limit <= 0.0:
        return 0.0
    fed = state.glucose / (c.k_glucose + state.glucose)
    return c.growth * state.contaminant * (1.0 - state.contaminant / limit) * fed
