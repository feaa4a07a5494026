"""Cultures and spectra with the truth known: a campaign to learn, test and plan on."""

from pat.simulator.assays import DEFAULT_METHODS, AssayMethod, methods
from pat.simulator.campaign import SimulatedCampaign, campaign_truth, simulate_campaign
from pat.simulator.components import (
    band_table,
    component_units,
    default_axis,
    pure_spectra,
    write_pure_spectra,
)
from pat.simulator.culture import Trajectory, simulate_culture, simulate_cultures
from pat.simulator.design import DesignKind, Factors, Spike, VesselPlan, design, sampling
from pat.simulator.disturbances import Disturbances
from pat.simulator.faults import Fault, FaultKind, parse_fault
from pat.simulator.files import write_simulated_campaign
from pat.simulator.instrument import Acquisition, Instrument, instrument_named
from pat.simulator.mess import MessKind, mess_kinds
from pat.simulator.parameters import Parameters, parameter_table
from pat.simulator.settings import CampaignSettings

__all__ = [
    "DEFAULT_METHODS",
    "Acquisition",
    "AssayMethod",
    "CampaignSettings",
    "DesignKind",
    "Disturbances",
    "Factors",
    "Fault",
    "FaultKind",
    "Instrument",
    "MessKind",
    "Parameters",
    "SimulatedCampaign",
    "Spike",
    "Trajectory",
    "VesselPlan",
    "band_table",
    "campaign_truth",
    "component_units",
    "default_axis",
    "design",
    "instrument_named",
    "mess_kinds",
    "methods",
    "parameter_table",
    "parse_fault",
    "pure_spectra",
    "sampling",
    "simulate_campaign",
    "simulate_culture",
    "simulate_cultures",
    "write_pure_spectra",
    "write_simulated_campaign",
]
