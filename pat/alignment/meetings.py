"""What should meet in a campaign if its clocks agree: the pairs of clocks that can be compared."""

import re

import numpy as np
import pandas as pd

from pat.alignment.matching import Candidates, rows_by_vessel
from pat.alignment.offsets import Meeting
from pat.alignment.replicates import AssaySamples
from pat.alignment.sides import Boundaries
from pat.alignment.timeline import MICROSECONDS_PER_MIN, MISSING, Timeline, instants
from pat.alignment.volume import volume_tag
from pat.arrays import BoolArray, FloatArray, IntArray
from pat.campaign import Campaign

#: A sample event and its assay may differ by so much, from rounding.
SAMPLING = 2 * MICROSECONDS_PER_MIN
#: A volume that rises by this share within one step was fed.
RISE = 0.005

_SAMPLE = re.compile(r"(?:^|[^a-z])(?:sample|samples|sampling)(?:$|[^a-z])")
_START = np.iinfo(np.int64).min // 4
_END = np.iinfo(np.int64).max // 4


def spectra_with_assays(
    samples: AssaySamples, spectra: Candidates, *, parted_by: Boundaries, within: int
) -> Meeting:
    """Return the assays that pair by time as subjects, the spectra of culture as targets."""
    targets = _targets(spectra.keys, spectra.instants, spectra.by_time)
    named = pd.MultiIndex.from_frame(
        spectra.keys.loc[spectra.by_name & spectra.named, ["vessel", "sample"]]
    )
    by_name = pd.MultiIndex.from_frame(samples.keys[["vessel", "sample"]]).isin(named)
    rows = _rows(samples, ~by_name, targets)
    vessels = tuple(samples.vessel(int(row)) for row in rows)
    at = samples.instants[rows]
    around = [_same_side(parted_by.of(v), int(t)) for v, t in zip(vessels, at, strict=True)]
    low, high = np.array(around, dtype=np.int64).reshape(-1, 2).T
    return Meeting(
        vessels=vessels,
        low=np.maximum(at - within, low),
        high=np.minimum(at + within, high),
        at=at,
        targets=targets,
    )


def named_gaps(samples: AssaySamples, spectra: Candidates) -> FloatArray:
    """Return assay minus its first spectrum of the same name, in microseconds, where both tell."""
    rows = spectra.by_name & spectra.named & (spectra.instants != MISSING)
    first = (
        spectra.keys.loc[rows, ["vessel", "sample"]]
        .assign(taken_at=spectra.instants[rows])
        .groupby(["vessel", "sample"], as_index=False)
        .first()
    )
    drawn = samples.keys[["vessel", "sample"]].assign(drawn_at=samples.instants)
    both = drawn[samples.instants != MISSING].merge(first, on=["vessel", "sample"])
    return (both["drawn_at"] - both["taken_at"]).to_numpy(dtype=np.float64)


def sample_events_with_assays(
    campaign: Campaign, clock: Timeline, samples: AssaySamples
) -> Meeting | None:
    """Return the assays as subjects and the sample events as targets; None without such."""
    if campaign.events is None:
        return None
    kind = campaign.events["kind"].fillna("").str.strip().str.casefold()
    is_sample = kind.str.contains(_SAMPLE).to_numpy(dtype=bool)
    targets = _targets(campaign.events, clock.events, is_sample & (clock.events != MISSING))
    rows = _rows(samples, np.ones(len(samples), dtype=bool), targets)
    at = samples.instants[rows]
    vessels = tuple(samples.vessel(int(row)) for row in rows)
    return Meeting(vessels=vessels, low=at - SAMPLING, high=at + SAMPLING, at=at, targets=targets)


def volume_with_feeds(campaign: Campaign, clock: Timeline, parted_by: Boundaries) -> Meeting | None:
    """Return the feeds as subjects and rises of the online volume as targets.

    None where the campaign has no events or no online volume. A feed shows in the first
    reading after it, so the step between readings is what can be told.
    """
    found = volume_tag(campaign)
    if found is None or campaign.events is None:
        return None
    online = campaign.online[campaign.online[found[0]].notna()]
    read_at = instants(online, clock.relative)
    targets: dict[str, IntArray] = {}
    steps: list[IntArray] = []
    for vessel, rows in rows_by_vessel(online, read_at != MISSING).items():
        order = rows[np.argsort(read_at[rows], kind="stable")]
        volume = online[found[0]].to_numpy(dtype=np.float64)[order]
        rises = np.diff(volume) > RISE * volume[:-1]
        targets[vessel] = read_at[order][1:][rises]
        steps.append(np.diff(read_at[order]))
    fed = [(v, int(t)) for v in targets for t in parted_by.of(v)]
    if not fed:
        return None
    step = int(np.median(np.concatenate(steps)))
    at = np.array([t for _, t in fed], dtype=np.int64)
    return Meeting(
        vessels=tuple(v for v, _ in fed),
        low=at,
        high=at + step + MICROSECONDS_PER_MIN,
        at=at + step // 2,
        targets=targets,
    )


def _targets(table: pd.DataFrame, when: IntArray, chosen: BoolArray) -> dict[str, IntArray]:
    return {v: np.sort(when[rows]) for v, rows in rows_by_vessel(table, chosen).items()}


def _rows(samples: AssaySamples, chosen: BoolArray, targets: dict[str, IntArray]) -> IntArray:
    """Return the chosen samples that have an instant and a vessel with targets."""
    reachable = samples.keys["vessel"].isin(list(targets)).to_numpy(dtype=bool)
    return np.flatnonzero(chosen & reachable & (samples.instants != MISSING))


def _same_side(events: IntArray, at: int) -> tuple[int, int]:
    """Return the first and last instant on the same side of every event as `at`."""
    place = int(np.searchsorted(events, at, side="left"))
    low = int(events[place - 1]) + 1 if place else _START
    return low, int(events[place]) if place < events.size else _END
