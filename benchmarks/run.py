"""Every benchmark beside its peers in one run: prints the tables, writes docs/BENCHMARKS.md.

    make bench        # python -m benchmarks.run

One thread a side and CPU seconds, the least of several rounds, unless a row says otherwise;
results are compared before anything is timed.
"""

import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks import (
    accuracy,
    ordinary_search,
    permuting,
    scoring,
    two_cores,
    versus_ikpls,
    where_time_goes,
    workload,
)
from benchmarks.rows import Row, cpu_seconds, markdown
from pat.calibration import CalibrationSet, SearchSpace, search

PAGE = Path(__file__).parents[1] / "docs" / "BENCHMARKS.md"
#: Title of the first section that is measured and written by hand.
BY_HAND = "## History"
PEERS = ("scikit-learn", "ikpls", "numpy", "scipy", "lightgbm")


def main() -> None:
    """Run everything, print it and write the page."""
    cal = workload.campaign()
    with threadpool_limits(1):
        rows = [versus_ikpls.row(), *permuting.rows(cal), *search_rows(cal)]
        spent = where_time_goes.lines(cal, whole_space(cal))
    page = [*head(), *markdown(rows), "", *notes(), "", *spent, "", *scored(), "", *accurate(),
            *by_hand()]  # fmt: skip
    print("\n".join(page))
    PAGE.write_text("\n".join(page) + "\n", encoding="utf-8")


def search_rows(cal: CalibrationSet) -> list[Row]:
    """Return the rows of workload W: PLS, PLS and ridge, the whole of it screened."""
    costs = {
        family.name: ordinary_search.measured(cal, family)
        for family in (workload.PLS, workload.RIDGE)
    }
    everything = {"n_recipes": len(workload.recipes(cal.axis)), "n_analytes": len(cal.analytes)}
    pls, ridge = (ordinary_search.whole(cost, **everything) for cost in costs.values())
    differ = {name: f"{name} {cost.difference:.0e}" for name, cost in costs.items()}
    linear = workload.space(cal.axis, workload.PLS, workload.RIDGE)
    only_pls = workload.space(cal.axis, workload.PLS)
    peer = "GridSearchCV, scaled"
    return [
        Row(
            "W, PLS alone", cpu_seconds(lambda: search(cal, only_pls), rounds=3),
            peer, pls, ">= 400", f"fold RMSE, sd of y: {differ['pls']}",
        ),
        Row(
            "W, PLS and ridge", cpu_seconds(lambda: search(cal, linear), rounds=2),
            peer, pls + ridge, ">= 100", f"fold RMSE, sd of y: {differ['ridge']}",
        ),
        *whole_rows(cal, exhaustive=pls + ridge),
    ]  # fmt: skip


def whole_rows(cal: CalibrationSet, *, exhaustive: float) -> list[Row]:
    """Return the rows of the whole of W, on one thread and on two cores."""
    svr = ordinary_search.measured(cal, workload.SVR, recipes=("A d1 SNV", "AB d0 EMSC"))
    boosting = workload.space(cal.axis, workload.PLS, workload.RIDGE, workload.BOOSTING)
    linear = workload.space(cal.axis, workload.PLS, workload.RIDGE)
    space = whole_space(cal)
    without, trees = (cpu_seconds(lambda s=s: search(cal, s), rounds=1) for s in (linear, boosting))
    screened = ordinary_search.whole(
        svr, n_recipes=space.screening.n_recipes, n_analytes=len(cal.analytes)
    )
    theirs = exhaustive + screened + trees - without
    one = cpu_seconds(lambda: search(cal, space), rounds=1)
    return [
        Row(
            "W, all families, screened", one, "GridSearchCV, scaled, screened alike", theirs,
            ">= 40", f"fold RMSE, sd of y: svr {svr.difference:.0e}",
        ),
        two_cores.row(cal, space),
    ]  # fmt: skip


def whole_space(cal: CalibrationSet) -> SearchSpace:
    """Return the whole of W."""
    families = (workload.PLS, workload.RIDGE, workload.SVR, workload.BOOSTING)
    return workload.space(cal.axis, *families)


def head() -> list[str]:
    """Return the title, the machine, the versions and the date."""
    versions = ", ".join(f"{name} {version(name)}" for name in PEERS)
    return [
        "# Benchmarks", "",
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f} at the end; Python {sys.version.split()[0]}, {versions}. "
        "Written by `make bench`.", "",
    ]  # fmt: skip


def notes() -> list[str]:
    """Return what the figures mean."""
    part = ", ".join(ordinary_search.MEASURED)
    return [
        "W: 336 simulated spectra of 3,325 channels, 3 analytes, 24 recipes, PLS 1-15, 12 ridge "
        "penalties, 24 SVR and 6 LightGBM settings, nested 8 x 6 by culture. Its baseline is "
        "GridSearchCV over Pipelines with the row-wise steps hoisted out, measured on one analyte: "
        f"inside the first outer fold for {part}, over all outer folds for the last of them; then "
        "scaled to all recipes, folds and analytes. SVR is measured on A d1 SNV and AB d0 EMSC and "
        "scaled to the two recipes a level that screening takes; LightGBM, raced, is charged to "
        "the baseline at our own cost, since both sides call the same library.",
    ]


def scored() -> list[str]:
    """Return the table of scoring."""
    return ["## Scoring", "", "```", *scoring.lines(), "```"]


def accurate() -> list[str]:
    """Return the table of errors on cultures never seen, on the sets that are at hand."""
    return ["## Accuracy", "", " ".join(accuracy.PEERS.split()), "",
            *accuracy.lines(accuracy.available())]  # fmt: skip


def by_hand() -> list[str]:
    """Return the sections of the page that take too long to be measured each time."""
    _, title, rest = PAGE.read_text(encoding="utf-8").partition(BY_HAND)
    return ["", f"{title}{rest}".rstrip("\n")] if title else []


if __name__ == "__main__":
    main()
