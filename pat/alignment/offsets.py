"""A constant shift between two clocks, found by how much more it lets meet."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pat.alignment.timeline import MICROSECONDS_PER_H, MICROSECONDS_PER_MIN, MICROSECONDS_PER_S
from pat.arrays import BoolArray, FloatArray, IntArray

#: Hours searched either way: every time zone's mistake lies inside.
SEARCH_H = 14
#: Least gain in met subjects, as a share of them all, that is worth a word.
LEAST_GAIN = 0.2
#: Least share that must meet after the shift.
LEAST_MET = 0.6
#: Chance that a schedule of random times meets so often at some shift searched.
FALSE_ALARM = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """When each subject (an assay, say) would meet one of its targets (spectra).

    Parameters
    ----------
    vessels : tuple of str
        Vessel of each of the n_subjects subjects.
    low, high : ndarray of shape (n_subjects,)
        A target inside [low, high] meets the subject, in microseconds.
    at : ndarray of shape (n_subjects,)
        The subject's own instant.
    targets : dict of vessel to ndarray
        Rising.
    """

    vessels: tuple[str, ...]
    low: IntArray
    high: IntArray
    at: IntArray
    targets: dict[str, IntArray]

    def met(self, shifts: IntArray) -> BoolArray:
        """Return which subjects meet a target moved by each shift, (n_subjects, n_shifts)."""
        met = np.zeros((len(self.vessels), shifts.size), dtype=bool)
        none = np.empty(0, dtype=np.int64)
        for row, vessel in enumerate(self.vessels):
            targets = self.targets.get(vessel, none)
            start = np.searchsorted(targets, self.low[row] - shifts, side="left")
            stop = np.searchsorted(targets, self.high[row] - shifts, side="right")
            met[row] = stop > start
        return met

    def gaps(self, shift: int) -> FloatArray:
        """Return subject minus nearest shifted target, for each subject that has a target."""
        gaps = []
        for row, vessel in enumerate(self.vessels):
            targets = self.targets.get(vessel)
            if targets is not None and targets.size:
                away = self.at[row] - shift - targets
                gaps.append(float(away[np.argmin(np.abs(away))]))
        return np.array(gaps, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Offset:
    """A shift of the targets' clock that lets far more subjects meet one."""

    shift: int  # microseconds
    met_now: int
    met_then: int
    subjects: int


def shifts_searched(window: int) -> IntArray:
    """Return the shifts tried, in microseconds, fine enough for a window of this length."""
    step = int(np.clip(window // 3, 5 * MICROSECONDS_PER_S, MICROSECONDS_PER_MIN))
    count = SEARCH_H * MICROSECONDS_PER_H // step
    return np.arange(-count, count + 1, dtype=np.int64) * step


def constant_offset(meeting: Meeting, *, window: int) -> Offset | None:
    """Return the shift of the targets that lets far more subjects meet one, if there is one.

    Parameters
    ----------
    meeting : Meeting
    window : int
        About how near a target must come, in microseconds.

    Notes
    -----
    Far more: a gain of at least three subjects and a fifth of them all, at least three in
    five met afterwards, and more than random times would ever reach over the shifts tried;
    subjects within one window of each other, in whatever vessel, are one piece of evidence.
    Of the shifts that do as well, whole hours come first, since a clock's hour is the usual
    mistake; else the one that puts the median gap at zero.
    """
    subjects = len(meeting.vessels)
    if subjects < 3:
        return None
    shifts = shifts_searched(window)
    counts = meeting.met(shifts).sum(axis=0)
    now, best = int(counts[shifts.size // 2]), int(counts.max())
    if best - now < max(3, LEAST_GAIN * subjects) or best < LEAST_MET * subjects:
        return None
    if _chance(meeting, counts, window=window) > FALSE_ALARM:
        return None
    shift = _simplest(meeting, shifts[counts >= best - 0.02 * subjects])
    then = int(meeting.met(np.array([shift])).sum())
    return Offset(shift=shift, met_now=now, met_then=then, subjects=subjects)


def steady_hours(gaps: FloatArray) -> int | None:
    """Return the median of these gaps where it is whole hours and they agree, else None.

    Parameters
    ----------
    gaps : ndarray of shape (n,)
        Microseconds; fewer than five tell nothing. They agree where the quartiles lie within
        five minutes, and it is whole hours within two: people wait so long, but not so evenly.
    """
    if gaps.size < 5:
        return None
    low, middle, high = np.percentile(gaps, [25, 50, 75])
    hours = round(middle / MICROSECONDS_PER_H) * MICROSECONDS_PER_H
    is_whole = abs(middle - hours) <= 2 * MICROSECONDS_PER_MIN
    agree = high - low <= 5 * MICROSECONDS_PER_MIN
    return hours if hours and is_whole and agree else None


def _chance(meeting: Meeting, counts: IntArray, *, window: int) -> float:
    """Return how likely random times reach the best count at one of the shifts tried."""
    share = counts / len(meeting.vessels)
    evidence = np.unique(meeting.at // max(2 * window, 1)).size
    tries = 2 * SEARCH_H * MICROSECONDS_PER_H / max(window // 2, 5 * MICROSECONDS_PER_S)
    reached = np.floor(share.max() * evidence)
    return float(min(1.0, tries * stats.binom.sf(reached - 1, evidence, float(np.mean(share)))))


def _simplest(meeting: Meeting, good: IntArray) -> int:
    hours = good[good % MICROSECONDS_PER_H == 0]
    centre = int(good[good.size // 2])
    if hours.size:
        return int(hours[np.argmin(np.abs(hours - centre))])
    exact = _whole(centre + int(np.median(meeting.gaps(centre))))
    return exact if good.min() <= exact <= good.max() else centre


def _whole(shift: int) -> int:
    """Return the whole minute where one is within 20 s, else the whole second."""
    minute = round(shift / MICROSECONDS_PER_MIN) * MICROSECONDS_PER_MIN
    if abs(minute - shift) <= 20 * MICROSECONDS_PER_S:
        return minute
    return round(shift / MICROSECONDS_PER_S) * MICROSECONDS_PER_S
