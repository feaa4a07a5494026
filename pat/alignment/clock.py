"""Clocks that look wrong by a constant: spectra, assays, events, online values."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pat.alignment.matching import candidates
from pat.alignment.meetings import (
    SAMPLING,
    named_gaps,
    sample_events_with_assays,
    spectra_with_assays,
    volume_with_feeds,
)
from pat.alignment.offsets import Meeting, constant_offset, steady_hours
from pat.alignment.replicates import assay_samples
from pat.alignment.sides import boundaries
from pat.alignment.timeline import (
    MICROSECONDS_PER_H,
    MICROSECONDS_PER_MIN,
    MICROSECONDS_PER_S,
    describe_duration,
    describe_instant,
    timeline,
)
from pat.arrays import FloatArray
from pat.campaign import Campaign


class Source(StrEnum):
    """A clock of the campaign, by its name in `[clock]`."""

    SPECTRA = "spectra"
    ASSAYS = "assays"
    EVENTS = "events"
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class ClockSuspicion:
    """A clock that would fit the others far better if it were moved.

    Parameters
    ----------
    source : Source
        Whose clock it most likely is.
    seconds : float
        What to add to it, beside what campaign.toml adds already.
    reason : str
        What was seen.
    setting : str
        The lines for campaign.toml; empty where a constant cannot mend it.
    """

    source: Source
    seconds: float
    reason: str
    setting: str


#: Two shifts nearer than this are the same one.
_SAME = 2 * MICROSECONDS_PER_MIN


@dataclass(frozen=True, slots=True)
class _Finding:
    """A shift of one source that fits it to another, and what was seen."""

    shift: int
    seen: str


def suspect_clocks(campaign: Campaign) -> tuple[ClockSuspicion, ...]:
    """Return the clocks of a campaign that look wrong by a constant; nothing is changed.

    Notes
    -----
    Three meetings are looked at: spectra with assays, sample events with assays, and rises of
    the online volume with feeds. A shift that lets far more of them meet is reported; so are
    spectra whole hours from the assays of their own samples, and an hour that lasts for a
    part of the campaign alone, as a night of summer time leaves behind. Where spectra come so
    often that one stands beside every assay whatever the clock, nothing shows. A gap of some
    minutes that costs no pair is how people and robots work, and is no suspicion.
    """
    clock = timeline(campaign)
    parted_by = boundaries(campaign, clock)
    samples = assay_samples(campaign, clock.assays)
    spectra = candidates(campaign.spectra.keys, clock.spectra, samples)
    within = round(campaign.info.pair_within_min * MICROSECONDS_PER_MIN)
    paired = spectra_with_assays(samples, spectra, parted_by=parted_by, within=within)
    sampled = sample_events_with_assays(campaign, clock, samples)
    fed = volume_with_feeds(campaign, clock, parted_by)
    suspicions = _attributed(
        campaign,
        spectra=_offset(paired, window=within, seen="assays have a spectrum")
        or _named_hours(named_gaps(samples, spectra)),
        events=_offset(sampled, window=SAMPLING, seen="assays have a sample event"),
        online=_resolved(
            _offset(fed, window=SAMPLING, seen="feeds show in the online volume"), fed
        ),
        paired=paired,
        sampled=sampled,
    )
    if not suspicions and not clock.relative:
        return _hour_for_a_part(paired)
    return suspicions


def _offset(meeting: Meeting | None, *, window: int, seen: str) -> _Finding | None:
    """Return the shift that lets far more subjects meet, in the words of `seen`."""
    found = constant_offset(meeting, window=window) if meeting is not None else None
    if found is None:
        return None
    counts = f"{found.met_then} of {found.subjects} {seen}, {found.met_now} as it stands"
    return _Finding(found.shift, f"with it {counts}")


def _resolved(finding: _Finding | None, meeting: Meeting | None) -> _Finding | None:
    """Return the finding where its shift is longer than the subjects' windows, else None."""
    if finding is None or meeting is None:
        return None
    window = int(np.median(meeting.high - meeting.low))
    return finding if abs(finding.shift) > window else None


def _named_hours(gaps: FloatArray) -> _Finding | None:
    hours = steady_hours(gaps)
    if hours is None:
        return None
    apart = f"{describe_duration(hours)} {'before' if hours > 0 else 'after'}"
    return _Finding(hours, f"the spectrum of an assay's own sample nearly always lies {apart} it")


def _attributed(
    campaign: Campaign,
    *,
    spectra: _Finding | None,
    events: _Finding | None,
    online: _Finding | None,
    paired: Meeting,
    sampled: Meeting | None,
) -> tuple[ClockSuspicion, ...]:
    """Return whose clock it is: where two others agree against a third, it is the third's."""
    blamed = {Source.SPECTRA: spectra, Source.EVENTS: events, Source.ONLINE: online}
    if spectra and events and _pairs_as_well(paired, events.shift, than=spectra.shift):
        assays = _Finding(-events.shift, f"{spectra.seen}; {events.seen}")
        blamed = {Source.ASSAYS: assays, Source.ONLINE: online}
    elif spectra and not _agree(sampled):
        blamed[Source.SPECTRA] = _or_the_assays(spectra)
    elif events and _pairs_as_well(paired, events.shift, than=0):
        blamed[Source.EVENTS] = _or_the_assays(events)
    if online and events and abs(online.shift + events.shift) <= _SAME:
        del blamed[Source.ONLINE]
    return tuple(
        _suspicion(campaign, source, finding)
        for source, finding in blamed.items()
        if finding is not None
    )


def _pairs_as_well(meeting: Meeting, shift: int, *, than: int) -> bool:
    """Return whether moving the spectra by `shift` pairs nearly as much as by `than`."""
    if not meeting.vessels:
        return False
    share, other = meeting.met(np.array([shift, than])).mean(axis=0)
    return bool(share >= 0.95 * other)


def _agree(sampled: Meeting | None) -> bool:
    """Return whether the sample events meet the assays as they stand."""
    if sampled is None or len(sampled.vessels) < 3:
        return False
    return float(sampled.met(np.array([0])).mean()) > 0.8


def _or_the_assays(finding: _Finding) -> _Finding:
    other = "; the clock of assays moved the other way would do as well"
    return _Finding(finding.shift, finding.seen + other)


def _suspicion(campaign: Campaign, source: Source, finding: _Finding) -> ClockSuspicion:
    seconds = finding.shift / MICROSECONDS_PER_S
    total = campaign.info.clock_s.get(source.value, 0.0) + seconds
    sign = "+" if seconds > 0 else "-"
    return ClockSuspicion(
        source=source,
        seconds=seconds,
        reason=f"{sign}{describe_duration(finding.shift)}: {finding.seen}",
        setting=f"[clock]\n{source.value} = {total:g}",
    )


def _hour_for_a_part(meeting: Meeting) -> tuple[ClockSuspicion, ...]:
    """Return the suspicion that one clock kept another summer time than the other."""
    subjects = len(meeting.vessels)
    if subjects < 5:
        return ()
    order = np.argsort(meeting.at, kind="stable")
    met = meeting.met(np.array([0, MICROSECONDS_PER_H, -MICROSECONDS_PER_H]))[order].astype(int)
    best, told = int(met[:, 0].sum()) + max(3, round(0.1 * subjects)), ""
    seconds = 0.0
    for column, sign in ((1, "+"), (2, "-")):
        for first, then in ((0, column), (column, 0)):
            before = np.concatenate([[0], np.cumsum(met[:, first])])
            after = np.concatenate([[0], np.cumsum(met[::-1, then])])[::-1]
            best_places = np.flatnonzero(before + after == (before + after).max())
            place = int(best_places[-1 if first == 0 else 0])
            if 0 < place < subjects and before[place] + after[place] > best:
                best = int(before[place] + after[place])
                night = describe_instant(int(meeting.at[order][place]), is_relative=False)
                part = f"from {night} on" if first == 0 else f"until {night}"
                seconds = 3600.0 if sign == "+" else -3600.0
                told = f"{sign}1 h {part}: with it {best} of {subjects} assays have a spectrum"
    if not told:
        return ()
    advice = (
        f"{told}, {int(met[:, 0].sum())} as it stands; a night of summer time? no constant mends "
        "it: write the times with their offset, or name `timezone`"
    )
    return (ClockSuspicion(Source.SPECTRA, seconds, advice, ""),)
