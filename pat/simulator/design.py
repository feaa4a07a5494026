"""Which cultures a campaign runs: the factors of each vessel, its samples and its spikes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Factors:
    """What is set in one vessel: the process factors and the clone."""

    seed_density: float = 0.5  # 1e6 viable cells/mL at inoculation
    feed_rate: float = 3.2  # % of the initial volume a day, from day 3
    glucose_set_point: float = 5.0  # g/L after each daily glucose bolus, from day 3
    shift_temperature: float = 34.5  # degC after the shift
    shift_time: float = 144.0  # h
    ph_set_point: float = 7.05
    specific_productivity: float = 36.0  # pg/cell/d of the clone at 37 degC


@dataclass(frozen=True, slots=True)
class Spike:
    """An aliquot of a sample to which glucose and lactate are added; the culture is untouched."""

    hour: float  # of the sample that it is taken from
    glucose_g_per_l: float  # added
    lactate_g_per_l: float  # added


@dataclass(frozen=True, slots=True)
class VesselPlan:
    """One culture as it is planned."""

    vessel: str
    factors: Factors
    days: float = 14.0
    sample_hours: tuple[float, ...] = tuple(24.0 * day for day in range(14))
    sample_ml: float = 3.0
    spikes: tuple[Spike, ...] = ()
    group: str = ""  # vessels of one condition share it; empty: the vessel itself
