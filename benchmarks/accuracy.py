"""How accurate sensors are on cultures they never saw, beside the peers' usual practice.

    python -m benchmarks.accuracy [--effort standard] [--seeds 5] [--only NAME ...]

Real sets come from the folder that PAT_SHARED_DATA names; simulated campaigns are made here.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from benchmarks.rows import Cost, highest_peak, weighed
from benchmarks.usual_practice import peers_rows
from pat.calibration import CalibrationSet, SearchResult, calibration_set, search
from pat.readers import read_campaign
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures
from pipelines.recipes import Effort, search_space

#: What the figures are, for whoever reads the table.
PEERS = """
The product's figure is nested: recipe, model, settings and the way to choose are chosen inside the
training cultures of every outer fold. The peers' is chemotools' usual Pipeline, RangeCut to
450-1800, SavitzkyGolay of 25 units and StandardNormalVariate before PLS, in scikit-learn's
GridSearchCV with group folds over first or second derivative and 1 to 15 components, nested in the
same outer folds. A row is a sample: the mean of its scans. CPU seconds are of one analyte.
"""
#: The error to reach and the goal, in the analyte's unit.
BARS: dict[str, dict[str, tuple[float, float]]] = {
    "bioreactors-small": {"glucose": (2.65, 2.50)},
    "mixtures-785": {
        "glucose": (1.75, 1.45),
        "acetate": (0.205, 0.17),
        "magnesium_sulfate": (0.31, 0.22),
    },
    "mixtures-plate": {
        "glucose": (0.62, 0.50),
        "acetate": (0.118, 0.095),
        "magnesium_sulfate": (0.19, 0.16),
    },
    "simulated": {"glucose": (0.22, 0.18), "lactate": (0.20, 0.15), "titre": (0.22, 0.18)},
}
RESAMPLES = {"bioreactors-small": "published_resamples.csv"}


@dataclass(frozen=True, slots=True)
class Reached:
    """Errors of one analyte: pooled over held-out samples, and averaged over folds."""

    pooled: float
    by_fold: float
    single: float
    peers: float
    peers_by_fold: float
    way: str
    cost: Cost
    peers_cost: Cost


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table with one row an analyte."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--effort", type=Effort, choices=list(Effort), default=Effort.STANDARD)
    parser.add_argument("--seeds", type=int, default=5, help="number of simulated campaigns")
    parser.add_argument("--only", nargs="+", choices=list(BARS), default=list(BARS))
    parser.add_argument("--jobs", type=int, default=1, help="simulated campaigns at once")
    asked = parser.parse_args(arguments)
    print("\n".join(lines(asked.only, asked.effort, n_seeds=asked.seeds, n_jobs=asked.jobs)))


def lines(
    names: Sequence[str], effort: Effort = Effort.STANDARD, *, n_seeds: int = 5, n_jobs: int = 1
) -> list[str]:
    """Return the table in markdown; rows go to standard error as they come."""
    head = ("set", "analyte", "to reach", "goal", "nested RMSE", "mean of folds", "single best",
            "peers", "peers, mean of folds", "peers / ours", "chosen", "CPU s",
            "MiB", "peers, CPU s", "MiB")  # fmt: skip
    table = [head, ("---",) * len(head)]
    for name in names:
        for analyte, reached in measured(name, effort, n_seeds, n_jobs):
            table.append(_row(name, analyte, reached))
            print(", ".join(table[-1]), file=sys.stderr, flush=True)
    return [f"| {' | '.join(row)} |" for row in table]


def available() -> list[str]:
    """Return the sets at hand: the simulated campaigns, and real ones where there are any."""
    folder = os.environ.get("PAT_SHARED_DATA")
    return [
        name for name in BARS if name == "simulated" or (folder and (Path(folder) / name).is_dir())
    ]


def measured(name: str, effort: Effort, n_seeds: int, n_jobs: int) -> Iterator[tuple[str, Reached]]:
    """Yield each analyte of a set with what was reached; simulated ones are means over seeds."""
    if name != "simulated":
        folder = Path(os.environ["PAT_SHARED_DATA"]) / name
        cal = calibration_set([read_campaign(folder)], analytes=list(BARS[name]))
        resamples = folder / RESAMPLES[name] if name in RESAMPLES else None
        yield from reached_on(cal, effort, resamples=resamples).items()
        return
    side_by_side = joblib.Parallel(n_jobs=n_jobs)
    seeds = range(1, n_seeds + 1)
    found = side_by_side(joblib.delayed(reached_in_campaign)(seed, effort) for seed in seeds)
    for analyte in BARS[name]:
        yield analyte, _average([one[analyte] for one in found])


def reached_in_campaign(seed: int, effort: Effort) -> dict[str, Reached]:
    """Return what search and peers reach on a simulated campaign."""
    return reached_on(simulated(seed), effort)


def simulated(seed: int) -> CalibrationSet:
    """Return a campaign of 24 vessels over 14 days, one spectrum an assay."""
    cultures = simulate_cultures(design(24, seed=seed), seed=seed)
    campaign = simulate_campaign(cultures, settings=CampaignSettings(seed=seed)).campaign
    return calibration_set([campaign], analytes=list(BARS["simulated"]))


def reached_on(
    cal: CalibrationSet, effort: Effort, *, resamples: Path | None = None
) -> dict[str, Reached]:
    """Return what search and peers reach in the same outer folds."""
    results, of_all = weighed(
        lambda: search(
            cal, search_space(cal.axis, cal.axis_kind, effort=effort), resamples=resamples
        )
    )
    cost = Cost(of_all.seconds / len(results), of_all.peak_mib)
    found = {}
    for analyte, result in results.items():
        assert isinstance(result, SearchResult), result.reason
        rows, theirs = weighed(partial(peers_rows, cal, result))
        nested, peers = _errors(result.nested), _errors(rows)
        single = result.strategies.set_index("strategy").loc["single", "nested_rmse"]
        ways = result.nested.groupby("fold")["model"].first().str.split(":").str[0]
        found[analyte] = Reached(
            *nested,
            float(single),
            *peers,
            way=ways.mode()[0],
            cost=cost,
            peers_cost=theirs,
        )
    return found


def _errors(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the pooled RMSE and the mean of the folds' own."""
    squared = (rows["prediction"] - rows["assay"]) ** 2
    by_fold = np.sqrt(squared.groupby(rows["fold"]).mean())
    return float(np.sqrt(squared.mean())), float(by_fold.mean())


def _average(seeds: Sequence[Reached]) -> Reached:
    names = ("pooled", "by_fold", "single", "peers", "peers_by_fold")
    means = {name: float(np.mean([getattr(one, name) for one in seeds])) for name in names}
    return Reached(
        **means,
        way=", ".join(sorted({one.way for one in seeds})),
        cost=_average_cost([one.cost for one in seeds]),
        peers_cost=_average_cost([one.peers_cost for one in seeds]),
    )


def _average_cost(costs: Sequence[Cost]) -> Cost:
    return Cost(float(np.mean([cost.seconds for cost in costs])), highest_peak(costs))


def _row(name: str, analyte: str, reached: Reached) -> tuple[str, ...]:
    solid, goal = BARS[name][analyte]
    numbers = (solid, goal, reached.pooled, reached.by_fold, reached.single)
    peers = (reached.peers, reached.peers_by_fold, reached.peers / reached.pooled)
    return (
        name,
        analyte,
        *(f"{number:.3g}" for number in (*numbers, *peers)),
        reached.way,
        *reached.cost.cells,
        *reached.peers_cost.cells,
    )


if __name__ == "__main__":
    main()
