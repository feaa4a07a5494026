"""An analyser's clock that runs late: assays fit the spectra of another hour better."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from pat.arrays import FloatArray, IntArray

#: Hours by which the clock of the assays may be late or, below zero, early.
SHIFTS_H = tuple(
    sign * hours for hours in (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0) for sign in (1, -1)
)
#: Another hour must bring the error down to this, more surely than chance would.
BETTER, SIGNIFICANT = 0.9, 0.05

_LEAST_VESSELS, _LEAST_SAMPLES = 4, 20

#: From the spectrum that stands for each sample to the squared held-out error of each sample and
#: analyte, (n_samples, n_analytes); a spectrum below 0 is none, and its errors NaN.
Errors = Callable[[IntArray], FloatArray]


@dataclass(frozen=True, slots=True)
class LateClock:
    """A shift of the assays' clock that the spectra ask for.

    Parameters
    ----------
    late_h : float
        Hours by which the clock runs late; below zero: early.
    ratio : float
        Root mean square error after the shift over that before: the geometric mean over
        vessels and analytes.
    p_value : float
        Of so much better a fit by chance, every shift that was tried counted.
    n_vessels : int
    """

    late_h: float
    ratio: float
    p_value: float
    n_vessels: int

    @property
    def meaning(self) -> str:
        """The finding in one sentence."""
        late = "late" if self.late_h > 0 else "early"
        return (
            f"the clock of the assays looks about {abs(self.late_h):g} h {late}: held-out errors "
            f"fall to {self.ratio:.0%} when assays take the spectra of that hour "
            f"({self.n_vessels} vessels, p = {self.p_value:.2g})"
        )


def late_clock(spectra: pd.DataFrame, samples: pd.DataFrame, *, errors: Errors) -> LateClock | None:
    """Return the shift of the assays' clock that makes held-out errors smaller, None without one.

    Parameters
    ----------
    spectra, samples : DataFrames
        vessel and hours of each, hours by their own clocks.
    errors : callable
        Trains on the pairs that it is given and predicts vessels left out.

    Notes
    -----
    The error is looked at as a function of an assumed shift, the model being trained anew on
    what pairs then: one trained on wrong pairs has learnt part of the shift. Each sample takes
    the one spectrum nearest in time, since the mean of several is quieter and would make any
    shift look good. Only spectra that come more often than the shift can tell, so a campaign
    with a spectrum an assay has no answer; there a wrong clock costs pairs instead, which the
    check of the clocks sees. The best shift is tested by Student's t on the vessels' mean log
    ratios of squared errors, and pays for all that were tried.
    """
    places = {shift: _nearest(spectra, samples, shift) for shift in (0.0, *SHIFTS_H)}
    if (places[0.0] >= 0).sum() < _LEAST_SAMPLES:
        return None
    vessels = samples["vessel"].to_numpy(dtype=object)
    now = errors(places[0.0])
    found: LateClock | None = None
    for shift in SHIFTS_H:
        if np.sum((places[shift] >= 0) & (places[0.0] >= 0)) < _LEAST_SAMPLES:
            continue
        tested = _tested(now, errors(places[shift]), vessels, shift=shift)
        if tested is not None and (found is None or tested.ratio < found.ratio):
            found = tested
    if found is None or found.ratio > BETTER or found.p_value > SIGNIFICANT:
        return None
    return found


def _nearest(spectra: pd.DataFrame, samples: pd.DataFrame, shift: float) -> IntArray:
    """Return the spectrum nearest to `shift` hours before each sample, -1 where none is near."""
    found = np.full(len(samples), -1, dtype=np.int64)
    of_spectrum, of_sample = (t["vessel"].to_numpy(dtype=object) for t in (spectra, samples))
    when = spectra["hours"].to_numpy(dtype=np.float64)
    for vessel in np.unique(of_sample):
        rows, seen = np.flatnonzero(of_sample == vessel), np.flatnonzero(of_spectrum == vessel)
        seen = seen[np.argsort(when[seen], kind="stable")]
        hours = when[seen]
        if hours.size < 2:
            continue
        spacing = float(np.median(np.diff(hours)))
        if shift and spacing > 1.05 * abs(shift):
            continue
        asked = samples["hours"].to_numpy(dtype=np.float64)[rows] - shift
        after = np.clip(np.searchsorted(hours, asked), 1, hours.size - 1)
        earlier = asked - hours[after - 1] <= hours[after] - asked
        nearest = np.where(earlier, after - 1, after)
        near = np.abs(hours[nearest] - asked) <= 0.75 * spacing
        found[rows] = np.where(near, seen[nearest], -1)
    return found


def _tested(
    now: FloatArray, then: FloatArray, vessels: NDArray[np.object_], *, shift: float
) -> LateClock | None:
    """Return how much better a shift fits, over vessels; None where too little can be told."""
    both = np.isfinite(now) & np.isfinite(then)
    old, new = (
        pd.DataFrame(np.where(both, errors, np.nan)).groupby(vessels).sum(min_count=1)
        for errors in (now, then)
    )
    ratios = (old / new).where((old > 0) & (new > 0))
    gains = ratios.apply(np.log).mean(axis=1).dropna()
    if len(gains) < _LEAST_VESSELS or both.any(axis=1).sum() < _LEAST_SAMPLES:
        return None
    test = stats.ttest_1samp(gains.to_numpy(), 0.0, alternative="greater")
    p_value = 1.0 if np.isnan(test.pvalue) else float(test.pvalue)
    return LateClock(
        late_h=shift,
        ratio=float(np.exp(-0.5 * gains.mean())),
        p_value=min(1.0, p_value * len(SHIFTS_H)),
        n_vessels=len(gains),
    )
