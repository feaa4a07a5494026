"""The rounds of a search: linear models everywhere, longer PLS where it helps, then the rest.

What a later round tries at a level of the plan is decided by that level's own folds in the
rounds before it, so that the nested error pays for it too.
"""

from collections.abc import Mapping, Sequence

from sklearn.pipeline import Pipeline

from pat.calibration.families import Family
from pat.calibration.jobs import Jobs
from pat.calibration.longer import longer_tasks, superseded
from pat.calibration.plan import AnalytePlan
from pat.calibration.screening import screened_tasks
from pat.calibration.tasks import RecipeTask, Scores, Screening, Wanted

#: Work of a search with screened families in units of that of its linear models, roughly.
SCREENED_OUTLOOK = 3.0


def all_scores(
    jobs: Jobs,
    plans: Sequence[AnalytePlan],
    *,
    recipes: Mapping[str, Pipeline],
    families: Sequence[Family],
    screening: Screening,
    most_components: int,
    simplicity: float,
) -> list[list[Scores]]:
    """Return, for each analyte, the scores of every recipe and family, PLS first.

    Parameters
    ----------
    jobs : Jobs
    plans : sequence of AnalytePlan
    recipes : mapping of str to Pipeline
    families : sequence of Family
        Those that cost little run on every recipe, the screened ones on the best.
    screening : Screening
    most_components : int
        As in `SearchSpace`.
    simplicity : float
        As in `RecipeTask`.
    """
    cheap = tuple(family for family in families if not family.screened)
    screened = tuple(family for family in families if family.screened)
    everywhere = tuple(Wanted(levels=tuple(range(len(plan.levels)))) for plan in plans)
    first = [
        RecipeTask(name=name, steps=steps, families=cheap, wanted=everywhere, simplicity=simplicity)
        for name, steps in recipes.items()
    ]
    found = jobs.run(first, outlook=SCREENED_OUTLOOK if screened else 1.0)
    scores = _by_analyte(found, len(plans))
    second = longer_tasks(
        scores, recipes=recipes, most_components=most_components, simplicity=simplicity
    )
    longer = _by_analyte(jobs.run(second), len(plans))
    scores = [superseded(own, more) for own, more in zip(scores, longer, strict=True)]
    third = screened_tasks(
        plans, scores, recipes=recipes, families=screened, screening=screening,
        simplicity=simplicity,
    )  # fmt: skip
    costly = _by_analyte(jobs.run(third), len(plans))
    return [own + rest for own, rest in zip(scores, costly, strict=True)]


def _by_analyte(results: Sequence[list[list[Scores]]], n_analytes: int) -> list[list[Scores]]:
    return [[scores for task in results for scores in task[a]] for a in range(n_analytes)]
