"""What can be known of a culture at one instant: the columns of a trajectory."""

from typing import NamedTuple

from pat.simulator.broth import osmolality
from pat.simulator.gas import gas_flows
from pat.simulator.kinetics import rates
from pat.simulator.parameters import Parameters
from pat.simulator.state import GLUCOSE_G_PER_MMOL, LACTATE_G_PER_MMOL, Operation, State


class Observation(NamedTuple):
    """A culture at one instant, without error of measurement (but see `ph_probe`)."""

    elapsed_h: float
    vcd_1e6_per_ml: float
    viability_percent: float
    tcd_1e6_per_ml: float
    glucose_g_per_l: float
    lactate_g_per_l: float
    glutamine_mmol_per_l: float
    glutamate_mmol_per_l: float
    ammonium_mmol_per_l: float
    titre_g_per_l: float
    osmolality_mosm_per_kg: float
    volume_ml: float
    ph_true: float
    ph_probe: float  # as the vessel's own probe reads it, and as pH is controlled by
    do_percent: float
    o2_fraction: float  # of the inlet gas
    co2_fraction: float  # of the inlet gas
    gas_flow_ml_per_min: float
    air_flow_ml_per_min: float
    n2_flow_ml_per_min: float
    o2_flow_ml_per_min: float
    co2_flow_ml_per_min: float
    kla_per_h: float
    our_mmol_per_l_h: float
    co2_addition_ml: float  # cumulative, gas added by pH control
    base_addition_ml: float  # cumulative, added by pH control
    temperature_c: float
    amino_acids_mmol_per_l: float  # the feed's lumped amino acids
    byproduct_mmol_per_l: float  # lumped inhibitors
    lysed_1e6_per_ml: float  # cells that have burst: host-cell protein and DNA follow it
    growth_rate_per_h: float
    glucose_uptake_mmol_per_l_h: float
    product_formation_g_per_l_h: float


def observe(
    hour: float, state: State, *, operation: Operation, parameters: Parameters
) -> Observation:
    """Return what a state means to those who look at the culture."""
    s, p = state, parameters
    r = rates(s, operation=operation, parameters=p)
    total = s.viable + s.dead
    flows = gas_flows(r.oxygen.fraction, co2_fraction=s.co2 / 100.0, gas=p.gas)
    return Observation(
        elapsed_h=hour,
        vcd_1e6_per_ml=s.viable,
        viability_percent=100.0 * s.viable / total,
        tcd_1e6_per_ml=total,
        glucose_g_per_l=s.glucose * GLUCOSE_G_PER_MMOL,
        lactate_g_per_l=s.lactate * LACTATE_G_PER_MMOL,
        glutamine_mmol_per_l=s.glutamine,
        glutamate_mmol_per_l=s.glutamate,
        ammonium_mmol_per_l=s.ammonium,
        titre_g_per_l=s.product,
        osmolality_mosm_per_kg=osmolality(s, broth=p.broth),
        volume_ml=1000.0 * s.volume,
        ph_true=r.ph,
        ph_probe=r.ph + operation.probe_error + operation.probe_fault,
        do_percent=r.oxygen.do_percent,
        o2_fraction=r.oxygen.fraction,
        co2_fraction=flows.co2 / p.gas.flow,
        gas_flow_ml_per_min=p.gas.flow,
        air_flow_ml_per_min=flows.air,
        n2_flow_ml_per_min=flows.n2,
        o2_flow_ml_per_min=flows.o2,
        co2_flow_ml_per_min=flows.co2,
        kla_per_h=p.gas.kla * operation.transfer,
        our_mmol_per_l_h=r.oxygen.uptake,
        co2_addition_ml=s.co2_ml,
        base_addition_ml=s.base_ml,
        temperature_c=operation.temperature_c,
        amino_acids_mmol_per_l=s.amino_acids,
        byproduct_mmol_per_l=s.byproduct,
        lysed_1e6_per_ml=s.lysed,
        growth_rate_per_h=r.growth,
        glucose_uptake_mmol_per_l_h=r.glucose * s.viable + r.contaminant,
        product_formation_g_per_l_h=r.product * s.viable,
    )
