"""Spectra and vessels that deserve a look before anything is trained on them."""

from collections.abc import Iterator

import numpy as np

from pat.alignment import Pairing
from pat.arrays import BoolArray, IntArray
from pat.campaign import Campaign
from pat.diagnostics.collection import Collected, own_probes, standards
from pat.diagnostics.courses import courses
from pat.diagnostics.exposure import odd_exposures
from pat.diagnostics.held_out_errors import held_out_values
from pat.diagnostics.held_out_suspects import held_out_suspects
from pat.diagnostics.looks import Looks, dead_rows, looks, repeated_rows
from pat.diagnostics.suspect import Suspect, SuspectKind
from pat.diagnostics.swaps import exchanged_courses
from pat.spectra import INSTRUMENT_KINDS, AxisKind, Kind

#: A channel that saturates in this share of the spectra does so for good.
ALWAYS = 0.5


def suspects(campaign: Campaign, pairing: Pairing) -> tuple[Suspect, ...]:
    """Return what looks wrong in a campaign's spectra.

    Excluded spectra and those of the instrument's own record are passed over.
    """
    among = _looked_at(campaign)
    seen = looks(campaign.spectra, saturation=campaign.info.saturation)
    dead = dead_rows(seen, among) & seen.is_finite
    broken = among & ~dead & ~seen.is_finite
    good = among & ~dead & ~broken
    channels = ~_always_saturated(campaign, seen, among)
    return (
        *_saturated(campaign, seen, among),
        *_by_vessel(campaign, dead, SuspectKind.DEAD, reason="constant, or nearly: no signal"),
        *_by_vessel(
            campaign, broken, SuspectKind.NOT_FINITE, reason="channels without a finite value"
        ),
        *_badly_collected(campaign, good),
        *_exposed_otherwise(campaign, good),
        *_duplicates(campaign, good),
        *_exchanged_courses(campaign, good, channels),
        *held_out_suspects(
            campaign, held_out_values(campaign, pairing, good=good, channels=channels)
        ),
    )


def _looked_at(campaign: Campaign) -> BoolArray:
    keys = campaign.spectra.keys
    looked_at = ~keys["kind"].isin([kind.value for kind in INSTRUMENT_KINDS])
    if "excluded" in keys:
        looked_at &= keys["excluded"].isna()
    return looked_at.to_numpy(dtype=bool)


def _always_saturated(campaign: Campaign, seen: Looks, among: BoolArray) -> BoolArray:
    """Return the channels that saturate whatever is measured, bool of shape (n_channels,)."""
    hits = seen.saturated_channels[among[seen.saturated_rows]]
    counts = np.bincount(hits, minlength=campaign.spectra.n_channels)
    return counts >= max(1.0, ALWAYS * among.sum())


def _saturated(campaign: Campaign, seen: Looks, among: BoolArray) -> Iterator[Suspect]:
    always = _always_saturated(campaign, seen, among)
    hit = among[seen.saturated_rows]
    rows, channels = seen.saturated_rows[hit], seen.saturated_channels[hit]
    full = f"{campaign.info.saturation or 0:g}"
    if always.any():
        concerned = np.unique(rows[always[channels]])
        yield Suspect(
            SuspectKind.SATURATED,
            vessels=(),
            rows=tuple(int(row) for row in concerned),
            reason=(
                f"{_channels(campaign, np.flatnonzero(always))} at {full} or above in "
                f"{concerned.size} of {among.sum()} spectra: leave these channels out"
            ),
        )
    rest = ~always[channels]
    names = campaign.spectra.keys["vessel"].fillna("").to_numpy(dtype=object)
    for vessel in sorted(set(names[rows[rest]])):
        mine = rest & (names[rows] == vessel)
        where = _channels(campaign, np.unique(channels[mine]))
        concerned = np.unique(rows[mine])
        yield Suspect(
            SuspectKind.SATURATED,
            vessels=(vessel,) if vessel else (),
            rows=tuple(int(row) for row in concerned),
            reason=f"{where} at {full} or above",
        )


def _channels(campaign: Campaign, channels: IntArray) -> str:
    """Return channels in words: how many, and the span of the axis that they lie in."""
    unit = "nm" if campaign.spectra.axis_kind is AxisKind.WAVELENGTH else "cm-1"
    low, high = np.sort(campaign.spectra.axis[channels[[0, -1]]])
    span = f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"
    return f"{channels.size} channel{'s' if channels.size > 1 else ''} in {span} {unit}"


def _by_vessel(
    campaign: Campaign, chosen: BoolArray, kind: SuspectKind, *, reason: str
) -> Iterator[Suspect]:
    names = campaign.spectra.keys["vessel"].fillna("").to_numpy(dtype=object)
    for vessel in sorted(set(names[chosen])):
        rows = np.flatnonzero(chosen & (names == vessel))
        yield Suspect(
            kind,
            vessels=(vessel,) if vessel else (),
            rows=tuple(int(row) for row in rows),
            reason=reason,
        )


def _badly_collected(campaign: Campaign, good: BoolArray) -> Iterator[Suspect]:
    """Yield what is badly collected by the first internal standard that says so."""
    spectra = campaign.spectra
    rows = np.flatnonzero(good)
    shown = standards(
        spectra.intensities[rows],
        spectra.axis,
        spectra.axis_kind,
        probes=own_probes(spectra.keys.iloc[rows]),
    )
    known = np.zeros(rows.size, dtype=bool)
    for standard in shown:
        yield from _short_of(campaign, standard, standard.badly & ~known, rows=rows)
        known |= standard.badly


def _short_of(
    campaign: Campaign, standard: Collected, short: BoolArray, *, rows: IntArray
) -> Iterator[Suspect]:
    names = campaign.spectra.keys["vessel"].fillna("").to_numpy(dtype=object)[rows]
    for vessel in sorted(set(names[short])):
        own = np.flatnonzero(short & (names == vessel))
        yield Suspect(
            SuspectKind.BADLY_COLLECTED,
            vessels=(vessel,) if vessel else (),
            rows=tuple(int(row) for row in rows[own]),
            reason=standard.reason(own),
        )


def _exposed_otherwise(campaign: Campaign, good: BoolArray) -> Iterator[Suspect]:
    names = campaign.spectra.keys["vessel"]
    for odd in odd_exposures(campaign.spectra.keys, good):
        yield Suspect(
            SuspectKind.EXPOSED_OTHERWISE,
            vessels=tuple(sorted(set(names.iloc[odd.rows].dropna()))),
            rows=tuple(odd.rows.tolist()),
            reason=odd.reason,
        )


def _duplicates(campaign: Campaign, among: BoolArray) -> Iterator[Suspect]:
    names = campaign.spectra.keys["vessel"].fillna("").to_numpy(dtype=object)
    for rows in repeated_rows(campaign.spectra, among):
        vessels = tuple(sorted(set(names[rows]) - {""}))
        where = "under two vessels" if len(vessels) > 1 else "more than once"
        yield Suspect(
            SuspectKind.DUPLICATE,
            vessels=vessels,
            rows=tuple(int(row) for row in rows),
            reason=f"the same spectrum, equal in every channel, stands {where}",
        )


def _exchanged_courses(
    campaign: Campaign, good: BoolArray, channels: BoolArray
) -> Iterator[Suspect]:
    keys = campaign.spectra.keys
    is_culture = (keys["kind"] == Kind.CULTURE.value) & keys["vessel"].notna()
    course = courses(campaign, good & is_culture.to_numpy(dtype=bool), channels)
    if course is None:
        return
    for exchange in exchanged_courses(course.states):
        yield Suspect(
            SuspectKind.SWAPPED,
            vessels=(course.vessels[exchange.one], course.vessels[exchange.other]),
            rows=(),
            reason=(
                f"from {course.hours[exchange.step]:.3g} h on the spectra of each go on where "
                f"the other's left off ({1 / exchange.closeness:.1f} times closer)"
            ),
        )
