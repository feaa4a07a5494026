"""What is in a vessel and how the vessel is run, at one instant."""

from typing import NamedTuple

#: From atomic weights; lactate as its ion.
GLUCOSE_G_PER_MMOL = 0.18016
LACTATE_G_PER_MMOL = 0.08907


class State(NamedTuple):
    """Contents of the vessel; cells in 1e9/L, metabolites in mmol/L unless said otherwise."""

    viable: float
    dead: float
    lysed: float
    glucose: float
    lactate: float
    glutamine: float
    glutamate: float
    ammonium: float
    amino_acids: float
    byproduct: float
    product: float  # g/L
    salts: float  # mOsm/kg
    base: float  # added by pH control
    co2: float  # % of the inlet gas, set by pH control
    oxidative: float  # share of the switch from making to burning lactate, 0 to 1
    adaptation: float  # share of the growth rate that the lag phase allows, 0 to 1
    contaminant: float  # glucose that a foreign organism could take, mmol/L/h
    volume: float  # L
    base_ml: float  # cumulative
    co2_ml: float  # cumulative, of gas


class Operation(NamedTuple):
    """How the vessel is run, faults included; constant between two events."""

    temperature_c: float
    ph_set_point: float
    productivity: float  # of the clone, g/1e9/h at the reference temperature
    probe_error: float = 0.0  # pH that the probe reads too high by its nature
    probe_fault: float = 0.0  # pH that it reads too high by a fault
    respiration: float = 1.0  # share of the respiration left
    transfer: float = 1.0  # share of kLa left
    contaminant_limit: float = 0.0  # mmol/L/h, where the foreign organism stops growing
