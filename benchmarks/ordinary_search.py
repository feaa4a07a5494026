"""Workload W as users of scikit-learn search it: GridSearchCV over Pipelines.

A competent one computes row-wise steps once a recipe, outside; what learns stands in the
Pipeline. A stated part is measured and scaled to the whole: the search inside one outer fold
for some recipes, and one search over the outer folds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import process_time
from typing import Any

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.cross_decomposition import PLSRegression
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from benchmarks import workload
from benchmarks.rows import Cost, forget_peak, peak_mib
from pat.arrays import FloatArray
from pat.calibration import CalibrationSet, Family
from pat.calibration.block_scaler import BlockScaler
from pat.calibration.blocks import prepare
from pat.calibration.plan import AnalytePlan, Level, analyte_plan

MEASURED = ("A d0 SNV", "A d1 none", "A d2 MSC", "AB d0 EMSC")
Grid = dict[str, list[Any]]
#: Spectra and steps of a Pipeline, from the name of a recipe.
Way = Callable[[CalibrationSet, str], tuple[FloatArray, list[tuple[str, Any]]]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a search costs: in one outer fold and over all of them, and how results differ."""

    nested_s: float  # mean over the measured recipes
    final_s: float
    difference: float  # of fold RMSEs, in sd of y
    peak_mib: float | None


def models() -> dict[str, tuple[list[tuple[str, Any]], list[Grid]]]:
    """Return the steps behind a recipe and the grid of each family."""
    svr = TransformedTargetRegressor(regressor=SVR(), transformer=StandardScaler())
    settings = [
        {f"model__regressor__{name}": [value] for name, value in setting.items()}
        | {"model__regressor__kernel": ["rbf" if "gamma" in setting else "linear"]}
        for setting in workload.SVR.settings
    ]
    scale = ("scale", BlockScaler())
    return {
        "pls": (
            [("model", PLSRegression(scale=False))],
            [{"model__n_components": list(range(1, workload.PLS.max_components + 1))}],
        ),
        "ridge": ([scale, ("model", Ridge())], [{"model__alpha": list(workload.RIDGE.penalties)}]),
        "kernel-svr": ([scale, ("model", svr)], settings),
    }


def hoisted(cal: CalibrationSet, recipe: str) -> tuple[FloatArray, list[tuple[str, Any]]]:
    """Return rows after the steps that need no other spectrum, and the steps that learn."""
    block = prepare(workload.recipes(cal.axis)[recipe], cal.intensities)
    return block.rows, [] if block.learned is None else block.learned.steps


def measured(
    cal: CalibrationSet, family: Family, *, recipes: Sequence[str] = MEASURED, way: Way = hoisted
) -> Measured:
    """Return the cost of GridSearchCV on the first analyte."""
    known = workload.recipes(cal.axis)
    plan = analyte_plan(
        cal, next(iter(cal.analytes)), n_outer=workload.N_OUTER, n_inner=workload.N_INNER
    )
    forget_peak()
    nested, theirs = zip(
        *(_grid_search(family, partial(way, cal, name), plan, plan.nested[0])
          for name in recipes), strict=True,
    )  # fmt: skip
    final, _ = _grid_search(family, partial(way, cal, recipes[-1]), plan, plan.final)
    peak = peak_mib()
    differences = [
        np.max(np.abs(_our_errors(cal, family, known[name], plan) - errors)) / np.std(plan.targets)
        for name, errors in zip(recipes, theirs, strict=True)
    ]
    return Measured(float(np.mean(nested)), final, float(np.max(differences)), peak)


def whole(cost: Measured, *, n_recipes: int, n_analytes: int) -> Cost:
    """Return what a nested search over so many recipes takes."""
    one = cost.nested_s * workload.N_OUTER + cost.final_s
    return Cost(one * n_recipes * n_analytes, cost.peak_mib)


def _grid_search(
    family: Family,
    prepared: Callable[[], tuple[FloatArray, list[tuple[str, Any]]]],
    plan: AnalytePlan,
    level: Level,
) -> tuple[float, FloatArray]:
    """Return CPU seconds and the RMSE of each setting in each fold of a level."""
    started = process_time()
    rows, learned = prepared()
    steps, grid = models()[family.name]
    everything = np.isfinite(plan.targets)
    refit = level.refit
    train = everything if refit is None else plan.trainings.rows[refit.training]
    places = np.flatnonzero(train)
    splits = [
        (np.flatnonzero(plan.trainings.rows[p.training][places]), np.searchsorted(places, p.held))
        for p in level.parts
    ]
    search = GridSearchCV(
        Pipeline([*learned, *steps]), grid, cv=splits, scoring="neg_root_mean_squared_error"
    )
    search.fit(rows[places], plan.targets[places])
    if refit is not None:
        search.predict(rows[refit.held])
    seconds = process_time() - started
    scores = [search.cv_results_[f"split{fold}_test_score"] for fold in range(len(splits))]
    return seconds, -np.array(scores)


def _our_errors(
    cal: CalibrationSet, family: Family, recipe: Pipeline, plan: AnalytePlan
) -> FloatArray:
    """Return the same errors out of sample space."""
    parts = plan.nested[0].parts
    trainings = plan.trainings.take(np.array([part.training for part in parts]))
    found = family.held_out(prepare(recipe, cal.intensities), trainings)
    errors = [
        np.sqrt(np.mean((by_setting[:, p.held] - plan.targets[p.held]) ** 2, axis=1))
        for by_setting, p in zip(found, parts, strict=True)
    ]
    return np.array(errors)
