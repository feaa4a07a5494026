"""Faults that can be put into a simulated campaign, and how they are written on a command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from pat.errors import InputError


class FaultKind(StrEnum):
    """What goes wrong; the first five in the culture, the rest in the light path."""

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
class FaultSize:
    """What the size of a kind of fault means, and which sizes there are."""

    meaning: str
    default: float
    least: float
    greatest: float


SIZES = {
    FaultKind.RESPIRATION_LOSS: FaultSize("share of the respiration lost", 0.35, 0.0, 0.95),
    FaultKind.KLA_DROP: FaultSize("share of kLa lost", 0.55, 0.0, 0.98),
    FaultKind.PH_PROBE_OFFSET: FaultSize("pH that the probe reads too high", 0.12, -0.5, 0.5),
    FaultKind.MISSED_FEED: FaultSize("number of feeds missed", 1.0, 0.0, 100.0),
    FaultKind.GLUCOSE_CRASH: FaultSize("foreign glucose uptake, g/L/h", 0.5, 0.0, 2.0),
    FaultKind.LASER_AGEING: FaultSize("share of the power lost in a week", 0.3, 0.0, 1.0),
    FaultKind.PROBE_FOULING: FaultSize("film; 1 takes a tenth of the light", 2.0, 0.0, 9.0),
    FaultKind.WINDOW_CHANGE: FaultSize("relative change of the window's bands", 0.3, -0.9, 5.0),
    FaultKind.WRONG_MEDIUM_LOT: FaultSize("deviation; 1 is usual of a wrong lot", 1.0, -5.0, 5.0),
}

CULTURE_FAULTS = frozenset(
    {
        FaultKind.RESPIRATION_LOSS,
        FaultKind.KLA_DROP,
        FaultKind.PH_PROBE_OFFSET,
        FaultKind.MISSED_FEED,
        FaultKind.GLUCOSE_CRASH,
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one vessel, from an hour to the end of the run.

    Raises
    ------
    InputError
        If the size is not one that its kind can have.
    """

    kind: FaultKind
    vessel: str
    hour: float  # it begins here
    size: float  # in the unit that `SIZES` tells for its kind

    def __post_init__(self) -> None:
        size = SIZES[self.kind]
        if not size.least <= self.size <= size.greatest:
            msg = (
                f"fault {self.kind}: expected a size ({size.meaning}) from {size.least:g} to "
                f"{size.greatest:g}; got {self.size:g}"
            )
            raise InputError(msg)
        if self.kind is FaultKind.MISSED_FEED and self.size != int(self.size):
            msg = f"fault {self.kind}: expected a whole number of feeds; got {self.size:g}"
            raise InputError(msg)


def parse_fault(text: str) -> Fault:
    """Return the fault written as KIND:VESSEL:HOUR[:SIZE]; a hyphen in KIND is an underscore.

    Raises
    ------
    InputError
        If it is not written so, or there is no such kind or size.
    """
    parts = [part.strip() for part in text.split(":")]
    if len(parts) not in (3, 4) or not parts[1]:
        msg = f"fault {text!r}: expected KIND:VESSEL:HOUR[:SIZE], as in missed_feed:V03:168"
        raise InputError(msg)
    name = parts[0].lower().replace("-", "_")
    if name not in set(FaultKind):
        kinds = ", ".join(FaultKind)
        msg = f"fault {text!r}: expected a kind out of {kinds}; got {parts[0]!r}"
        raise InputError(msg)
    kind = FaultKind(name)
    size = _number(parts[3], text=text, what="size") if len(parts) == 4 else SIZES[kind].default
    hour = _number(parts[2], text=text, what="hour")
    return Fault(kind=kind, vessel=parts[1], hour=hour, size=size)


def check_faults(faults: Sequence[Fault], *, hours: Mapping[str, float]) -> None:
    """Check that the faults can happen in a campaign.

    Parameters
    ----------
    faults : sequence of Fault
    hours : mapping of str to float
        Length of the run in hours, by vessel.

    Raises
    ------
    InputError
        If a fault is in a vessel that is not there, or outside the run.
    """
    for fault in faults:
        if fault.vessel not in hours:
            msg = (
                f"fault {fault.kind}: expected one of the vessels {_listed(list(hours))}; "
                f"got {fault.vessel!r}"
            )
            raise InputError(msg)
        if not 0 <= fault.hour <= hours[fault.vessel]:
            msg = (
                f"fault {fault.kind} in vessel {fault.vessel}: expected an hour from 0 to "
                f"{hours[fault.vessel]:g}; got {fault.hour:g}"
            )
            raise InputError(msg)


def _listed(vessels: Sequence[str]) -> str:
    if len(vessels) <= 6:
        return ", ".join(vessels)
    return f"{vessels[0]}, {vessels[1]} ... {vessels[-1]} ({len(vessels)})"


def _number(cell: str, *, text: str, what: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        msg = f"fault {text!r}: expected a number as {what}; got {cell!r}"
        raise InputError(msg)
    return value
