"""Screening: which recipes the families that cost most are tried on.

The rule is declared and uses each level's own folds alone, so that the nested error pays for
it: at each level such a family runs on the recipes that are best there for the linear models,
and a raced one is given up after the first folds where it falls far behind the best of them.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration.families import Family
from pat.calibration.plan import AnalytePlan
from pat.calibration.selection import lowest_error, mean_squared_error
from pat.calibration.tasks import RecipeTask, Scores, Screening, Wanted


def screened_tasks(
    plans: Sequence[AnalytePlan],
    scores: Sequence[Sequence[Scores]],
    *,
    recipes: Mapping[str, Pipeline],
    families: tuple[Family, ...],
    screening: Screening,
    simplicity: float,
) -> list[RecipeTask]:
    """Return the tasks of the screened families, one each: on each level's best recipes alone.

    Parameters
    ----------
    plans : sequence of AnalytePlan
    scores : sequence of sequence of Scores
        What the linear models reached, for each analyte.
    recipes : mapping of str to Pipeline
    families : tuple of Family
    screening : Screening
    simplicity : float
        As in `RecipeTask`.
    """
    if not families:
        return []
    ranked = [
        _best_recipes(plan, own, screening.n_recipes)
        for plan, own in zip(plans, scores, strict=True)
    ]
    references = [_reference(plan, own) for plan, own in zip(plans, scores, strict=True)]
    tasks = []
    for name, steps in recipes.items():
        wanted = tuple(
            Wanted(
                levels=tuple(level for level, best in enumerate(levels) if name in best),
                reference=reference,
            )
            for levels, reference in zip(ranked, references, strict=True)
        )
        if any(want.levels for want in wanted):
            tasks += [
                RecipeTask(
                    name=name,
                    steps=steps,
                    families=(family,),
                    wanted=wanted,
                    screening=screening,
                    simplicity=simplicity,
                )
                for family in families
            ]
    return tasks


def _best_recipes(plan: AnalytePlan, scores: Sequence[Scores], most: int) -> list[set[str]]:
    """Return, for each level, the names of the recipes with the lowest errors."""
    best: list[set[str]] = []
    for level in range(len(plan.levels)):
        counts = plan.counts(level)
        lowest: dict[str, float] = {}
        for found in scores:
            error = lowest_error(found.errors[level], counts)
            lowest[found.recipe] = min(error, lowest.get(found.recipe, np.inf))
        order = sorted(lowest, key=lambda name: lowest[name])
        best.append({name for name in order[:most] if np.isfinite(lowest[name])})
    return best


def _reference(plan: AnalytePlan, scores: Sequence[Scores]) -> FloatArray:
    """Return the mean squared error in each group of each level's best candidate."""
    reference = np.full((len(plan.levels), plan.n_groups), np.nan)
    for level in range(len(plan.levels)):
        counts = plan.counts(level)
        sums = np.concatenate([found.errors[level] for found in scores])
        errors = mean_squared_error(sums, counts)
        if np.isfinite(errors).any():
            best = sums[np.nanargmin(errors)]
            present = counts > 0
            reference[level, present] = best[present] / counts[present]
    return reference
