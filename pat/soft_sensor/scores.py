"""Scores: value, T2 and Q of spectra by all members, folded where that can be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.diagnostics import Reading, channel_residuals, distances
from pat.soft_sensor.folding import (
    AT_ONCE,
    BLOCK,
    FoldedMembers,
    FoldedScores,
    folded_member,
)
from pat.soft_sensor.members import Member, quiet, shares


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What the members together make of n spectra; all NaN where one number is not finite.

    Parameters
    ----------
    values, t2, q : ndarray of shape (n_spectra,)
    latent : tuple of ndarray of shape (n_spectra, n_components)
        Scores of each member.
    contributions : callable
        From a row to what each feature of the first member adds to its Q, (n_features,).
    """

    values: FloatArray
    t2: FloatArray
    q: FloatArray
    latent: tuple[FloatArray, ...]
    contributions: Callable[[int], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What each of several members makes of n spectra; (n_members, n) and its scores."""

    values: FloatArray
    t2: FloatArray
    q: FloatArray
    latent: list[FloatArray]


def score(members: tuple[Member, ...], spectra: FloatArray, process: FloatArray) -> Scores:
    """Return value and distances of finite spectra (n <= AT_ONCE, n_channels).

    Each number of a row depends on that row alone.
    """
    if len(spectra) > AT_ONCE:
        msg = f"expected at most {AT_ONCE} rows at once; got {len(spectra)}"
        raise ValueError(msg)
    if len(spectra) == 0:
        nothing = np.empty(0)
        return Scores(nothing, nothing, nothing, (), lambda row: nothing)
    plan = _plan(members, spectra.shape[1])
    read = _empty(members, len(spectra))
    folded = None
    if plan.stacked is not None:
        with np.errstate(all="ignore"):
            folded = plan.stacked.score(spectra, process)
        _take_folded(read, folded, plan.folded)
        for number, sound in zip(plan.folded, folded.sound, strict=True):
            _by_pipelines(members, (number,), spectra, process, np.flatnonzero(~sound), read)
    _by_pipelines(members, plan.whole, spectra, process, np.arange(len(spectra)), read)
    t2_units, q_units = (
        np.array([[unit] for unit in units])
        for units in ([m.t2_unit for m in members], [m.q_unit for m in members])
    )
    share = shares(members)[:, None]
    # Sums of products, since a product of matrices may depend on how many rows there are.
    values, t2, q = (
        np.sum(share * numbers, axis=0)
        for numbers in (read.values, read.t2 / t2_units, read.q / q_units)
    )
    broken = ~(np.isfinite(values) & np.isfinite(t2) & np.isfinite(q))
    for numbers in (values, t2, q):
        numbers[broken] = np.nan
    return Scores(
        values=values,
        t2=t2,
        q=q,
        latent=tuple(read.latent),
        contributions=partial(_contributions, members[0], spectra, process, plan, folded),
    )


def is_folded(members: tuple[Member, ...], n_channels: int) -> bool:
    """Return whether all members are scored as one operator."""
    return not _plan(members, n_channels).whole


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Which members are scored as one operator, and which as they are."""

    stacked: FoldedMembers | None
    folded: tuple[int, ...]
    whole: tuple[int, ...]


@lru_cache(maxsize=64)
def _plan(members: tuple[Member, ...], n_channels: int) -> _Plan:
    found = {
        number: folded
        for number, member in enumerate(members)
        if (folded := folded_member(member.parts, n_channels)) is not None
    }
    whole = tuple(number for number in range(len(members)) if number not in found)
    if not found:
        return _Plan(None, (), whole)
    spreads = [members[number].spread for number in found]
    return _Plan(FoldedMembers(list(found.values()), spreads), tuple(found), whole)


def _empty(members: Sequence[Member], n: int) -> _Read:
    values, t2, q = (np.full((len(members), n), np.nan) for _ in range(3))
    latent = [np.full((n, member.spread.mean.size), np.nan) for member in members]
    return _Read(values, t2, q, latent)


def _take_folded(read: _Read, folded: FoldedScores, numbers: Sequence[int]) -> None:
    for place, number in enumerate(numbers):
        read.values[number] = folded.values[place]
        read.t2[number] = folded.t2[place]
        read.q[number] = folded.q[place]
        read.latent[number][:] = folded.latent[place]


def _by_pipelines(
    members: Sequence[Member],
    numbers: Sequence[int],
    spectra: FloatArray,
    process: FloatArray,
    rows: IntArray,
    read: _Read,
) -> None:
    """Write what some members, as they are, make of some rows."""
    for number in numbers:
        for start in range(0, len(rows), BLOCK):
            block = rows[start : start + BLOCK]
            _by_pipeline(members[number], number, spectra, process, block, read)


def _by_pipeline(
    member: Member,
    number: int,
    spectra: FloatArray,
    process: FloatArray,
    rows: IntArray,
    read: _Read,
) -> None:
    """Write what one member makes of up to BLOCK rows; NaN where its arithmetic breaks."""
    try:
        reading = _reading(member, spectra[rows], process[rows])
    except ValueError:
        for row in rows if len(rows) > 1 else ():
            _by_pipeline(member, number, spectra, process, np.array([row]), read)
        if len(rows) == 1:
            read.values[number, rows] = read.t2[number, rows] = read.q[number, rows] = np.nan
        return
    with np.errstate(all="ignore"):
        apart = distances(member.parts, reading, spread=member.spread)
    n = len(rows)
    read.values[number, rows] = reading.values[:n]
    read.t2[number, rows] = apart.t2[:n]
    read.q[number, rows] = apart.q[:n]
    read.latent[number][rows] = reading.scores[:n]


def _reading(member: Member, spectra: FloatArray, process: FloatArray) -> Reading:
    """Return the reading of up to BLOCK rows, the last one repeated up to BLOCK."""
    missing = BLOCK - len(spectra)
    with quiet(), np.errstate(all="ignore"):
        rows = member.parts.rows(np.ascontiguousarray(spectra))
        rows = np.ascontiguousarray(np.pad(rows, ((0, missing), (0, 0)), mode="edge"))
        return member.parts.read(rows, np.pad(process, ((0, missing), (0, 0)), mode="edge"))


def _contributions(
    first: Member,
    spectra: FloatArray,
    process: FloatArray,
    plan: _Plan,
    folded: FoldedScores | None,
    row: int,
) -> FloatArray:
    if (
        plan.stacked is not None
        and folded is not None
        and plan.folded[0] == 0
        and folded.sound[0, row]
    ):
        return plan.stacked.contributions(spectra[[row]], process[[row]])
    reading = _reading(first, spectra[[row]], process[[row]])
    return channel_residuals(first.parts, reading)[0]
