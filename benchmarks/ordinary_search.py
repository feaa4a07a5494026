"""Workload W as a competent user of scikit-learn searches it: GridSearchCV over Pipelines.

Row-wise steps are computed once a recipe, outside; what learns stands in the Pipeline. A
stated part is measured and scaled to the whole: the search inside one outer fold for some
recipes, and one search over the outer folds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
from pat.arrays import FloatArray
from pat.calibration import CalibrationSet, Family
from pat.calibration.block_scaler import BlockScaler
from pat.calibration.blocks import prepare
from pat.calibration.plan import AnalytePlan, Level, analyte_plan

MEASURED = ("A d0 SNV", "A d1 none", "A d2 MSC", "AB d0 EMSC")
Grid = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a search costs: in one outer fold and over all of them, and how results differ."""

    nested_s: float  # mean over the measured recipes
    final_s: float
    difference: float  # of fold RMSEs, in sd of y


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


def measured(cal: CalibrationSet, family: Family, *, recipes: Sequence[str] = MEASURED) -> Measured:
    """Return the cost of GridSearchCV on the first analyte."""
    known = workload.recipes(cal.axis)
    plan = analyte_plan(
        cal, next(iter(cal.analytes)), n_outer=workload.N_OUTER, n_inner=workload.N_INNER
    )
    nested, differences = [], []
    for name in recipes:
        seconds, theirs = _grid_search(cal, family, known[name], plan, plan.nested[0])
        nested.append(seconds)
        ours = _our_errors(cal, family, known[name], plan)
        differences.append(np.max(np.abs(ours - theirs)) / np.std(plan.targets))
    final, _ = _grid_search(cal, family, known[recipes[-1]], plan, plan.final)
    return Measured(float(np.mean(nested)), final, float(np.max(differences)))


def whole(cost: Measured, *, n_recipes: int, n_analytes: int) -> float:
    """Return the seconds of a nested search over so many recipes."""
    one = cost.nested_s * workload.N_OUTER + cost.final_s
    return one * n_recipes * n_analytes


def _grid_search(
    cal: CalibrationSet, family: Family, recipe: Pipeline, plan: AnalytePlan, level: Level
) -> tuple[float, FloatArray]:
    """Return CPU seconds and the RMSE of each setting in each fold of a level."""
    started = process_time()
    block = prepare(recipe, cal.intensities)
    steps, grid = models()[family.name]
    learned = [] if block.learned is None else block.learned.steps
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
    search.fit(block.rows[places], plan.targets[places])
    if refit is not None:
        search.predict(block.rows[refit.held])
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
