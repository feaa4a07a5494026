"""What one vessel is to run: its factors, its samples and its spiked aliquots."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import floor, isfinite

from pat.errors import InputError

LONGEST_RUN_D = 60.0
#: Taken from a vessel a day, shared by the day's samples.
SAMPLED_ML_A_DAY = 3.0


@dataclass(frozen=True, slots=True)
class FactorRange:
    """Where a design varies a factor, and what the model accepts."""

    low: float
    high: float
    least: float
    greatest: float
    step: float  # set-points are entered in steps of this
    unit: str  # empty where there is none


FACTOR_RANGES = {
    "seed_density": FactorRange(0.3, 1.0, 0.1, 3.0, 0.01, "1e6/mL"),
    "feed_rate": FactorRange(2.0, 4.5, 0.0, 8.0, 0.01, "%/d"),
    "glucose_set_point": FactorRange(3.0, 7.0, 1.0, 12.0, 0.05, "g/L"),
    "shift_temperature": FactorRange(33.0, 36.8, 30.0, 37.5, 0.1, "degC"),
    "shift_time": FactorRange(96.0, 192.0, 0.0, 24.0 * LONGEST_RUN_D, 1.0, "h"),
    "ph_set_point": FactorRange(6.90, 7.15, 6.80, 7.30, 0.01, ""),
    "specific_productivity": FactorRange(20.0, 60.0, 0.0, 100.0, 0.5, "pg/cell/d"),
}


@dataclass(frozen=True, slots=True)
class Factors:
    """What is set in one vessel: the process factors and the clone.

    Raises
    ------
    InputError
        If a factor lies outside what the model accepts.
    """

    seed_density: float = 0.5  # 1e6 viable cells/mL at inoculation
    feed_rate: float = 3.2  # % of the initial volume a day, from day 3
    glucose_set_point: float = 5.0  # g/L after each daily glucose bolus, from day 3
    shift_temperature: float = 34.5  # degC after the shift
    shift_time: float = 144.0  # h
    ph_set_point: float = 7.05
    specific_productivity: float = 36.0  # pg/cell/d of the clone at 37 degC

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            accepted = FACTOR_RANGES[name]
            if not accepted.least <= value <= accepted.greatest:
                unit = f" {accepted.unit}" if accepted.unit else ""
                msg = (
                    f"factor {name}: expected {accepted.least:g} to {accepted.greatest:g}{unit}; "
                    f"got {value:g}"
                )
                raise InputError(msg)


@dataclass(frozen=True, slots=True)
class Spike:
    """An aliquot of a sample to which glucose and lactate are added; the culture is untouched."""

    hour: float  # of the sample that it is taken from
    glucose_g_per_l: float  # added
    lactate_g_per_l: float  # added


@dataclass(frozen=True, slots=True)
class VesselPlan:
    """One culture as it is planned.

    Raises
    ------
    InputError
        If the run is too long, or a sample is not of it.
    """

    vessel: str
    factors: Factors
    days: float = 14.0
    sample_hours: tuple[float, ...] = tuple(24.0 * day for day in range(14))
    sample_ml: float = SAMPLED_ML_A_DAY
    spikes: tuple[Spike, ...] = ()
    group: str = ""  # vessels of one condition share it; empty: the vessel itself

    def __post_init__(self) -> None:
        place = f"vessel {self.vessel}"
        check_days(self.days)
        outside = [hour for hour in self.sample_hours if not 0.0 <= hour <= self.end_h]
        if outside or not isfinite(self.sample_ml) or self.sample_ml < 0.0:
            what = (
                f"a sample at {outside[0]:g} h" if outside else f"samples of {self.sample_ml:g} mL"
            )
            msg = (
                f"{place}: expected samples of 0 mL or more from 0 to {self.end_h:g} h; got {what}"
            )
            raise InputError(msg)

    @property
    def end_h(self) -> float:
        """Last whole hour of the run."""
        return last_hour(self.days)


def last_hour(days: float) -> float:
    """Return the last whole hour of a run of so many days."""
    return float(floor(days * 24.0 + 1e-9))


def check_days(days: float) -> None:
    """Check that a run of so many days can be simulated.

    Raises
    ------
    InputError
        If not.
    """
    if not 1.0 / 24.0 <= days <= LONGEST_RUN_D:
        msg = f"expected a run of 1 hour to {LONGEST_RUN_D:g} days; got {days:g} days"
        raise InputError(msg)


def check_plans(plans: Sequence[VesselPlan]) -> None:
    """Check that there are vessels and that each has a name of its own.

    Raises
    ------
    InputError
        If not.
    """
    if not plans:
        msg = "expected at least one vessel; got none"
        raise InputError(msg)
    names = [plan.vessel for plan in plans]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"expected every vessel once; got {', '.join(twice)} more than once"
        raise InputError(msg)
