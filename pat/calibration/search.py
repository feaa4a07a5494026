"""The search: many recipes and model families, chosen honestly, one result an analyte.

How it goes:

1. A plan is drawn up for each analyte (`plan`): outer folds of whole cultures, inner folds
   inside each of their training sets, whole campaigns beside them.
2. PLS runs over every recipe and every training of the plan, in sample space, one recipe a
   job (`recipe_scores`).
3. Families that cost more run at each level of the plan on the recipes that are best for PLS
   at that level. Which ones, and whether boosting is given up early, is decided by the
   level's own folds, so the nested error pays for it too.
4. At each level one candidate is chosen (`selection`): the final level's is the champion;
   the nested levels' predict their outer folds, which gives the honest error (`verdict`).

Jobs go through joblib's current backend, so `joblib.parallel_config` moves them to other
processes or machines. Each job uses one BLAS thread and results are taken in the order of
the recipes, so the outcome does not depend on how many jobs run at once.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import joblib
import numpy as np
from sklearn.pipeline import Pipeline

from pat.arrays import BoolArray, FloatArray
from pat.calibration.calibration_set import CalibrationSet
from pat.calibration.families import Family
from pat.calibration.plan import AnalytePlan, analyte_plan, why_untrainable
from pat.calibration.recipe_scores import score_recipe
from pat.calibration.result import SearchResult, Skipped
from pat.calibration.screening import screened_tasks
from pat.calibration.splitters import require_groups, resample_folds
from pat.calibration.tasks import RecipeTask, Scores, Screening, Wanted
from pat.calibration.verdict import search_result
from pat.errors import CalibrationError

#: Told how many of how many jobs are done, and what was done last.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """What is searched, and how it is validated.

    Parameters
    ----------
    recipes : dict of str to Pipeline
        Unfitted preprocessing on the axis of the calibration set, in order of preference.
    families : tuple of Family
    n_outer, n_inner : int
        Grouped folds where the cultures are too many to be left out one by one.
    screening : Screening
    """

    recipes: dict[str, Pipeline]
    families: tuple[Family, ...]
    n_outer: int = 10
    n_inner: int = 10
    screening: Screening = field(default_factory=Screening)


def search(
    cal: CalibrationSet,
    space: SearchSpace,
    *,
    resamples: Path | None = None,
    seed: int = 0,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> dict[str, SearchResult | Skipped]:
    """Return the champion of every analyte with its honest figures, or why there is none.

    Parameters
    ----------
    cal : CalibrationSet
    space : SearchSpace
    resamples : Path, optional
        Published resamples that take the place of the outer folds.
    seed : int
        Decides which cultures share a fold; nothing else is random.
    n_jobs : int
        Recipes worked on at once.
    progress : callable, optional

    Raises
    ------
    CalibrationError
        If there is one culture only, or the space has no recipe that can be tried.
    InputError
        If the resamples file does not fit the set.
    """
    started = time.perf_counter()
    require_groups(len(set(cal.groups)))
    outer = None if resamples is None else resample_folds(resamples, cal)
    families, notes = _available(space, cal)
    plans, results = _plans(cal, space, outer=outer, seed=seed)
    if plans:
        jobs = _Jobs(cal, plans=plans, n_jobs=n_jobs, progress=progress)
        scores = _all_scores(jobs, replace(space, families=families))
        seconds = time.perf_counter() - started
        for plan, found in zip(plans, scores, strict=True):
            result = search_result(
                cal, plan, found, recipes=space.recipes, published=outer is not None
            )
            results[plan.analyte] = _noted(result, notes=notes, seconds=seconds)
    return {name: results[name] for name in cal.analytes}


def _noted(
    result: SearchResult | Skipped, *, notes: tuple[str, ...], seconds: float
) -> SearchResult | Skipped:
    if isinstance(result, Skipped):
        return result
    return replace(result, notes=notes + result.notes, seconds=seconds)


def _available(
    space: SearchSpace, cal: CalibrationSet
) -> tuple[tuple[Family, ...], tuple[str, ...]]:
    """Return the families that can run on this set, and why the others cannot."""
    usable = [f for f in space.families if cal.process_names or not f.with_process]
    reasons = {family.name: family.unavailable() for family in usable}
    families = tuple(family for family in usable if reasons[family.name] is None)
    if not space.recipes or all(family.screened for family in families):
        msg = "expected recipes and PLS among the families; got nothing to search"
        raise CalibrationError(msg)
    return families, tuple(dict.fromkeys(r for r in reasons.values() if r is not None))


def _plans(
    cal: CalibrationSet, space: SearchSpace, *, outer: Sequence[BoolArray] | None, seed: int
) -> tuple[list[AnalytePlan], dict[str, SearchResult | Skipped]]:
    """Return the plan of each analyte that can be trained, and why the others cannot."""
    plans: list[AnalytePlan] = []
    skipped: dict[str, SearchResult | Skipped] = {}
    for analyte in cal.analytes:
        reason = why_untrainable(cal, analyte)
        if reason is None:
            try:
                plan = analyte_plan(
                    cal,
                    analyte,
                    outer=outer,
                    n_outer=space.n_outer,
                    n_inner=space.n_inner,
                    seed=seed,
                )
                plans.append(plan)
                continue
            except CalibrationError as error:
                reason = str(error)
        skipped[analyte] = Skipped(analyte=analyte, reason=reason)
    return plans, skipped


class _Jobs:
    """Runs recipe tasks over one calibration set and reports how far it is."""

    def __init__(
        self,
        cal: CalibrationSet,
        *,
        plans: Sequence[AnalytePlan],
        n_jobs: int,
        progress: Progress | None,
    ) -> None:
        self.intensities = cal.intensities
        self.process: FloatArray | None = None
        if cal.process_names:
            self.process = cal.process.to_numpy(dtype=np.float64)
        self.plans = plans
        self.n_jobs = n_jobs
        self.progress = progress

    def run(self, tasks: Sequence[RecipeTask]) -> list[list[list[Scores]]]:
        """Return the scores of each task, in the order of the tasks."""
        parallel = joblib.Parallel(n_jobs=self.n_jobs, return_as="generator")
        jobs = (
            joblib.delayed(score_recipe)(task, self.intensities, self.process, self.plans)
            for task in tasks
        )
        return list(self._watched(parallel(jobs), tasks))

    def _watched(
        self, results: Iterable[list[list[Scores]]], tasks: Sequence[RecipeTask]
    ) -> Iterable[list[list[Scores]]]:
        for done, (task, result) in enumerate(zip(tasks, results, strict=True), start=1):
            if self.progress is not None:
                self.progress(done, len(tasks), task.name)
            yield result


def _all_scores(jobs: _Jobs, space: SearchSpace) -> list[list[Scores]]:
    """Return, for each analyte, the scores of every recipe and family, PLS first."""
    everywhere = tuple(Wanted(levels=tuple(range(len(plan.levels)))) for plan in jobs.plans)
    cheap = tuple(family for family in space.families if not family.screened)
    expensive = tuple(family for family in space.families if family.screened)
    first = jobs.run(
        [
            RecipeTask(name=name, steps=steps, families=cheap, wanted=everywhere)
            for name, steps in space.recipes.items()
        ]
    )
    scores = [[s for task in first for s in task[a]] for a in range(len(jobs.plans))]
    second = jobs.run(
        screened_tasks(
            jobs.plans, scores, recipes=space.recipes, families=expensive, screening=space.screening
        )
    )
    return [own + [s for task in second for s in task[a]] for a, own in enumerate(scores)]
