"""Scores one recipe: every family, training and setting over it, reduced to what is kept.

This is the job that runs in worker processes, one a recipe. From all predictions it keeps
the squared errors by group at each level of the plan, the predictions of the setting that
each level chooses, and the held-out predictions of the outer folds and campaigns.
"""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from pat.arrays import FloatArray, IntArray
from pat.calibration.blocks import Block, prepare
from pat.calibration.families import Family, PLSFamily
from pat.calibration.plan import AnalytePlan, Part
from pat.calibration.sample_space import Way, way_of_pls
from pat.calibration.selection import simplest_within, squared_errors_by_group
from pat.calibration.shared_rows import SharedRows
from pat.calibration.tasks import RecipeTask, Scores, Screening, Wanted
from pat.calibration.trainings import Trainings


def score_recipe(
    task: RecipeTask,
    intensities: FloatArray,
    process: FloatArray | None,
    plans: Sequence[AnalytePlan],
    shared: SharedRows | None = None,
) -> list[list[Scores]]:
    """Return, for each analyte, the scores of each family of the task."""
    with _threads().limit(limits=1), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        way = None
        try:
            block = prepare(task.steps, intensities, process=process, shared=shared)
            way = _other_way(task, block, plans)
            by_family = [_score_family(task, family, block, plans) for family in task.families]
        except Exception as error:  # noqa: BLE001 - a recipe may fail in any way
            by_family = [[_failure(task, f, plan, error) for plan in plans] for f in task.families]
    remark = "; ".join([*(str(one.message) for one in caught[:1]), *([way] if way else [])])
    return [
        [replace(scores[analyte], remark=remark or None) for scores in by_family]
        for analyte in range(len(plans))
    ]


def _other_way(task: RecipeTask, block: Block, plans: Sequence[AnalytePlan]) -> str | None:
    """Return how PLS went, None where by a Gram matrix, as it usually does."""
    n_trainings = sum(len(plan.trainings) for plan in plans)
    counts = [f.max_components for f in task.families if isinstance(f, PLSFamily)]
    ways = [way_of_pls(block, n_trainings, n_components=count) for count in counts]
    return f"PLS went {Way.ROWS}" if Way.ROWS in ways else None


def _score_family(
    task: RecipeTask, family: Family, block: Block, plans: Sequence[AnalytePlan]
) -> list[Scores]:
    """Return the scores of one family for each analyte."""
    own = block if family.with_process else replace(block, process=None)
    wanted = task.wanted
    try:
        if family.raced:
            wanted = _after_race(task, family, own, plans)
        predictions = _predictions(
            family, own, plans, [_needed(p, w) for p, w in zip(plans, wanted, strict=True)]
        )
    except Exception as error:  # noqa: BLE001 - a candidate may fail in any way
        return [_failure(task, family, plan, error) for plan in plans]
    scores = [
        _reduced(task, family, plan, want, found)
        for plan, want, found in zip(plans, wanted, predictions, strict=True)
    ]
    return [
        replace(own, given_up=tuple(level for level in want.levels if level not in own.tried))
        for own, want in zip(scores, task.wanted, strict=True)
    ]


def _after_race(
    task: RecipeTask, family: Family, block: Block, plans: Sequence[AnalytePlan]
) -> tuple[Wanted, ...]:
    """Return the levels at which the family's first folds are not far behind linear models."""
    n_folds = task.screening.race_folds
    first = [
        sorted({p.training for level in want.levels for p in plan.levels[level].parts[:n_folds]})
        for plan, want in zip(plans, task.wanted, strict=True)
    ]
    predictions = _predictions(family, block, plans, first)
    return tuple(
        replace(
            want,
            levels=tuple(
                level
                for level in want.levels
                if _keeps_up(task.screening, plan, want, level, found)
            ),
        )
        for plan, want, found in zip(plans, task.wanted, predictions, strict=True)
    )


def _keeps_up(
    screening: Screening,
    plan: AnalytePlan,
    want: Wanted,
    level: int,
    predictions: dict[int, FloatArray],
) -> bool:
    if want.reference is None:
        return True
    parts = plan.levels[level].parts[: screening.race_folds]
    rows, predicted = _pooled(parts, predictions)
    mine = np.nanmin(np.mean((predicted - plan.targets[rows]) ** 2, axis=1), initial=np.inf)
    theirs = np.mean(want.reference[level][plan.group_codes[rows]])
    return bool(mine <= screening.race_ratio**2 * theirs)


def _pooled(
    parts: Sequence[Part], predictions: dict[int, FloatArray]
) -> tuple[IntArray, FloatArray]:
    """Return the held-out rows of all parts and their predictions (n_settings, n_rows)."""
    rows = np.concatenate([part.held for part in parts])
    columns = [predictions[part.training][:, part.held] for part in parts]
    return rows, np.concatenate(columns, axis=1)


def _needed(plan: AnalytePlan, wanted: Wanted) -> list[int]:
    return sorted({t for level in wanted.levels for t in plan.levels[level].trainings})


def _predictions(
    family: Family,
    block: Block,
    plans: Sequence[AnalytePlan],
    needed: Sequence[Sequence[int]],
) -> list[dict[int, FloatArray]]:
    """Return for each analyte the predictions (n_settings, n_samples) of each training."""
    picked = [
        plan.trainings.take(np.asarray(numbers, dtype=np.int64))
        for plan, numbers in zip(plans, needed, strict=True)
    ]
    together = Trainings(
        targets=np.concatenate([part.targets for part in picked]),
        rows=np.concatenate([part.rows for part in picked]),
    )
    found = iter(family.held_out(block, together) if len(together) else ())
    return [{number: next(found) for number in numbers} for numbers in needed]


def _reduced(
    task: RecipeTask,
    family: Family,
    plan: AnalytePlan,
    wanted: Wanted,
    predictions: dict[int, FloatArray],
) -> Scores:
    """Return the errors of the wanted levels and the kept predictions."""
    empty = _empty(task, family, plan)
    pooled = list(empty.pooled)
    for number in wanted.levels:
        rows, predicted = _pooled(plan.levels[number].parts, predictions)
        errors = squared_errors_by_group(
            predicted, plan.targets[rows], codes=plan.group_codes[rows], n_groups=plan.n_groups
        )
        empty.errors[number] = errors
        if np.isfinite(errors).any():
            chosen = simplest_within(errors, plan.counts(number), standard_errors=task.simplicity)
            empty.chosen[number], pooled[number] = chosen, predicted[chosen]
    start = 0
    for part in plan.kept:
        stop = start + part.held.size
        if part.training in predictions:
            empty.kept[:, start:stop] = predictions[part.training][:, part.held]
        start = stop
    return replace(empty, tried=wanted.levels, pooled=tuple(pooled))


def _empty(task: RecipeTask, family: Family, plan: AnalytePlan) -> Scores:
    n_settings = len(family.settings)
    n_kept = sum(part.held.size for part in plan.kept)
    return Scores(
        recipe=task.name,
        family=family,
        errors=np.full((len(plan.levels), n_settings, plan.n_groups), np.nan),
        kept=np.full((n_settings, n_kept), np.nan),
        chosen=np.full(len(plan.levels), -1),
        pooled=(np.empty(0),) * len(plan.levels),
    )


def _failure(task: RecipeTask, family: Family, plan: AnalytePlan, error: Exception) -> Scores:
    reason = f"{type(error).__name__}: {error}".strip().splitlines()[0]
    return replace(_empty(task, family, plan), failed=reason)


@cache
def _threads() -> ThreadpoolController:
    """Return what limits the threads of libraries; looking for them takes milliseconds."""
    return ThreadpoolController()
