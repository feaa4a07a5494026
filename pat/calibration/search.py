"""The search: many recipes and model families, chosen honestly, one result an analyte.

How it goes:

1. A plan is drawn up for each analyte (`plan`): outer folds of whole cultures, inner folds
   inside each of their training sets, whole campaigns beside them.
2. PLS and ridge run over every recipe and every training of the plan, in sample space, one
   recipe a job (`recipe_scores`).
3. Where the longest PLS model is chosen at a level, still longer ones follow (`longer`).
   Families that cost more run at each level of the plan on the recipes that are best for
   these at that level. What is tried, and whether boosting is given up early, is decided by
   the level's own folds, so the nested error pays for it too (`rounds`).
4. At each level the single best candidate and the means of several compete (`consensus`):
   what the final level prefers is the champion; what the nested levels prefer predicts their
   outer folds, which gives the honest error (`verdict`).

The same set, space and seed give the same result, however many jobs run at once (`jobs`).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from sklearn.pipeline import Pipeline

from pat.arrays import BoolArray, FloatArray
from pat.calibration.calibration_set import CalibrationSet
from pat.calibration.case import Case
from pat.calibration.consensus import ConsensusRule
from pat.calibration.families import Family
from pat.calibration.jobs import Jobs, Progress, Workload
from pat.calibration.plan import AnalytePlan, analyte_plan, why_untrainable
from pat.calibration.result import SearchResult, Skipped
from pat.calibration.rounds import all_scores
from pat.calibration.splitters import require_groups, resample_folds
from pat.calibration.tasks import Screening
from pat.calibration.verdict import search_result
from pat.errors import CalibrationError


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
    simplicity : float
        Standard errors by which a simpler setting of a family may be worse than its best.
    consensus : ConsensusRule
        Which means of candidates compete with the single best one; none where left out.
    most_components : int
        PLS goes on to so many where the longest model is chosen (`longer`); 0: nowhere.
    """

    recipes: dict[str, Pipeline]
    families: tuple[Family, ...]
    n_outer: int = 10
    n_inner: int = 10
    screening: Screening = field(default_factory=Screening)
    simplicity: float = 1.0
    consensus: ConsensusRule = field(default_factory=ConsensusRule)
    most_components: int = 0


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
        workload = Workload(cal.intensities, process=_process(cal), plans=tuple(plans))
        scores = all_scores(
            Jobs(workload, n_jobs=n_jobs, progress=progress),
            workload.plans,
            recipes=space.recipes,
            families=families,
            screening=space.screening,
            most_components=space.most_components,
            simplicity=space.simplicity,
        )
        seconds = time.perf_counter() - started
        for plan, own in zip(plans, scores, strict=True):
            case = Case(cal, plan, own, recipes=space.recipes, rule=space.consensus)
            result = search_result(case, published=outer is not None)
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


def _process(cal: CalibrationSet) -> FloatArray | None:
    return cal.process.to_numpy(dtype=np.float64) if cal.process_names else None
