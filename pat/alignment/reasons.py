"""Why an assay or a spectrum was left without a partner, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.alignment.matching import Candidates, is_excluded, rows_by_vessel, same_name
from pat.alignment.replicates import AssaySamples, text_or_none
from pat.alignment.sides import Boundaries
from pat.alignment.timeline import (
    MICROSECONDS_PER_MIN,
    MISSING,
    describe_duration,
    describe_instant,
)
from pat.arrays import IntArray
from pat.spectra import INSTRUMENT_KINDS, Kind

_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Unpaired:
    """An assayed sample or a spectrum without a partner."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """What one pairing went by: samples, spectra, what parts them, and how near is near."""

    samples: AssaySamples
    spectra: Candidates
    parted_by: Boundaries
    within: int

    @property
    def window(self) -> str:
        """The pairing window in words."""
        return f"{self.within / MICROSECONDS_PER_MIN:g} min"


def unpaired_samples(went: Pass, rows: Sequence[int]) -> dict[int, Unpaired]:
    """Return key and reason of each of these samples, by row."""
    mine = rows_by_vessel(went.spectra.keys, went.spectra.keys["vessel"].notna().to_numpy())
    result: dict[int, Unpaired] = {}
    for row in rows:
        reason = _sample_reason(went, row, mine.get(went.samples.vessel(row), _NONE))
        result[row] = Unpaired(sample_key(went, row), reason)
    return result


def sample_key(went: Pass, row: int) -> str:
    """Return the words that name an assayed sample: `V07, 2024-05-01T10:00Z, sample S3`."""
    vessel, sample = went.samples.vessel(row), went.samples.name(row)
    parts = [vessel]
    if went.samples.instants[row] != MISSING:
        parts.append(_when(went, vessel, int(went.samples.instants[row])))
    if sample is not None:
        parts.append(f"sample {sample}")
    return ", ".join(parts)


def unpaired_spectra(went: Pass, rows: IntArray) -> tuple[Unpaired, ...]:
    """Return key and reason of each of these spectra, in this order."""
    reasons = _out_of_the_question(went.spectra.keys.iloc[rows]).to_numpy(dtype=object)
    open_ = np.zeros(len(went.spectra.keys), dtype=bool)
    open_[rows[reasons == ""]] = True
    place = np.zeros(len(went.spectra.keys), dtype=np.int64)
    place[rows] = np.arange(rows.size)
    assayed = rows_by_vessel(went.samples.keys, np.ones(len(went.samples), dtype=bool))
    for vessel, mine in rows_by_vessel(went.spectra.keys, open_).items():
        found = _spectrum_reasons(went, vessel, mine, assayed.get(vessel, _NONE))
        reasons[place[mine]] = found
    keys = spectrum_keys(
        went.spectra.keys,
        went.spectra.instants,
        rows=rows,
        relative=went.parted_by.relative,
    )
    return tuple(Unpaired(k, str(r)) for k, r in zip(keys, reasons, strict=True))


def _sample_reason(went: Pass, row: int, mine: IntArray) -> str:
    vessel, sample = went.samples.vessel(row), went.samples.name(row)
    at = int(went.samples.instants[row])
    if mine.size == 0:
        return f"no spectrum of vessel {vessel}"
    mine = mine[~is_excluded(went.spectra.keys.iloc[mine])]
    if mine.size == 0:
        return f"every spectrum of vessel {vessel} is excluded"
    timed = mine[went.spectra.by_time[mine]]
    if at == MISSING or timed.size == 0:
        owner = _owner(went.spectra.keys, sample)
        if owner is not None and owner != vessel:
            return f"sample {sample} is of vessel {owner} among the spectra"
        lacking = "the assay has no time" if at == MISSING else "no culture spectrum has a time"
        return f"no spectrum of sample {sample}, and {lacking}" if sample is not None else lacking
    distance = np.abs(went.spectra.instants[timed] - at)
    near = timed[distance <= went.within]
    if near.size == 0:
        nearest = describe_duration(int(distance.min()))
        return f"no spectrum within {went.window} (nearest: {nearest})"
    own = near[same_name(went.samples, went.spectra, sample=row, rows=near)]
    if own.size == 0:
        return f"the only spectra within {went.window} are of other samples"
    first = int(went.spectra.instants[own[np.argmin(np.abs(went.spectra.instants[own] - at))]])
    event = went.parted_by.between(vessel, first=at, second=first)
    return f"the only spectra within {went.window} lie on the other side of {event}"


def _out_of_the_question(keys: pd.DataFrame) -> "pd.Series[str]":
    """Return why each spectrum could not be paired whatever was assayed, empty if it could."""
    reasons = pd.Series("", index=keys.index, dtype="str")
    reasons[keys["vessel"].isna()] = "no vessel"
    for kind in INSTRUMENT_KINDS:
        reasons[keys["kind"] == kind.value] = f"{kind.value} spectra are never paired"
    if "excluded" in keys:
        excluded = keys["excluded"].notna()
        reasons[excluded] = "excluded: " + keys.loc[excluded, "excluded"].astype("str")
    return reasons


def _spectrum_reasons(went: Pass, vessel: str, rows: IntArray, assayed: IntArray) -> list[str]:
    if assayed.size == 0:
        return [f"no assay of vessel {vessel}"] * rows.size
    timed = assayed[went.samples.instants[assayed] != MISSING]
    timed = timed[np.argsort(went.samples.instants[timed], kind="stable")]
    reasons = [""] * rows.size
    for place in np.flatnonzero(~went.spectra.by_time[rows] | (timed.size == 0)):
        reasons[place] = _untimed_reason(went, int(rows[place]), has_times=timed.size > 0)
    places = np.array([p for p, reason in enumerate(reasons) if not reason], dtype=np.int64)
    if places.size == 0:
        return reasons
    nearest = _nearest(went.samples.instants[timed], went.spectra.instants[rows[places]])
    gaps = went.samples.instants[timed][nearest] - went.spectra.instants[rows[places]]
    for place, gap in zip(places, gaps, strict=True):
        if abs(gap) <= went.within:
            reasons[place] = _parted_reason(went, vessel, int(rows[place]), int(gap))
        else:
            away = describe_duration(float(gap))
            reasons[place] = f"no assay within {went.window} (nearest: {away})"
    return reasons


def _untimed_reason(went: Pass, row: int, *, has_times: bool) -> str:
    sample = text_or_none(went.spectra.keys["sample"].iloc[row])
    kind = went.spectra.keys["kind"].iloc[row]
    owner = _owner(went.samples.keys, sample)
    if owner is not None:
        return f"sample {sample} is of vessel {owner} among the assays"
    if kind != Kind.CULTURE.value:
        named = f"no assay of sample {sample}" if sample is not None else "no sample is named"
        return f"{kind} spectra pair by sample alone, and {named}"
    lacking = "the spectrum has no time" if has_times else "no assay has a time"
    return f"no assay of sample {sample}, and {lacking}" if sample is not None else lacking


def _owner(keys: pd.DataFrame, sample: str | None) -> str | None:
    """Return the vessel that has a sample of this name; None where none has it."""
    if sample is None:
        return None
    vessels = keys.loc[keys["sample"] == sample, "vessel"]
    return str(vessels.iloc[0]) if len(vessels) else None


def _parted_reason(went: Pass, vessel: str, row: int, gap: int) -> str:
    at = int(went.spectra.instants[row])
    event = went.parted_by.between(vessel, first=at, second=at + gap)
    if event is None:
        return f"the assay within {went.window} is paired by its sample name"
    return f"the nearest assay within {went.window} lies on the other side of {event}"


def _nearest(sorted_instants: IntArray, at: IntArray) -> IntArray:
    """Return which of the rising instants is nearest to each of `at`."""
    right = np.clip(np.searchsorted(sorted_instants, at), 0, sorted_instants.size - 1)
    left = np.clip(right - 1, 0, None)
    is_left = np.abs(sorted_instants[left] - at) <= np.abs(sorted_instants[right] - at)
    return np.where(is_left, left, right)


def spectrum_keys(
    keys: pd.DataFrame, instants: IntArray, *, rows: IntArray, relative: frozenset[str]
) -> list[str]:
    """Return the words that name these spectra: `V07, 2024-05-01T10:00Z, scan 3`.

    Parameters
    ----------
    keys : DataFrame (n_spectra)
    instants : ndarray of shape (n_spectra,)
    rows : ndarray of shape (n_named,)
    relative : frozenset of str
        Vessels whose instants count from inoculation.
    """
    columns = (keys[name].iloc[rows].to_numpy() for name in ("vessel", "sample", "scan"))
    return [
        _spectrum_key(
            text_or_none(vessel),
            describe_instant(int(at), is_relative=vessel in relative) if at != MISSING else None,
            sample=text_or_none(sample),
            scan=text_or_none(scan),
        )
        for at, vessel, sample, scan in zip(instants[rows], *columns, strict=True)
    ]


def _spectrum_key(
    vessel: str | None, when: str | None, *, sample: str | None, scan: str | None
) -> str:
    parts = [vessel, when, sample and f"sample {sample}", scan and f"scan {scan}"]
    return ", ".join(part for part in parts if part)


def _when(went: Pass, vessel: object, at: int) -> str:
    return describe_instant(at, is_relative=vessel in went.parted_by.relative)
