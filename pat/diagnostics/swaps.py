"""Two vessels whose spectra look exchanged, by how each goes on and by what was assayed."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray

#: The crossed way must be this much closer than the vessels' own, both ways.
CLOSER = 0.6
#: And must stay closer by this with the step before or after taken along.
STAYS_CLOSER = 0.9
#: Both must go this many times as far as vessels usually do.
JUMP = 2.0
#: Exchanged back, assays fit the spectra within this many times the usual error.
ORDINARY = 1.5
#: Fewer vessels do not tell what a usual step is.
LEAST_VESSELS = 4

_LEAST_POINTS = 4


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two vessels that look exchanged.

    Parameters
    ----------
    one, other : int
        Rows of the vessels, `one` the lower.
    closeness : float
        The farther of the crossed distances over the nearer of the own: 0.5 is twice as close.
    step : int or None
        The first state after the exchange; None: all of it.
    """

    one: int
    other: int
    closeness: float
    step: int | None = None


def exchanged_courses(states: FloatArray) -> tuple[Exchange, ...]:
    """Return the pairs of vessels of which each goes on where the other left off.

    Parameters
    ----------
    states : ndarray of shape (n_vessels, n_steps, n_scores)
        What the spectra of each vessel look like at each step of time; NaN where a vessel has
        none.

    Notes
    -----
    The step that all vessels share (the median) is taken off first and each score is measured
    by the usual spread of what is left, so a day's common change or a feed given to all is no
    jump. Two vessels look exchanged between two steps where both go `JUMP` times as far as
    vessels usually go, both crossed distances are below `CLOSER` of both own distances, and
    still below `STAYS_CLOSER` with one step more before and after: a single bad spectrum jumps
    and comes back, an exchange does not. The first and last step have nothing before or after
    and are passed over. A step is also taken over one state between, which holds spectra of
    both where the exchange fell inside it.
    Vessels that look alike anyway cannot be told apart and are not reported.
    """
    n_vessels, n_steps, _ = states.shape
    if n_vessels < LEAST_VESSELS or n_steps < 4:
        return ()
    scaled = states / _usual_step(states)
    found: list[Exchange] = []
    for start, width in product(range(1, n_steps - 2), (1, 2)):
        if start + width < n_steps - 1:
            crossings = _crossings(scaled, start, start + width)
            closeness = _closeness(crossings)
            lasting = (closeness < CLOSER) & _jump(crossings) & _lasts(scaled, start, start + width)
            found += _pairs(closeness, lasting, step=start + width)
    return _best_of_each(found, n_steps=n_steps)


def exchanged_references(
    predicted: FloatArray, assays: FloatArray, *, vessels: IntArray, hours: FloatArray
) -> tuple[Exchange, ...]:
    """Return the pairs of vessels whose assays fit the other's spectra far better.

    Parameters
    ----------
    predicted : ndarray of shape (n_samples, n_analytes)
        By a model of the other vessels; NaN where none can be.
    assays : ndarray of shape (n_samples, n_analytes)
        NaN where not measured.
    vessels : ndarray of int, shape (n_samples,)
        Number of each sample's vessel, from 0.
    hours : ndarray of shape (n_samples,)
        Time of each sample, on a scale that all vessels share.

    Notes
    -----
    Each vessel's predictions are compared with its own assays and with every other vessel's,
    interpolated in time; the median error counts, so that a few bad spectra do not. Both must
    miss their own by `JUMP` times what vessels usually do, and meet the other's within
    `ORDINARY` times that.
    """
    n_vessels = int(vessels.max()) + 1 if vessels.size else 0
    if n_vessels < LEAST_VESSELS:
        return ()
    spread = np.nanstd(assays, axis=0)
    scaled, predicted = ((values / np.where(spread > 0, spread, 1.0))[:, spread > 0]
                         for values in (assays, predicted))  # fmt: skip
    if scaled.shape[1] == 0:
        return ()
    errors = np.full((n_vessels, n_vessels), np.nan)
    for one, other in product(range(n_vessels), repeat=2):
        mine, theirs = vessels == one, vessels == other
        expected = _at_hours(hours[mine], scaled[theirs], hours=hours[theirs])
        errors[one, other] = _median_error(predicted[mine] - expected)
    closeness = _closeness(errors)
    chosen = (closeness < CLOSER) & _jump(errors) & _ordinary(errors)
    return _best_of_each(_pairs(closeness, chosen, step=None), n_steps=1)


def _usual_step(states: FloatArray) -> FloatArray:
    """Return the usual size of a vessel's own step in each score, (n_scores,)."""
    steps = np.diff(states, axis=1)
    own = np.abs(steps - np.nanmedian(steps, axis=0))
    usual = np.nanmedian(own.reshape(-1, states.shape[2]), axis=0)
    floor = 1e-6 * max(float(np.nanmax(np.abs(states))), np.finfo(np.float64).tiny)
    return np.maximum(usual, floor)


def _crossings(states: FloatArray, start: int, stop: int) -> FloatArray:
    """Return how far vessel i at `start` lies from vessel j at `stop`, (n_vessels, n_vessels)."""
    steps = states[:, stop] - states[:, start]
    if np.isfinite(steps).all(axis=1).sum() < LEAST_VESSELS:
        return np.full((len(states), len(states)), np.nan)
    expected = states[:, start] + np.nanmedian(steps, axis=0)
    away = expected[:, None] - states[None, :, stop]
    return np.sqrt(np.mean(away**2, axis=2))


def _jump(distances: FloatArray) -> BoolArray:
    """Return which pairs both go farther than vessels usually go."""
    own = np.diag(distances)
    far = own > JUMP * np.nanmedian(own) if np.isfinite(own).any() else own > np.inf
    return far[:, None] & far[None, :]


def _ordinary(errors: FloatArray) -> BoolArray:
    """Return which crossed errors are like those of vessels with their own assays.

    None is where the regression tells a vessel's own assays hardly from any other's.
    """
    own = np.diag(errors)
    others = errors[~np.eye(len(errors), dtype=bool)]
    if not np.isfinite(own).any() or not np.nanmedian(own) < CLOSER * np.nanmedian(others):
        return np.zeros(errors.shape, dtype=bool)
    return np.maximum(errors, errors.T) < ORDINARY * np.nanmedian(own)


def _lasts(states: FloatArray, start: int, stop: int) -> BoolArray:
    """Return which pairs stay crossed with one step more before, and one step more after."""
    before = _closeness(_crossings(states, start - 1, stop))
    after = _closeness(_crossings(states, start, stop + 1))
    return (before < STAYS_CLOSER) & (after < STAYS_CLOSER)


def _closeness(distances: FloatArray) -> FloatArray:
    """Return the farther crossed distance over the nearer own one, of each pair."""
    own = np.diag(distances)
    nearer = np.minimum(own[:, None], own[None, :])
    farther = np.maximum(distances, distances.T)
    return farther / np.where(nearer > 0, nearer, np.nan)


def _pairs(closeness: FloatArray, chosen: BoolArray, *, step: int | None) -> list[Exchange]:
    return [
        Exchange(int(i), int(j), float(closeness[i, j]), step)
        for i, j in zip(*np.nonzero(np.triu(chosen, 1)), strict=True)
    ]


def _best_of_each(found: Iterable[Exchange], *, n_steps: int) -> tuple[Exchange, ...]:
    """Return the closest exchanges, one a pair and step, a vessel in one at a time."""
    kept: list[Exchange] = []
    for exchange in sorted(found, key=lambda e: e.closeness):
        if not any(_clash(exchange, other) for other in kept):
            kept.append(exchange)
    return tuple(sorted(kept, key=lambda e: (e.one, e.other, e.step or n_steps)))


def _clash(exchange: Exchange, other: Exchange) -> bool:
    shared = {exchange.one, exchange.other} & {other.one, other.other}
    if exchange.step is None or other.step is None:
        return bool(shared)
    return bool(shared) and abs(exchange.step - other.step) <= 1


def _at_hours(at: FloatArray, assays: FloatArray, *, hours: FloatArray) -> FloatArray:
    """Return assays interpolated at other hours, NaN outside the hours they cover."""
    result = np.full((at.size, assays.shape[1]), np.nan)
    for analyte, values in enumerate(assays.T):
        known = np.isfinite(values)
        if known.any():
            order = np.argsort(hours[known], kind="stable")
            result[:, analyte] = np.interp(
                at, hours[known][order], values[known][order], left=np.nan, right=np.nan
            )
    return result


def _median_error(residuals: FloatArray) -> float:
    """Return the median over samples of the root mean square over analytes."""
    known = np.isfinite(residuals).any(axis=1)
    if known.sum() < _LEAST_POINTS:
        return float("nan")
    return float(np.median(np.sqrt(np.nanmean(residuals[known] ** 2, axis=1))))
