"""Faults that can be put into a simulated campaign, and how they are written on a command line."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong; the first five in the culture, the rest in the spectrometer."""

    RESPIRATION_LOSS = "respiration_loss"
    KLA_DROP = "kla_drop"
    PH_PROBE_OFFSET = "ph_probe_offset"
    MISSED_FEED = "missed_feed"
    GLUCOSE_CRASH = "glucose_crash"
    LASER_AGEING = "laser_ageing"
    PROBE_FOULING = "probe_fouling"
    WINDOW_CHANGE = "window_change"
    WRONG_MEDIUM_LOT = "wrong_medium_lot"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one vessel, from an hour to the end of the run."""

    kind: FaultKind
    vessel: str
    hour: float  # it begins here
    size: float  # in the unit of its kind
