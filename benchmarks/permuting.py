"""The y-permutation test of one recipe, and with the recipe chosen again each time."""

import numpy as np

from benchmarks import workload
from benchmarks.rows import Row, cpu_cost
from pat.calibration import CalibrationSet
from pat.calibration.blocks import prepare
from pat.calibration.plan import analyte_plan
from pat.calibration.sample_space.permutations import (
    PermutationTest,
    culture_orders,
    permutation_test,
)

N_PERMUTATIONS = 200


def rows(cal: CalibrationSet) -> list[Row]:
    """Return the rows of one recipe and of all of them."""
    recipes = workload.recipes(cal.axis)
    some = {"one recipe": ["A d1 SNV"], "the recipe chosen in each": list(recipes)}
    wanted = {"one recipe": "< 1 s", "the recipe chosen in each": "< 20 s"}
    found = []
    for what, names in some.items():
        result = tested(cal, names)
        cost = cpu_cost(lambda names=names: tested(cal, names), rounds=1)
        job = f"{N_PERMUTATIONS} y-permutations of cultures, {what}"
        found.append(Row(job, cost, "", None, wanted[what], f"p = {result.p_value:.3f}"))
    return found


def tested(cal: CalibrationSet, names: list[str]) -> PermutationTest:
    """Return the test of the first analyte over these recipes."""
    recipes = workload.recipes(cal.axis)
    plan = analyte_plan(
        cal, next(iter(cal.analytes)), n_outer=workload.N_OUTER, n_inner=workload.N_INNER
    )
    folds = [np.isin(np.arange(len(cal)), part.held) for part in plan.final.parts]
    orders = culture_orders(cal.groups, n_permutations=N_PERMUTATIONS, rng=np.random.default_rng(1))
    return permutation_test(
        (prepare(recipes[name], cal.intensities) for name in names),
        plan.targets,
        folds=folds,
        n_components=workload.PLS.max_components,
        permuted=plan.targets[orders],
    )
