"""Which spectra belong to each assayed sample: by its name, else by time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from pat.alignment.replicates import AssaySamples
from pat.alignment.sides import Boundaries
from pat.alignment.timeline import MISSING
from pat.arrays import BoolArray, IntArray
from pat.spectra import INSTRUMENT_KINDS, Kind

_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The spectra that may be paired at all.

    Parameters
    ----------
    keys : DataFrame (n_spectra)
        The spectra's keys.
    instants : ndarray of shape (n_spectra,)
    by_name : ndarray of bool, shape (n_spectra,)
        May be paired by sample: has vessel and sample, not excluded, no instrument kind.
    by_time : ndarray of bool, shape (n_spectra,)
        May be paired by time: of kind culture, with vessel and time, not excluded.
    named : ndarray of bool, shape (n_spectra,)
        Its vessel and sample are among the assays: it belongs to no other named sample.
    """

    keys: pd.DataFrame
    instants: IntArray
    by_name: BoolArray
    by_time: BoolArray
    named: BoolArray


def candidates(keys: pd.DataFrame, instants: IntArray, samples: AssaySamples) -> Candidates:
    """Return which spectra may be paired by name and which by time."""
    has_vessel = keys["vessel"].notna().to_numpy(dtype=bool)
    open_ = has_vessel & ~is_excluded(keys)
    is_instrument = keys["kind"].isin([kind.value for kind in INSTRUMENT_KINDS])
    is_culture = (keys["kind"] == Kind.CULTURE.value).to_numpy(dtype=bool)
    has_sample = keys["sample"].notna().to_numpy(dtype=bool)
    known = pd.MultiIndex.from_frame(samples.keys.loc[:, ["vessel", "sample"]].dropna())
    named = np.zeros(len(keys), dtype=bool)
    named[has_sample] = pd.MultiIndex.from_frame(keys.loc[has_sample, ["vessel", "sample"]]).isin(
        known
    )
    return Candidates(
        keys=keys,
        instants=instants,
        by_name=open_ & has_sample & ~is_instrument.to_numpy(dtype=bool),
        by_time=open_ & is_culture & (instants != MISSING),
        named=named,
    )


def is_excluded(keys: pd.DataFrame) -> BoolArray:
    """Return which spectra exclude.csv takes out."""
    if "excluded" not in keys:
        return np.zeros(len(keys), dtype=bool)
    return keys["excluded"].notna().to_numpy(dtype=bool)


def matching_rows(
    samples: AssaySamples, spectra: Candidates, *, parted_by: Boundaries, within: int
) -> list[IntArray]:
    """Return the rows of the spectra of each sample, empty where it has none.

    Parameters
    ----------
    samples : AssaySamples
    spectra : Candidates
    parted_by : Boundaries
        Sample and spectrum must lie on the same side of each of these.
    within : int
        Largest distance in microseconds, itself allowed.
    """
    matched = _rows_by_name(samples, spectra)
    timed = rows_by_vessel(spectra.keys, spectra.by_time)
    for vessel, rows in samples.keys.groupby("vessel").indices.items():
        open_rows = np.array([row for row in rows if matched[row].size == 0], dtype=np.int64)
        open_rows = open_rows[samples.instants[open_rows] != MISSING]
        found = _rows_by_time(
            samples.instants[open_rows],
            spectra.instants,
            rows=timed.get(str(vessel), _NONE),
            sides_of=partial(parted_by.sides, str(vessel)),
            within=within,
        )
        for row, near in zip(open_rows, found, strict=True):
            matched[row] = near[same_name(samples, spectra, sample=row, rows=near)]
    return matched


def same_name(
    samples: AssaySamples, spectra: Candidates, *, sample: int, rows: IntArray
) -> BoolArray:
    """Return which spectra do not belong to another named sample than this one."""
    if samples.name(sample) is None:
        return np.ones(rows.size, dtype=bool)
    return ~spectra.named[rows]


def rows_by_vessel(keys: pd.DataFrame, chosen: BoolArray) -> dict[str, IntArray]:
    """Return the chosen rows of each vessel, rising."""
    rows = np.flatnonzero(chosen)
    groups = keys["vessel"].iloc[rows].reset_index(drop=True)
    return {str(v): rows[inside] for v, inside in groups.groupby(groups).indices.items()}


def _rows_by_name(samples: AssaySamples, spectra: Candidates) -> list[IntArray]:
    rows = np.flatnonzero(spectra.by_name & spectra.named)
    groups = spectra.keys.iloc[rows].groupby(["vessel", "sample"]).indices
    keys = zip(samples.keys["vessel"], samples.keys["sample"], strict=True)
    return [rows[groups[key]] if key in groups else _NONE for key in keys]


def _rows_by_time(
    at: IntArray,
    instants: IntArray,
    *,
    rows: IntArray,
    sides_of: Callable[[IntArray], IntArray],
    within: int,
) -> list[IntArray]:
    rows = rows[np.argsort(instants[rows], kind="stable")]
    when = instants[rows]
    sides, side = sides_of(when), sides_of(at)
    start = np.maximum(np.searchsorted(when, at - within), np.searchsorted(sides, side))
    stop = np.minimum(
        np.searchsorted(when, at + within, side="right"),
        np.searchsorted(sides, side, side="right"),
    )
    return [np.sort(rows[a:b]) for a, b in zip(start, stop, strict=True)]
