"""Workload W beside GridSearchCV: PLS, PLS and ridge, all families, and on two cores."""

from benchmarks import ordinary_search, two_cores, versus_chemotools, workload
from benchmarks.rows import Cost, Row, cpu_cost, highest_peak
from pat.calibration import CalibrationSet, SearchSpace, search

#: Recipes of one region: chemotools filters across a gap between two.
OF_CHEMOTOOLS = ("A d0 EMSC", "A d1 none", "A d2 MSC", "A d1 SNV")


def rows(cal: CalibrationSet) -> list[Row]:
    """Return the rows of workload W."""
    costs = {
        family.name: ordinary_search.measured(cal, family)
        for family in (workload.PLS, workload.RIDGE)
    }
    pls, ridge = (_whole(cost, cal) for cost in costs.values())
    differ = {name: f"{name} {cost.difference:.0e}" for name, cost in costs.items()}
    linear = workload.space(cal.axis, workload.PLS, workload.RIDGE)
    only_pls = workload.space(cal.axis, workload.PLS)
    ours = cpu_cost(lambda: search(cal, only_pls), rounds=3)
    both = _together(pls, ridge)
    peer = "GridSearchCV, scaled"
    return [
        Row("W, PLS alone", ours, peer, pls, ">= 400", f"fold RMSE, sd of y: {differ['pls']}"),
        chemotools_row(cal, ours),
        Row(
            "W, PLS and ridge", cpu_cost(lambda: search(cal, linear), rounds=2),
            peer, both, ">= 100", f"fold RMSE, sd of y: {differ['ridge']}",
        ),
        *_all_families(cal, exhaustive=both),
    ]  # fmt: skip


def chemotools_row(cal: CalibrationSet, ours: Cost) -> Row:
    """Return PLS alone beside chemotools' steps inside the Pipelines of GridSearchCV."""
    cost = ordinary_search.measured(
        cal, workload.PLS, recipes=OF_CHEMOTOOLS, way=versus_chemotools.steps_inside
    )
    return Row(
        "W, PLS alone", ours, "GridSearchCV, chemotools' steps inside, scaled", _whole(cost, cal),
        "", f"fold RMSE, sd of y: pls {cost.difference:.0e}",
    )  # fmt: skip


def _all_families(cal: CalibrationSet, *, exhaustive: Cost) -> list[Row]:
    """Return the rows of the whole of W, on one thread and on two cores."""
    svr = ordinary_search.measured(cal, workload.SVR, recipes=("A d1 SNV", "AB d0 EMSC"))
    boosting = workload.space(cal.axis, workload.PLS, workload.RIDGE, workload.BOOSTING)
    linear = workload.space(cal.axis, workload.PLS, workload.RIDGE)
    space = whole_space(cal)
    without, trees = (cpu_cost(lambda s=s: search(cal, s), rounds=1) for s in (linear, boosting))
    screened = ordinary_search.whole(
        svr, n_recipes=space.screening.n_recipes, n_analytes=len(cal.analytes)
    )
    raced = Cost(trees.seconds - without.seconds, trees.peak_mib)
    return [
        Row(
            "W, all families, screened", cpu_cost(lambda: search(cal, space), rounds=1),
            "GridSearchCV, scaled, screened alike", _together(exhaustive, screened, raced),
            ">= 40", f"fold RMSE, sd of y: svr {svr.difference:.0e}",
        ),
        two_cores.row(cal, space),
    ]  # fmt: skip


def whole_space(cal: CalibrationSet) -> SearchSpace:
    """Return the whole of W."""
    families = (workload.PLS, workload.RIDGE, workload.SVR, workload.BOOSTING)
    return workload.space(cal.axis, *families)


def notes() -> str:
    """Return what the figures mean."""
    part = ", ".join(ordinary_search.MEASURED)
    return (
        "W: 336 simulated spectra of 3,325 channels, 3 analytes, 24 recipes, PLS 1-15, 12 ridge "
        "penalties, 24 SVR and 6 LightGBM settings, nested 8 x 6 by culture. Its baseline is "
        "GridSearchCV over Pipelines with the row-wise steps hoisted out, measured on one analyte: "
        f"inside the first outer fold for {part}, over all outer folds for the last of them; then "
        "scaled to all recipes, folds and analytes. With chemotools' steps inside the Pipelines it "
        f"is measured in the same way on {', '.join(OF_CHEMOTOOLS)}. SVR is measured on A d1 SNV "
        "and AB d0 EMSC and scaled to the two recipes a level that screening takes; LightGBM, "
        "raced, is charged to the baseline at our own cost, since both sides call the same "
        "library. MiB of the baseline are those of the part that was measured."
    )


def _whole(cost: ordinary_search.Measured, cal: CalibrationSet) -> Cost:
    n_recipes = len(workload.recipes(cal.axis))
    return ordinary_search.whole(cost, n_recipes=n_recipes, n_analytes=len(cal.analytes))


def _together(*costs: Cost) -> Cost:
    return Cost(sum(cost.seconds for cost in costs), highest_peak(costs))
