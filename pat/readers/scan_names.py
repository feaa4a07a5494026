"""Which culture a spectrum shows, and when: its label, the campaign's clock and the map."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pat.campaign import CampaignInfo
from pat.readers.naming import Label
from pat.readers.vessel_map import Assignment, VesselMap
from pat.spectra import INSTRUMENT_KINDS, Kind


@dataclass(frozen=True, slots=True)
class ScanName:
    """Which culture a scan shows, and when; None: nobody tells."""

    campaign: str
    vessel: str | None
    time: datetime | None  # UTC
    elapsed_h: float | None
    sample: str | None
    scan: str | None
    kind: Kind
    problem: str | None = None  # why its predictions are bad, in words

    @property
    def is_of_instrument(self) -> bool:
        """Whether it belongs to the instrument's record and is not predicted."""
        return self.kind in INSTRUMENT_KINDS


def scan_name(label: Label, *, info: CampaignInfo, vessels: VesselMap | None) -> ScanName:
    """Return what a label comes to; nothing is guessed.

    Parameters
    ----------
    label : Label
    info : CampaignInfo
        Its id names the campaign where the map does not; its clock is added.
    vessels : VesselMap or None
        From probes and places to cultures; None: labels name the vessel themselves.
    """
    kind = label.kind or Kind.CULTURE
    label = _shifted(label, seconds=info.clock_s.get("spectra", 0.0))
    found = _culture(label, vessels)
    assigned = found if isinstance(found, Assignment) else None
    time, elapsed_h = _dated(label, assigned)
    problems = [found] if isinstance(found, str) else []
    if time is None and elapsed_h is None and label.sample is None:
        problems.append(f"no time: {label.time_problem}" if label.time_problem else "no time")
    problems += [label.kind_problem] if label.kind_problem else []
    return ScanName(
        campaign=(assigned.campaign if assigned else None) or info.id,
        vessel=assigned.vessel if assigned else label.vessel if vessels is None else None,
        time=time,
        elapsed_h=elapsed_h,
        sample=label.sample,
        scan=label.scan,
        kind=kind,
        problem="; ".join(problems) if problems and kind not in INSTRUMENT_KINDS else None,
    )


def _culture(label: Label, vessels: VesselMap | None) -> Assignment | str | None:
    """Return what the map says, or why there is no vessel; None where the label names it."""
    if vessels is not None:
        names = tuple(name for name in (label.vessel, label.channel) if name)
        found = vessels.find(names, label.time)
        return found if isinstance(found, Assignment) else f"no vessel: {found}"
    if label.vessel is not None:
        return None
    if label.channel is not None:
        return f"no vessel: channel {label.channel} needs a map (--vessels)"
    return "no vessel"


def _shifted(label: Label, *, seconds: float) -> Label:
    """Return a label whose clock runs `seconds` ahead of the spectrometer's."""
    time = None if label.time is None else label.time + timedelta(seconds=seconds)
    hours = None if label.elapsed_h is None else label.elapsed_h + seconds / 3600
    return replace(label, time=time, elapsed_h=hours) if seconds else label


def _dated(label: Label, assigned: Assignment | None) -> tuple[datetime | None, float | None]:
    """Return time and elapsed_h, each from the other where the inoculation is known."""
    time, elapsed_h = label.time, label.elapsed_h
    start = assigned.inoculated if assigned else None
    if start is not None and time is not None and elapsed_h is None:
        elapsed_h = (time - start) / timedelta(hours=1)
    if start is not None and time is None and elapsed_h is not None:
        time = start + timedelta(hours=elapsed_h)
    return time, elapsed_h
