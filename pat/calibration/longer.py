"""Longer PLS models: more components for a recipe at the levels that chose the longest.

Most recipes need few components. Where a level's folds choose the longest model that was
tried, though a simpler one had the preference, that level has not seen the end of its curve,
and the recipe is run there again with more. The longer run takes the place of the shorter
one at that level, and at no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from sklearn.pipeline import Pipeline

from pat.calibration.families import PLSFamily
from pat.calibration.tasks import RecipeTask, Scores, Wanted


def longer_tasks(
    scores: Sequence[Sequence[Scores]],
    *,
    recipes: Mapping[str, Pipeline],
    most_components: int,
    simplicity: float,
) -> list[RecipeTask]:
    """Return the tasks of PLS with up to `most_components`, where fewer are not enough.

    Parameters
    ----------
    scores : sequence of sequence of Scores
        What was reached so far, for each analyte in the same order of recipe and family.
    recipes : mapping of str to Pipeline
    most_components : int
    simplicity : float
        As in `RecipeTask`.
    """
    tasks = []
    for together in zip(*scores, strict=True):
        family = together[0].family
        if not isinstance(family, PLSFamily) or family.max_components >= most_components:
            continue
        wanted = tuple(Wanted(levels=_at_the_end(own)) for own in together)
        if any(want.levels for want in wanted):
            task = RecipeTask(
                name=together[0].recipe,
                steps=recipes[together[0].recipe],
                families=(replace(family, max_components=most_components),),
                wanted=wanted,
                simplicity=simplicity,
            )
            tasks.append(task)
    return tasks


def superseded(scores: Sequence[Scores], longer: Sequence[Scores]) -> list[Scores]:
    """Return all scores of one analyte, the shorter models gone where longer ones were tried."""
    instead = {(own.recipe, own.family.name): own for own in longer if own.failed is None}
    shorter = []
    for own in scores:
        found = instead.get((own.recipe, own.family.name))
        shorter.append(own if found is None else _without(own, found.tried))
    return [*shorter, *longer]


def _at_the_end(scores: Scores) -> tuple[int, ...]:
    """Return the levels that chose the longest model."""
    last = len(scores.family.settings) - 1
    return tuple(level for level in scores.tried if scores.chosen[level] == last)


def _without(scores: Scores, levels: Sequence[int]) -> Scores:
    """Return scores as if some levels had not been tried."""
    gone = list(levels)
    errors, chosen = scores.errors.copy(), scores.chosen.copy()
    errors[gone], chosen[gone] = np.nan, -1
    tried = tuple(level for level in scores.tried if level not in levels)
    return replace(scores, errors=errors, chosen=chosen, tried=tried)
