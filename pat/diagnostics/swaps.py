"""Two vessels whose spectra look exchanged, by how each goes on."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np

from pat.arrays import BoolArray, FloatArray

#: The crossed way must be this much closer than the vessels' own, both ways.
CLOSER = 0.6
#: And must stay closer by this with the step before or after taken along.
STAYS_CLOSER = 0.9
#: Both must go this many times as far as vessels usually do.
JUMP = 2.0
#: Fewer vessels do not tell what a usual step is.
LEAST_VESSELS = 4


@dataclass(frozen=True, slots=True)
class Exchange:
    """Two vessels that look exchanged.

    Parameters
    ----------
    one, other : int
        Rows of the vessels, `one` the lower.
    closeness : float
        The farther of the crossed distances over the nearer of the own: 0.5 is twice as close.
    step : int
        The first state after the exchange.
    """

    one: int
    other: int
    closeness: float
    step: int


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
    return _best_of_each(found)


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


def _pairs(closeness: FloatArray, chosen: BoolArray, *, step: int) -> list[Exchange]:
    return [
        Exchange(int(i), int(j), float(closeness[i, j]), step)
        for i, j in zip(*np.nonzero(np.triu(chosen, 1)), strict=True)
    ]


def _best_of_each(found: Iterable[Exchange]) -> tuple[Exchange, ...]:
    """Return the closest exchanges, one a pair and step, a vessel in one at a time."""
    kept: list[Exchange] = []
    for exchange in sorted(found, key=lambda e: e.closeness):
        if not any(_clash(exchange, other) for other in kept):
            kept.append(exchange)
    return tuple(sorted(kept, key=lambda e: (e.one, e.other, e.step)))


def _clash(exchange: Exchange, other: Exchange) -> bool:
    shared = {exchange.one, exchange.other} & {other.one, other.other}
    return bool(shared) and abs(exchange.step - other.step) <= 1
