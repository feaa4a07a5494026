"""Two vessels whose assays fit each other's spectra, all along or from some hour on."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pat.arrays import FloatArray, IntArray

#: By so much the sum of squared errors of each must fall when assays are exchanged back, the
#: usual error being 1. In 69 sound simulated campaigns of 6 to 24 vessels the most suspect pair
#: reached 31 once and else 17 at most; most exchanged pairs reach 30 to 170.
GAIN = 32.0
#: The root mean square errors must fall to this share, and end at most so many usual errors.
CLOSER, ORDINARY = 0.75, 1.8
#: Fewer vessels do not tell what a usual error is.
LEAST_VESSELS = 4

_LEAST_SAMPLES = 3
_MOST_SQUARED = 9.0  # what a single assay can count for
_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class SwappedAssays:
    """Two vessels whose assays look exchanged.

    Parameters
    ----------
    one, other : int
        Numbers of the vessels, `one` the lower.
    closeness : float
        Root mean square error exchanged over that with the own assays, of the worse vessel.
    since_h : float or None
        Hour of the first sample that is exchanged; None: all are.
    gain : float
        By how much the sum of squared errors falls, of the worse vessel; usual errors squared.
    """

    one: int
    other: int
    closeness: float
    since_h: float | None
    gain: float


def swapped_assays(
    predicted: FloatArray, assays: FloatArray, *, vessels: IntArray, hours: FloatArray
) -> tuple[SwappedAssays, ...]:
    """Return the pairs of vessels whose assays fit the other's spectra far better.

    Parameters
    ----------
    predicted : ndarray of shape (n_samples, n_analytes)
        By a model that has not seen the vessel; NaN where none can be.
    assays : ndarray of shape (n_samples, n_analytes)
        NaN where not measured.
    vessels : ndarray of int, shape (n_samples,)
        Number of each sample's vessel, from 0.
    hours : ndarray of shape (n_samples,)
        Time of each sample, on a scale that all vessels share.

    Notes
    -----
    Each vessel's predictions are held against its own assays and against the other's,
    interpolated in time, in units of the usual error of the analyte (median over all samples).
    A squared error counts for `_MOST_SQUARED` at most, so that one wrong assay decides nothing.
    From some sample on to the last, both vessels must gain: vessels that are alike, and a
    model that tells nothing, gain nothing by an exchange.
    """
    rows = [np.flatnonzero(vessels == number) for number in np.unique(vessels)]
    if len(rows) < LEAST_VESSELS:
        return ()
    own_errors = np.abs(predicted - assays)
    told = np.isfinite(own_errors).any(axis=0)
    usual = np.zeros(told.size)
    usual[told] = _MAD_TO_SD * np.nanmedian(own_errors[:, told], axis=0)
    told = usual > 0
    values, references = predicted[:, told] / usual[told], assays[:, told] / usual[told]
    ordered = [own[np.argsort(hours[own], kind="stable")] for own in rows]
    found = []
    for one, other in combinations(range(len(ordered)), 2):
        sides = (ordered[one], ordered[other])
        back = [
            _Back.of(values, references, rows=pair, hours=hours) for pair in (sides, sides[::-1])
        ]
        best = _best_since(back[0], back[1])
        if best is not None:
            found.append(SwappedAssays(one, other, *best))
    return _one_pair_each(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Back:
    """Sums from each sample of a vessel to its last: what an exchange back makes of its errors."""

    hours: FloatArray
    own: FloatArray
    crossed: FloatArray
    count: FloatArray

    @classmethod
    def of(
        cls,
        values: FloatArray,
        references: FloatArray,
        *,
        rows: tuple[IntArray, IntArray],
        hours: FloatArray,
    ) -> "_Back":
        mine, theirs = rows
        expected = _at_hours(hours[mine], references[theirs], hours=hours[theirs])
        both = [values[mine] - references[mine], values[mine] - expected]
        known = np.isfinite(both[0]) & np.isfinite(both[1])
        squared = [np.where(known, np.minimum(part**2, _MOST_SQUARED), 0.0) for part in both]
        own, crossed, count = (_to_the_last(part) for part in (*squared, known))
        return cls(hours[mine], own, crossed, count)

    def since(self, hour: float) -> tuple[float, float, float]:
        """Return own and crossed squared errors from an hour on, and how many there are."""
        first = int(np.searchsorted(self.hours, hour))
        return float(self.own[first]), float(self.crossed[first]), float(self.count[first])


def _best_since(one: _Back, other: _Back) -> tuple[float, float | None, float] | None:
    """Return closeness, first hour and gain where an exchange is plainest; None if nowhere."""
    starts = np.unique(np.concatenate([one.hours, other.hours]))
    best: tuple[float, float | None, float] | None = None
    for start in starts[: 1 - _LEAST_SAMPLES]:
        sides = [side.since(start) for side in (one, other)]
        if min(count for *_, count in sides) == 0:
            continue
        gain = min(own - crossed for own, crossed, _ in sides)
        left = max(crossed / count for _, crossed, count in sides)
        closeness = float(np.sqrt(max(crossed / own for own, crossed, _ in sides if own > 0)))
        plain = gain >= GAIN and closeness <= CLOSER and left <= ORDINARY**2
        if plain and (best is None or gain > best[2]):
            best = (closeness, None if start == starts[0] else float(start), gain)
    return best


def _one_pair_each(found: Iterable[SwappedAssays]) -> tuple[SwappedAssays, ...]:
    """Return the plainest pairs, a vessel in one of them only."""
    kept: list[SwappedAssays] = []
    for pair in sorted(found, key=lambda pair: -pair.gain):
        if not any({pair.one, pair.other} & {other.one, other.other} for other in kept):
            kept.append(pair)
    return tuple(sorted(kept, key=lambda pair: (pair.one, pair.other)))


def _to_the_last(each: FloatArray) -> FloatArray:
    """Return sums over analytes from each sample (n_samples, n_analytes) on; 0 after the last."""
    sums: FloatArray = np.cumsum(each.sum(axis=1)[::-1])[::-1]
    return np.append(sums, 0.0)


def _at_hours(at: FloatArray, assays: FloatArray, *, hours: FloatArray) -> FloatArray:
    """Return assays interpolated at other hours, NaN outside the hours they cover."""
    result = np.full((at.size, assays.shape[1]), np.nan)
    for analyte, values in enumerate(assays.T):
        known = np.isfinite(values)
        if known.any():
            result[:, analyte] = np.interp(
                at, hours[known], values[known], left=np.nan, right=np.nan
            )
    return result
