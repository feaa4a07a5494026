"""One clock a vessel: when each spectrum, assay and event was, as whole microseconds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import FloatArray, IntArray
from pat.campaign import Campaign

#: Instant of what has no time; the integer that numpy keeps for NaT.
MISSING = int(np.iinfo(np.int64).min)

MICROSECONDS_PER_S = 1_000_000
MICROSECONDS_PER_MIN = 60 * MICROSECONDS_PER_S
MICROSECONDS_PER_H = 60 * MICROSECONDS_PER_MIN


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Instants of a campaign's rows, in microseconds, comparable within a vessel.

    Parameters
    ----------
    spectra : ndarray of shape (n_spectra,)
        Middle of the acquisition where `acquisition_s` is given, else its start.
    assays : ndarray of shape (n_assay_rows,)
    events : ndarray of shape (n_events,)
        Empty where the campaign has no events.
    relative : frozenset of str
        Vessels whose instants count from inoculation; the others count from 1970 in UTC.
    """

    spectra: IntArray
    assays: IntArray
    events: IntArray
    relative: frozenset[str]


def timeline(campaign: Campaign) -> Timeline:
    """Return when everything in a campaign was.

    Notes
    -----
    A vessel runs on `time` where each of its timed rows has one, else on `elapsed_h`.
    Elapsed hours are rounded to a millisecond: 24.1 h and 24 h + 6 min are then the same
    instant, which decides on which side of an event a sample lies.
    """
    events = campaign.events if campaign.events is not None else campaign.assays.iloc[:0]
    tables = (campaign.spectra.keys, campaign.assays, events)
    relative = frozenset[str]().union(*(relative_vessels(table) for table in tables))
    spectra = shift_to_middle(instants(campaign.spectra.keys, relative), campaign.spectra.keys)
    return Timeline(
        spectra=spectra,
        assays=instants(campaign.assays, relative),
        events=instants(events, relative),
        relative=relative,
    )


def relative_vessels(table: pd.DataFrame) -> frozenset[str]:
    """Return the vessels with a row that has hours from inoculation but no time."""
    elapsed_only = table["time"].isna() & table["elapsed_h"].notna()
    return frozenset(table.loc[elapsed_only, "vessel"].dropna().unique())


def instants(table: pd.DataFrame, relative: frozenset[str]) -> IntArray:
    """Return the instant of each row of a table with vessel, time and elapsed_h."""
    absolute = table["time"].to_numpy(dtype="datetime64[us]").astype(np.int64)
    if not relative:
        return absolute
    elapsed = elapsed_instants(table["elapsed_h"].to_numpy(dtype=np.float64))
    return np.where(table["vessel"].isin(relative).to_numpy(), elapsed, absolute)


def elapsed_instants(elapsed_h: FloatArray) -> IntArray:
    """Return hours from inoculation as microseconds, rounded to a millisecond."""
    result = np.full(elapsed_h.shape, MISSING, dtype=np.int64)
    known = np.isfinite(elapsed_h)
    result[known] = np.rint(elapsed_h[known] * 3_600_000).astype(np.int64) * 1000
    return result


def shift_to_middle(starts: IntArray, keys: pd.DataFrame) -> IntArray:
    """Return the middle of each acquisition where `keys` tell how long it took."""
    if "acquisition_s" not in keys:
        return starts
    seconds = pd.to_numeric(keys["acquisition_s"], errors="coerce").to_numpy(dtype=np.float64)
    half = np.where(np.isfinite(seconds), seconds / 2, 0.0) * MICROSECONDS_PER_S
    return np.where(starts == MISSING, MISSING, starts + np.rint(half).astype(np.int64))


def describe_instant(instant: int, *, is_relative: bool) -> str:
    """Return an instant as people write it: `2024-05-01T10:00Z`, or `24.5 h` of culture."""
    if instant == MISSING:
        return "no time"
    if is_relative:
        hours = f"{instant / MICROSECONDS_PER_H:.4f}".rstrip("0").rstrip(".")
        return f"{hours} h"
    text = str(np.datetime_as_string(np.datetime64(int(instant), "us"), unit="s"))
    return f"{text.removesuffix(':00')}Z"


def describe_duration(microseconds: float) -> str:
    """Return a span of time in the unit people would use: minutes, hours or days."""
    minutes = abs(microseconds) / MICROSECONDS_PER_MIN
    if minutes < 120:
        return f"{minutes:.3g} min"
    if minutes < 48 * 60:
        return f"{minutes / 60:.3g} h"
    return f"{minutes / 1440:.3g} days"
