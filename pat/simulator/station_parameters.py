"""Coefficients of the broth, the vessel, its control and its variation from run to run."""

from dataclasses import dataclass

from pat.simulator.coefficients import CHOSEN, TUNED, coefficient


@dataclass(frozen=True, slots=True)
class Broth:
    """Osmolality, pH and pH control."""

    osmolality_lactate: float = coefficient(0.15, "mOsm/mmol", TUNED, "it replaces bicarbonate")
    osmolality_base: float = coefficient(1.9, "mOsm/mmol", TUNED, "osmolality of added base")
    osmolality_byproduct: float = coefficient(0.25, "mOsm/mmol", TUNED, "of by-products")
    ph_fresh: float = coefficient(7.22, "1", TUNED, "pH without cells, lactate, CO2 and base")
    ph_lactate: float = coefficient(-0.0105, "L/mmol", TUNED, "pH per lactate")
    ph_ammonium: float = coefficient(0.006, "L/mmol", TUNED, "pH per ammonium")
    ph_cells: float = coefficient(-0.0011, "L/1e9", TUNED, "pH per viable cells")
    ph_co2: float = coefficient(-0.028, "1/%", TUNED, "pH per percent of CO2 in the gas")
    ph_base: float = coefficient(0.016, "L/mmol", TUNED, "pH per added base")
    dead_band: float = coefficient(0.05, "1", CHOSEN, "pH control rests within set-point +- this")
    softness: float = coefficient(0.01, "1", CHOSEN, "rounding of the dead band's edges")
    co2_gain: float = coefficient(80.0, "%/h", CHOSEN, "rise of CO2 per unit of pH above the band")
    co2_h: float = coefficient(2.0, "h", CHOSEN, "time constant of CO2's return to none")
    base_gain: float = coefficient(40.0, "mmol/L/h", CHOSEN, "base per unit of pH below the band")
    base_stock: float = coefficient(1000.0, "mmol/L", CHOSEN, "base solution")


@dataclass(frozen=True, slots=True)
class Gas:
    """Oxygen transfer, DO control and gas flow."""

    solubility: float = coefficient(0.21, "mmol/L", TUNED, "oxygen at air saturation, 37 degC")
    air_o2: float = coefficient(0.2095, "1", "dry air", "oxygen in air")
    do_set_point: float = coefficient(40.0, "% air", CHOSEN, "dissolved oxygen set-point")
    kla: float = coefficient(20.0, "1/h", CHOSEN, "oxygen transfer coefficient")
    flow: float = coefficient(30.0, "mL/min", CHOSEN, "total gas flow")
    growth_demand: float = coefficient(3.0, "mmol/1e9", TUNED, "oxygen per cell grown")
    upkeep_demand: float = coefficient(0.16, "mmol/1e9/h", TUNED, "oxygen for upkeep, 37 degC")


@dataclass(frozen=True, slots=True)
class Feeding:
    """Start, feed and daily routine of a culture."""

    volume_ml: float = coefficient(185.0, "mL", CHOSEN, "volume at inoculation")
    capacity_ml: float = coefficient(250.0, "mL", CHOSEN, "nothing is fed beyond this volume")
    least_volume_ml: float = coefficient(100.0, "mL", CHOSEN, "the probes need this much")
    inoculum: float = coefficient(1.0, "1", CHOSEN, "cells that arrive, per cells planned")
    viability: float = coefficient(0.97, "1", CHOSEN, "viable share of the inoculum")
    glucose: float = coefficient(33.0, "mmol/L", TUNED, "glucose at inoculation")
    lactate: float = coefficient(1.5, "mmol/L", CHOSEN, "lactate at inoculation")
    glutamine: float = coefficient(5.0, "mmol/L", TUNED, "glutamine at inoculation")
    glutamate: float = coefficient(1.0, "mmol/L", CHOSEN, "glutamate at inoculation")
    ammonium: float = coefficient(0.5, "mmol/L", CHOSEN, "ammonium at inoculation")
    amino_acids: float = coefficient(24.0, "mmol/L", TUNED, "amino acids at inoculation")
    salts: float = coefficient(220.0, "mOsm/kg", TUNED, "osmolality of the medium's salts")
    first_h: float = coefficient(72.0, "h", CHOSEN, "feed and glucose start on this day")
    every_h: float = coefficient(24.0, "h", CHOSEN, "time between feeds")
    delay_h: float = coefficient(0.5, "h", CHOSEN, "from the daily sample to the feed")
    feed_glucose: float = coefficient(110.0, "mmol/L", TUNED, "glucose in the feed")
    feed_glutamine: float = coefficient(10.0, "mmol/L", TUNED, "glutamine in the feed")
    feed_amino_acids: float = coefficient(165.0, "mmol/L", TUNED, "amino acids in the feed")
    feed_salts: float = coefficient(480.0, "mOsm/kg", TUNED, "osmolality of the feed's salts")
    glucose_stock: float = coefficient(2500.0, "mmol/L", CHOSEN, "glucose solution of the bolus")
    least_shot_ml: float = coefficient(0.01, "mL", CHOSEN, "the pumps give no less")
    base_pulse_ml: float = coefficient(0.25, "mL", CHOSEN, "base that makes one line in the log")


@dataclass(frozen=True, slots=True)
class Contamination:
    """A foreign organism that eats glucose."""

    growth: float = coefficient(0.15, "1/h", CHOSEN, "growth of its appetite")
    seed_share: float = coefficient(0.02, "1", CHOSEN, "its first share of the final appetite")
    k_glucose: float = coefficient(1.0, "mmol/L", CHOSEN, "half saturation of its uptake")
    acid: float = coefficient(0.5, "mol/mol", CHOSEN, "lactate it makes per glucose")
    oxygen: float = coefficient(0.5, "mol/mol", CHOSEN, "oxygen it takes per glucose")


@dataclass(frozen=True, slots=True)
class Variation:
    """Spread between vessels (sd of the log) and from day to day; zero switches one off."""

    mu_max: float = coefficient(0.04, "1", TUNED, "between vessels, growth rate")
    lag: float = coefficient(0.12, "1", CHOSEN, "between vessels, length of the lag phase")
    stressed_death: float = coefficient(0.10, "1", TUNED, "between vessels, stressed death")
    byproduct: float = coefficient(0.05, "1", TUNED, "between vessels, by-product tolerance")
    maintenance: float = coefficient(0.08, "1", TUNED, "between vessels, glucose upkeep")
    overflow: float = coefficient(0.05, "1", TUNED, "between vessels, lactate per glucose")
    lactate_uptake: float = coefficient(0.06, "1", TUNED, "between vessels, lactate uptake")
    glutamine: float = coefficient(0.05, "1", TUNED, "between vessels, glutamine upkeep")
    amino_acids: float = coefficient(0.05, "1", TUNED, "between vessels, amino acids' upkeep")
    productivity: float = coefficient(0.05, "1", TUNED, "between vessels, product formation")
    kla: float = coefficient(0.05, "1", TUNED, "between vessels, oxygen transfer")
    inoculum: float = coefficient(0.04, "1", CHOSEN, "between vessels, seed density")
    volume: float = coefficient(0.005, "1", CHOSEN, "between vessels, filled volume")
    day_mu_max: float = coefficient(0.04, "1", TUNED, "from day to day, growth rate")
    day_maintenance: float = coefficient(0.04, "1", TUNED, "from day to day, glucose upkeep")
    day_productivity: float = coefficient(0.04, "1", TUNED, "from day to day, product formation")
    day_lactate_uptake: float = coefficient(0.06, "1", TUNED, "from day to day, lactate uptake")
    day_memory: float = coefficient(0.6, "1", CHOSEN, "autocorrelation from one day to the next")
    probe_offset: float = coefficient(0.02, "1", CHOSEN, "sd of the pH probe's error at start")
    probe_drift: float = coefficient(0.003, "1/d", CHOSEN, "sd of the pH probe's drift")
