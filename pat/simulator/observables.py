"""What can be known of a culture at one instant: the columns of a trajectory."""

from typing import NamedTuple


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
