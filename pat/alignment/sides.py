"""The events that a sample and its spectra must lie on the same side of."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pat.alignment.timeline import MISSING, Timeline, describe_instant
from pat.alignment.volume import culture_volume_l, litres
from pat.arrays import BoolArray, FloatArray, IntArray
from pat.campaign import Campaign

#: Base additions up to this share of the volume change no concentration worth speaking of.
BASE_SHARE = 0.01

_JUMPS = re.compile(r"(?:^|[^a-z])(?:feed|feeds|feeding|bolus|boluses)(?:$|[^a-z])")
_BASE = re.compile(r"(?:^|[^a-z])base(?:$|[^a-z])")
_NO_EVENTS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Boundaries:
    """Instants at which concentrations jump, by vessel.

    Parameters
    ----------
    instants : dict of vessel to ndarray of shape (n_boundaries,)
        Rising, in microseconds.
    kinds : dict of vessel to tuple of str
        The kind of each boundary, in the same order.
    relative : frozenset of str
        Vessels whose instants count from inoculation.
    warnings : tuple of str
        What could not be decided, and what was done instead.
    """

    instants: dict[str, IntArray] = field(default_factory=dict)
    kinds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    relative: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()

    def of(self, vessel: str) -> IntArray:
        """Return the boundaries of one vessel, rising."""
        return self.instants.get(vessel, _NO_EVENTS)

    def sides(self, vessel: str, at: IntArray) -> IntArray:
        """Return how many boundaries lie before each instant; at one is before it."""
        return np.searchsorted(self.of(vessel), at, side="left").astype(np.int64)

    def between(self, vessel: str, *, first: int, second: int) -> str | None:
        """Return the boundary nearest `first` that parts two instants, in words."""
        low, high = sorted((first, second))
        start, stop = self.sides(vessel, np.array([low, high]))
        if start == stop:
            return None
        row = int(start) if first == low else int(stop) - 1
        when = describe_instant(int(self.of(vessel)[row]), is_relative=vessel in self.relative)
        return f"the {self.kinds[vessel][row]} at {when}"


def boundaries(campaign: Campaign, clock: Timeline) -> Boundaries:
    """Return the feeds, boluses and large base additions of each vessel.

    Notes
    -----
    An event counts by the words of its kind: `feed`, `glucose_bolus` and `Feed B` are jumps.
    An amount of exactly 0 changes nothing and is no boundary. A base addition is one above
    `BASE_SHARE` of the volume at that time, or of its own amount where the unit is `%`. Where
    neither volume nor unit tells, base additions are no boundaries and a warning counts them:
    pH control fires so often that each as a boundary would leave nothing to pair.
    """
    if campaign.events is None:
        return Boundaries(relative=clock.relative, warnings=(_no_events_warning(),))
    events = campaign.events
    kind = events["kind"].fillna("").str.strip().str.casefold()
    amount = pd.to_numeric(events["amount"], errors="coerce").to_numpy(dtype=np.float64)
    is_jump = kind.str.contains(_JUMPS).to_numpy() & (amount != 0)
    is_base = kind.str.contains(_BASE).to_numpy() & ~is_jump & (amount != 0)
    share = _base_shares(campaign, clock, rows=np.flatnonzero(is_base), amount=amount)
    counts = is_jump | (is_base & (share > BASE_SHARE))
    placed = (clock.events != MISSING) & events["vessel"].notna().to_numpy()
    undecided = int(np.sum(is_base & np.isnan(share)))
    return _by_vessel(
        events[counts & placed],
        clock.events[counts & placed],
        relative=clock.relative,
        warnings=(*_base_warning(undecided), *_unplaced_warning(counts & ~placed)),
    )


def _by_vessel(
    events: pd.DataFrame, when: IntArray, *, relative: frozenset[str], warnings: tuple[str, ...]
) -> Boundaries:
    instants: dict[str, IntArray] = {}
    kinds: dict[str, tuple[str, ...]] = {}
    for vessel, rows in events.reset_index(drop=True).groupby("vessel").indices.items():
        order = rows[np.argsort(when[rows], kind="stable")]
        instants[str(vessel)] = when[order]
        kinds[str(vessel)] = tuple(events["kind"].iloc[order])
    return Boundaries(instants=instants, kinds=kinds, relative=relative, warnings=warnings)


def _base_shares(
    campaign: Campaign, clock: Timeline, *, rows: IntArray, amount: FloatArray
) -> FloatArray:
    """Return each base addition's share of the volume, NaN where it cannot be told."""
    share = np.full(amount.size, np.nan)
    assert campaign.events is not None
    base = campaign.events.iloc[rows]
    unit = base["unit"]
    for vessel, inside in base.reset_index(drop=True).groupby("vessel").indices.items():
        at = rows[inside]
        volume = culture_volume_l(
            campaign, str(vessel), at=clock.events[at], relative=clock.relative
        )
        factor = np.array([litres(u) or np.nan for u in unit.iloc[inside]])
        share[at] = amount[at] * factor / volume
    percent = rows[(unit.str.strip() == "%").fillna(False).to_numpy(dtype=bool)]
    share[percent] = amount[percent] / 100
    return share


def _no_events_warning() -> str:
    return (
        "no events.csv: a spectrum may be paired with an assay from the other side of a feed; "
        "list the feeds and boluses there"
    )


def _base_warning(undecided: int) -> tuple[str, ...]:
    if not undecided:
        return ()
    return (
        f"{undecided} base additions could not be compared with the culture volume and part "
        "nothing; give their amount in mL or L and an online value `volume`",
    )


def _unplaced_warning(unplaced: BoolArray) -> tuple[str, ...]:
    count = int(unplaced.sum())
    if not count:
        return ()
    return (f"{count} feed, bolus or base events have no vessel or time and part nothing",)
