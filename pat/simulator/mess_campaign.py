"""Disorder in the records: clocks, names and files that are not what they should be."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from pat.arrays import IntArray
from pat.campaign import Campaign
from pat.simulator.mess import MessKind
from pat.simulator.streams import stream
from pat.spectra import Kind

#: Minutes by which a source's clock may be wrong, either way.
CLOCK_OFFSET_MIN = {"assays": (8.0, 14.0), "online": (2.0, 6.0), "events": (1.0, 4.0)}
#: When clocks in Europe were put back.
CHANGE = datetime(2024, 10, 27, 1, tzinfo=UTC)
LATE_H = (30.0, 80.0)


def disordered_campaign(campaign: Campaign, *, kinds: Sequence[MessKind], seed: int) -> Campaign:
    """Return the campaign with these kinds of disorder; kinds that lie elsewhere change nothing."""
    steps = {
        MessKind.SWAPPED_VESSELS: swapped_vessels,
        MessKind.DEAD_DUPLICATE: dead_duplicate,
        MessKind.CLOCK_OFFSET: clock_offset,
        MessKind.SUMMER_TIME: summer_time,
        MessKind.LATE_FILE: late_file,
    }
    for kind, step in steps.items():
        if kind in kinds:
            campaign = step(campaign, seed=seed)
    return campaign


def swapped_vessels(campaign: Campaign, *, seed: int) -> Campaign:
    """Return the campaign with the names on two vessels' spectra exchanged, if there are two."""
    names = campaign.vessels["vessel"].to_numpy()
    if len(names) < 2:
        return campaign
    one, other = stream(seed, "mess", "swapped_vessels").choice(names, size=2, replace=False)
    vessel = campaign.spectra.keys["vessel"].replace({one: other, other: one})
    return _with_keys(campaign, campaign.spectra.keys.assign(vessel=vessel))


def dead_duplicate(campaign: Campaign, *, seed: int) -> Campaign:
    """Return the campaign with two successive spectra of a vessel replaced by the same dead one."""
    rng = stream(seed, "mess", "dead_duplicate")
    rows = _culture_rows(campaign)
    vessels = campaign.spectra.keys["vessel"].to_numpy()[rows]
    own = rows[vessels == rng.choice(np.unique(vessels))]
    first = int(rng.integers(max(len(own) - 1, 1)))
    intensities = campaign.spectra.intensities.copy()
    intensities[own[first : first + 2]] = 0.0
    return replace(campaign, spectra=replace(campaign.spectra, intensities=intensities))


def clock_offset(campaign: Campaign, *, seed: int) -> Campaign:
    """Return the campaign with the clocks of assays, online values and events wrong by minutes."""
    rng = stream(seed, "mess", "clock_offset")
    offsets = {
        source: float(rng.uniform(*limits) * rng.choice([-1.0, 1.0]))
        for source, limits in CLOCK_OFFSET_MIN.items()
    }
    events = campaign.events
    return replace(
        campaign,
        assays=moved(campaign.assays, minutes=offsets["assays"]),
        online=moved(campaign.online, minutes=offsets["online"]),
        events=None if events is None else moved(events, minutes=offsets["events"]),
    )


def summer_time(campaign: Campaign, *, seed: int) -> Campaign:
    """Return the campaign with spectra one hour late after the night of the change."""
    del seed  # nothing random in it
    keys = campaign.spectra.keys
    after = keys["time"] >= pd.Timestamp(CHANGE)
    late = moved(keys, minutes=60.0)
    return _with_keys(campaign, keys.where(~after, late))


def late_file(campaign: Campaign, *, seed: int) -> Campaign:
    """Return the campaign with one spectrum last in the table, `stored_late_h` after its time."""
    rng = stream(seed, "mess", "late_file")
    late = int(rng.choice(_culture_rows(campaign)))
    delays = np.zeros(len(campaign.spectra))
    delays[late] = rng.uniform(*LATE_H)
    spectra = replace(
        campaign.spectra, keys=campaign.spectra.keys.assign(stored_late_h=np.round(delays, 2))
    )
    order = np.append(np.delete(np.arange(len(spectra)), late), late)
    return replace(campaign, spectra=spectra.take(order))


def moved(table: pd.DataFrame, *, minutes: float) -> pd.DataFrame:
    """Return the table with `time` and `elapsed_h` later by so many minutes, to the second."""
    seconds = round(minutes * 60.0)
    return table.assign(
        time=table["time"] + pd.Timedelta(seconds=seconds),
        elapsed_h=table["elapsed_h"] + seconds / 3600.0,
    )


def _with_keys(campaign: Campaign, keys: pd.DataFrame) -> Campaign:
    return replace(campaign, spectra=replace(campaign.spectra, keys=keys))


def _culture_rows(campaign: Campaign) -> IntArray:
    rows: IntArray = np.flatnonzero(campaign.spectra.keys["kind"] == Kind.CULTURE.value)
    return rows
