"""Consensus: weighted means of candidates, which compete with the single best one.

At each level of a plan four strategies make their choice from that level's folds alone:

- single: the recipe and family with the lowest pooled error.
- best: the mean of the k best recipes, each with its best family, for several k.
- fixed: the mean of a set of recipes that was named before any data were seen.
- stack: the non-negative stack of the best recipes of every family.

Between them the rule prefers what owes least to luck. The fixed set owes nothing to it; the
error of the single winner is the luckiest of many. So the first of fixed set, mean of many,
mean of few, stack and single is taken whose error is within a stated part of a standard
error of the lowest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.calibration.selection import (
    mean_squared_error,
    squared_errors_by_group,
    standard_error,
)
from pat.calibration.stack import held_out_stack, stack_weights

Choice = tuple[int, int]  # which scores, which setting of their family


class Strategy(StrEnum):
    """How the members of a sensor are chosen."""

    SINGLE = "single"
    BEST = "mean of the best"
    FIXED = "mean of a fixed set"
    STACK = "stack"


@dataclass(frozen=True, slots=True)
class ConsensusRule:
    """Which means compete, and how they are preferred. Without any the single winner stands.

    Parameters
    ----------
    counts : tuple of int
        How many of the best recipes are averaged, rising.
    fixed : tuple of str
        Names of recipes whose mean is tried as it stands.
    stacked : int
        Best recipes of each family that a stack weighs; 0: no stack.
    tolerance, fixed_tolerance : float
        Standard errors of the mean squared error by which a preferred strategy, and the fixed
        set, may be worse than the best one.
    """

    counts: tuple[int, ...] = ()
    fixed: tuple[str, ...] = ()
    stacked: int = 0
    tolerance: float = 0.5
    fixed_tolerance: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class HeldRows:
    """The held-out rows of one level, its folds one after another.

    Parameters
    ----------
    targets : ndarray of shape (n_rows,)
    codes, folds : ndarray of int, shape (n_rows,)
        Group and fold of each row.
    counts : ndarray of shape (n_groups,)
        Rows of each group.
    """

    targets: FloatArray
    codes: IntArray
    folds: IntArray
    counts: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One recipe and family at one level, with the setting chosen there.

    Parameters
    ----------
    choice : Choice
    recipe, family : str
    error : float
        Lowest mean squared error of all its settings.
    predictions : ndarray of shape (n_rows,)
        Of the chosen setting, for the level's held-out rows.
    """

    choice: Choice
    recipe: str
    family: str
    error: float
    predictions: FloatArray


@dataclass(frozen=True, slots=True)
class Blend:
    """Candidates whose weighted mean is the value; the weights sum to one, largest first."""

    strategy: Strategy
    members: tuple[Choice, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rated:
    """A blend with the mean squared error of its held-out predictions."""

    blend: Blend
    error: float
    standard_error: float


def rated_blends(entries: Sequence[Entry], held: HeldRows, rule: ConsensusRule) -> list[Rated]:
    """Return every blend that the entries allow, the most preferred first, the single one last."""
    if not entries:
        return []
    ranked = sorted(entries, key=lambda entry: entry.error)
    return [
        *_fixed(ranked, held, rule),
        *_best(ranked, held, rule),
        *_stack(ranked, held, rule),
        _rated(_mean(Strategy.SINGLE, ranked[:1]), ranked[0].predictions, held),
    ]


def preferred(rated: Sequence[Rated], rule: ConsensusRule) -> Rated | None:
    """Return the first that is worse than the best by no more than the rule tolerates."""
    if not rated:
        return None
    best = min(rated, key=lambda one: one.error)
    unit = float(np.nan_to_num(best.standard_error))
    for one in rated:
        is_fixed = one.blend.strategy == Strategy.FIXED
        margin = unit * (rule.fixed_tolerance if is_fixed else rule.tolerance)
        if one.error <= best.error + margin:
            return one
    return best


def by_strategy(rated: Sequence[Rated], rule: ConsensusRule) -> dict[Strategy, Rated]:
    """Return what each strategy would choose if it were the only one."""
    chosen = {}
    for strategy in Strategy:
        own = preferred([one for one in rated if one.blend.strategy == strategy], rule)
        if own is not None:
            chosen[strategy] = own
    return chosen


def _fixed(ranked: Sequence[Entry], held: HeldRows, rule: ConsensusRule) -> Iterator[Rated]:
    members = [entry for entry in _of_different_recipes(ranked) if entry.recipe in rule.fixed]
    if len(members) > 1 and 2 * len(members) > len(rule.fixed):
        yield _rated(_mean(Strategy.FIXED, members), _average(members), held)


def _best(ranked: Sequence[Entry], held: HeldRows, rule: ConsensusRule) -> Iterator[Rated]:
    different = _of_different_recipes(ranked)
    for count in reversed(rule.counts):
        if 1 < count <= len(different):
            members = different[:count]
            yield _rated(_mean(Strategy.BEST, members), _average(members), held)


def _stack(ranked: Sequence[Entry], held: HeldRows, rule: ConsensusRule) -> Iterator[Rated]:
    taken: dict[str, int] = {}
    members = []
    for entry in ranked:
        taken[entry.family] = taken.get(entry.family, 0) + 1
        if taken[entry.family] <= rule.stacked:
            members.append(entry)
    if len(members) < 2 or len(np.unique(held.folds)) < 2:
        return
    predictions = np.stack([entry.predictions for entry in members])
    weights = stack_weights(predictions, held.targets)
    order = [number for number in np.argsort(-weights, kind="stable") if weights[number] > 0]
    blend = Blend(
        strategy=Strategy.STACK,
        members=tuple(members[number].choice for number in order),
        weights=tuple(float(weights[number]) for number in order),
    )
    yield _rated(blend, held_out_stack(predictions, held.targets, held.folds), held)


def _of_different_recipes(ranked: Sequence[Entry]) -> list[Entry]:
    """Return the best entry of each recipe, in order."""
    first: dict[str, Entry] = {}
    for entry in ranked:
        first.setdefault(entry.recipe, entry)
    return list(first.values())


def _average(members: Sequence[Entry]) -> FloatArray:
    average: FloatArray = np.mean([entry.predictions for entry in members], axis=0)
    return average


def _mean(strategy: Strategy, members: Sequence[Entry]) -> Blend:
    choices = tuple(entry.choice for entry in members)
    return Blend(strategy, choices, (1.0 / len(choices),) * len(choices))


def _rated(blend: Blend, predictions: FloatArray, held: HeldRows) -> Rated:
    sums = squared_errors_by_group(
        predictions[None], held.targets, codes=held.codes, n_groups=held.counts.size
    )[0]
    return Rated(
        blend=blend,
        error=float(mean_squared_error(sums, held.counts)),
        standard_error=float(standard_error(sums, held.counts)),
    )
