"""Coefficients of the cells: growth, death, metabolism and product formation.

Cells in 1e9/L (the same number as 1e6/mL), metabolites in mmol/L, product in g/L, time in hours.
"""

from dataclasses import dataclass

from pat.simulator.coefficients import CHOSEN, TUNED, XING, coefficient


@dataclass(frozen=True, slots=True)
class Growth:
    """Specific growth rate."""

    mu_max: float = coefficient(0.0470, "1/h", TUNED, "greatest specific growth rate")
    k_glucose: float = coefficient(1.0, "mmol/L", XING, "half saturation, glucose")
    k_glutamine: float = coefficient(0.188, "mmol/L", TUNED, "half saturation, glutamine")
    glutamine_share: float = coefficient(0.28, "1", TUNED, "share of growth lost without glutamine")
    k_amino_acids: float = coefficient(2.5, "mmol/L", TUNED, "half saturation, amino acids")
    ki_lactate: float = coefficient(70.0, "mmol/L", TUNED, "half inhibition, lactate")
    ki_ammonium: float = coefficient(18.0, "mmol/L", TUNED, "half inhibition, ammonium")
    ki_byproduct: float = coefficient(22.0, "mmol/L", TUNED, "half inhibition, by-products")
    byproduct_order: float = coefficient(3.0, "1", TUNED, "order of by-product inhibition")
    anoxic_share: float = coefficient(0.25, "1", TUNED, "share of growth left without oxygen")
    glycolytic_share: float = coefficient(0.45, "1", TUNED, "share left without respiration")
    lag_h: float = coefficient(12.0, "h", CHOSEN, "time constant of the lag phase")
    adaptation_at_start: float = coefficient(0.3, "1", CHOSEN, "share of mu at inoculation")


@dataclass(frozen=True, slots=True)
class Environment:
    """Temperature, pH, osmolality and oxygen as they act on the cells."""

    reference_c: float = coefficient(37.0, "degC", CHOSEN, "temperature of the coefficients")
    growth_width_c: float = coefficient(4.5, "degC", TUNED, "width of growth over temperature")
    metabolism_q10: float = coefficient(2.2, "1", TUNED, "Q10 of metabolism")
    death_q10: float = coefficient(3.2, "1", TUNED, "Q10 of death")
    optimal_ph: float = coefficient(7.05, "1", TUNED, "pH of fastest growth")
    ph_width: float = coefficient(0.33, "1", TUNED, "width of growth over pH")
    osmolality_limit: float = coefficient(340.0, "mOsm/kg", TUNED, "harmless up to here")
    growth_osmolality: float = coefficient(220.0, "mOsm/kg", TUNED, "excess that halves growth")
    k_do: float = coefficient(8.0, "% air", TUNED, "half saturation, dissolved oxygen")


@dataclass(frozen=True, slots=True)
class Death:
    """Specific death rate and lysis."""

    basal: float = coefficient(0.0006, "1/h", TUNED, "death of healthy cells at 37 degC")
    stressed: float = coefficient(0.0060, "1/h", TUNED, "added by each full stress")
    lactate: float = coefficient(80.0, "mmol/L", TUNED, "half of the lactate stress")
    ammonium: float = coefficient(12.0, "mmol/L", TUNED, "half of the ammonium stress")
    byproduct: float = coefficient(33.0, "mmol/L", TUNED, "half of the by-product stress")
    byproduct_weight: float = coefficient(1.6, "1", TUNED, "weight of the by-product stress")
    osmolality: float = coefficient(260.0, "mOsm/kg", TUNED, "excess of one full stress")
    ph_weight: float = coefficient(0.5, "1", TUNED, "weight of the pH stress")
    no_glucose: float = coefficient(0.0162, "1/h", TUNED, "death without glucose")
    k_glucose: float = coefficient(0.12, "mmol/L", TUNED, "glucose at half of it")
    no_amino_acids: float = coefficient(0.00396, "1/h", TUNED, "death without amino acids")
    k_amino_acids: float = coefficient(0.4, "mmol/L", TUNED, "amino acids at half of it")
    lysis: float = coefficient(0.0040, "1/h", TUNED, "bursting of dead cells")


@dataclass(frozen=True, slots=True)
class Carbon:
    """Glucose uptake, lactate formation and lactate uptake."""

    cell_yield: float = coefficient(0.62, "1e9/mmol", TUNED, "cells grown per glucose")
    maintenance: float = coefficient(
        0.0175, "mmol/1e9/h", TUNED, "glucose for maintenance, 37 degC"
    )
    k_uptake: float = coefficient(0.6, "mmol/L", TUNED, "half saturation of uptake")
    rich: float = coefficient(15.0, "mmol/L", TUNED, "glucose above which more is taken up")
    rich_uptake: float = coefficient(0.006, "L/mmol", TUNED, "relative rise of uptake above it")
    rich_overflow: float = coefficient(0.01, "L/mmol", TUNED, "relative rise of lactate above it")
    anoxic_uptake: float = coefficient(0.5, "1", TUNED, "relative rise of uptake without oxygen")
    glycolytic_uptake: float = coefficient(0.9, "1", TUNED, "the same without respiration")
    overflow: float = coefficient(1.45, "mol/mol", TUNED, "lactate per glucose in fast growth")
    oxidative: float = coefficient(0.12, "mol/mol", TUNED, "lactate per glucose in slow growth")
    overflow_ph: float = coefficient(1.8, "1", TUNED, "relative rise of lactate per unit of pH")
    anoxic_overflow: float = coefficient(0.9, "mol/mol", TUNED, "added without oxygen")
    glycolytic_overflow: float = coefficient(0.8, "mol/mol", TUNED, "added without respiration")
    least_yield: float = coefficient(0.02, "mol/mol", TUNED, "lower bound of lactate per glucose")
    greatest_yield: float = coefficient(2.0, "mol/mol", "stoichiometry", "upper bound of the same")
    lactate_uptake: float = coefficient(0.024, "mmol/1e9/h", TUNED, "greatest lactate uptake")
    k_lactate: float = coefficient(4.0, "mmol/L", TUNED, "half saturation of lactate uptake")
    switch_mu: float = coefficient(0.019, "1/h", TUNED, "growth rate of half switched cells")
    switch_width: float = coefficient(0.004, "1/h", TUNED, "width of the switch to oxidation")
    switch_h: float = coefficient(16.0, "h", TUNED, "time constant of the switch")


@dataclass(frozen=True, slots=True)
class Nitrogen:
    """Glutamine, glutamate, ammonium, amino acids and by-products."""

    glutamine_yield: float = coefficient(1.1, "1e9/mmol", TUNED, "cells grown per glutamine")
    glutamine_maintenance: float = coefficient(0.0022, "mmol/1e9/h", TUNED, "glutamine upkeep")
    k_maintenance: float = coefficient(2.1, "mmol/L", XING, "glutamine at half of the upkeep")
    k_glutamine: float = coefficient(0.15, "mmol/L", TUNED, "half saturation of uptake")
    glutamine_decay: float = coefficient(0.0030, "1/h", TUNED, "chemical decay to ammonium")
    ammonium_per_glutamine: float = coefficient(0.72, "mol/mol", TUNED, "ammonium released")
    glutamate_per_glutamine: float = coefficient(0.45, "mol/mol", TUNED, "glutamate released")
    glutamate_uptake: float = coefficient(0.0012, "mmol/1e9/h", TUNED, "greatest uptake")
    k_glutamate: float = coefficient(1.0, "mmol/L", TUNED, "half saturation of it")
    ammonium_basal: float = coefficient(0.00028, "mmol/1e9/h", TUNED, "ammonium of any cell")
    ammonium_rich: float = coefficient(1.17e-5, "L/1e9/h", TUNED, "more per mmol/L amino acids")
    ammonium_uptake: float = coefficient(0.0025, "mmol/1e9/h", TUNED, "greatest ammonium uptake")
    k_ammonium: float = coefficient(1.5, "mmol/L", TUNED, "half saturation of it")
    uptake_unswitched: float = coefficient(0.4, "1", TUNED, "share of it before the switch")
    deamination: float = coefficient(0.0055, "mmol/1e9/h", CHOSEN, "late ammonium, no lactate left")
    k_deamination: float = coefficient(7.0, "mmol/L", CHOSEN, "lactate that halves deamination")
    ammonium_per_lysed: float = coefficient(0.15, "mmol/1e9", CHOSEN, "ammonium of a burst cell")
    amino_acids_growth: float = coefficient(0.4, "mmol/1e9", TUNED, "amino acids per cell grown")
    amino_acids_upkeep: float = coefficient(0.0175, "mmol/1e9/h", TUNED, "their upkeep, 37 degC")
    k_amino_acids: float = coefficient(0.4, "mmol/L", TUNED, "half saturation of uptake")
    byproduct_growth: float = coefficient(0.30, "mmol/1e9", TUNED, "by-products per cell grown")
    byproduct_upkeep: float = coefficient(0.009, "mmol/1e9/h", TUNED, "by-products of any cell")


@dataclass(frozen=True, slots=True)
class Product:
    """Antibody formation; its level is the clone's specific productivity, a factor."""

    scale: float = coefficient(1.0, "1", CHOSEN, "productivity of a vessel, relative to its clone")
    q10_exponent: float = coefficient(0.35, "1", TUNED, "share of metabolism's Q10")
    cold_gain: float = coefficient(0.085, "1/degC", TUNED, "relative gain per degree of cooling")
    growing_share: float = coefficient(0.55, "1", TUNED, "share formed at full growth")
    k_amino_acids: float = coefficient(2.0, "mmol/L", TUNED, "half saturation, amino acids")
    k_glucose: float = coefficient(0.3, "mmol/L", TUNED, "half saturation, glucose")
    osmolality_gain: float = coefficient(0.001, "kg/mOsm", TUNED, "relative gain per excess")
    osmolality_cap: float = coefficient(120.0, "mOsm/kg", TUNED, "excess beyond which no gain")
    anoxic_share: float = coefficient(0.4, "1", TUNED, "share left without oxygen")
    glycolytic_share: float = coefficient(0.3, "1", TUNED, "share left without respiration")
    ki_ammonium: float = coefficient(22.0, "mmol/L", TUNED, "half inhibition, ammonium")
    ammonium_order: float = coefficient(3.0, "1", TUNED, "order of ammonium inhibition")
