"""How accurate sensors are on cultures they never saw, beside the peers' usual practice.

    python -m benchmarks.accuracy [--effort standard] [--seeds 5] [--only NAME ...]

Real sets come from the folder that PAT_SHARED_DATA names; simulated campaigns are made here.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from chemotools.derivative import SavitzkyGolay
from chemotools.feature_selection import RangeCut
from chemotools.scatter import StandardNormalVariate
from sklearn.cross_decomposition import PLSRegression
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
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
REGION, WINDOW, INNER_FOLDS = (450.0, 1800.0), 25.0, 6
DERIVATIVES, COMPONENTS = (1, 2), range(1, 16)


@dataclass(frozen=True, slots=True)
class Reached:
    """Errors of one analyte: pooled over held-out samples, and averaged over folds."""

    pooled: float
    by_fold: float
    single: float
    peers: float
    peers_by_fold: float
    way: str
    seconds: float
    peers_seconds: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table with one row an analyte."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--effort", type=Effort, choices=list(Effort), default=Effort.STANDARD)
    parser.add_argument("--seeds", type=int, default=5, help="number of simulated campaigns")
    parser.add_argument("--only", nargs="+", choices=list(BARS), default=list(BARS))
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args(arguments)
    print("\n".join(lines(asked.only, asked.effort, n_seeds=asked.seeds, n_jobs=asked.jobs)))


def lines(
    names: Sequence[str], effort: Effort = Effort.STANDARD, *, n_seeds: int = 5, n_jobs: int = 1
) -> list[str]:
    """Return the table in markdown; rows go to standard error as they come."""
    head = ("set", "analyte", "to reach", "goal", "nested RMSE", "mean of folds", "single best",
            "peers", "peers, mean of folds", "peers / ours", "chosen", "CPU s",
            "peers, CPU s")  # fmt: skip
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
        yield from reached_on(cal, effort, n_jobs, resamples=resamples).items()
        return
    found = [reached_on(simulated(seed), effort, n_jobs) for seed in range(1, n_seeds + 1)]
    for analyte in BARS[name]:
        yield analyte, _average([one[analyte] for one in found])


def simulated(seed: int) -> CalibrationSet:
    """Return a campaign of 24 vessels over 14 days, one spectrum an assay."""
    cultures = simulate_cultures(design(24, seed=seed), seed=seed)
    campaign = simulate_campaign(cultures, settings=CampaignSettings(seed=seed)).campaign
    return calibration_set([campaign], analytes=list(BARS["simulated"]))


def reached_on(
    cal: CalibrationSet, effort: Effort, n_jobs: int, *, resamples: Path | None = None
) -> dict[str, Reached]:
    """Return what search and peers reach in the same outer folds."""
    started = time.process_time()
    space = search_space(cal.axis, cal.axis_kind, effort=effort)
    results = search(cal, space, resamples=resamples, n_jobs=n_jobs)
    seconds = time.process_time() - started
    found = {}
    for analyte, result in results.items():
        assert isinstance(result, SearchResult), result.reason
        started = time.process_time()
        nested, peers = _errors(result.nested), _errors(peers_rows(cal, result))
        theirs = time.process_time() - started
        single = result.strategies.set_index("strategy").loc["single", "nested_rmse"]
        ways = result.nested.groupby("fold")["model"].first().str.split(":").str[0]
        found[analyte] = Reached(
            *nested,
            float(single),
            *peers,
            way=ways.mode()[0],
            seconds=seconds / len(results),
            peers_seconds=theirs,
        )
    return found


def peers_rows(cal: CalibrationSet, result: SearchResult) -> pd.DataFrame:
    """Return the peers' predictions in the outer folds of a search: fold, assay, prediction.

    Their steps before PLS need no other spectrum, so they are computed once a derivative.
    """
    known = cal.measured(result.analyte)
    targets = cal.values[result.analyte].to_numpy(dtype=np.float64)
    treated = [usual_steps(cal.axis, deriv).fit_transform(cal.intensities) for deriv in DERIVATIVES]
    tables = []
    for fold, rows in result.nested.groupby("fold"):
        held = rows["row"].to_numpy(dtype=np.int64)
        train = known.copy()
        train[held] = False
        groups = cal.groups[train].astype(str)
        found = [grid_search().fit(rows[train], targets[train], groups=groups) for rows in treated]
        best = int(np.argmax([one.best_score_ for one in found]))
        predicted = np.ravel(found[best].predict(treated[best][held]))
        tables.append(pd.DataFrame({"fold": fold, "assay": targets[held], "prediction": predicted}))
    return pd.concat(tables)


def usual_steps(axis: FloatArray, deriv: int) -> Pipeline:
    """Return chemotools' steps: crop, Savitzky-Golay derivative, SNV."""
    inside = axis[(axis >= REGION[0]) & (axis <= REGION[1])]
    step = float(np.median(np.abs(np.diff(inside))))
    window = 2 * max(2, round(WINDOW / step / 2)) + 1
    return Pipeline(
        [
            ("crop", RangeCut(start=REGION[0], end=REGION[1], x_axis=axis)),
            ("savgol", SavitzkyGolay(window, 2, deriv=deriv, mode="interp")),
            ("snv", StandardNormalVariate()),
        ]
    )


def grid_search() -> GridSearchCV:
    """Return the choice of a component count over group folds."""
    return GridSearchCV(
        Pipeline([("pls", PLSRegression(scale=False))]),
        {"pls__n_components": COMPONENTS},
        scoring="neg_root_mean_squared_error",
        cv=GroupKFold(INNER_FOLDS),
    )


def _errors(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the pooled RMSE and the mean of the folds' own."""
    squared = (rows["prediction"] - rows["assay"]) ** 2
    by_fold = np.sqrt(squared.groupby(rows["fold"]).mean())
    return float(np.sqrt(squared.mean())), float(by_fold.mean())


def _average(seeds: Sequence[Reached]) -> Reached:
    names = ("pooled", "by_fold", "single", "peers", "peers_by_fold", "seconds", "peers_seconds")
    means = {name: float(np.mean([getattr(one, name) for one in seeds])) for name in names}
    return Reached(**means, way=", ".join(sorted({one.way for one in seeds})))


def _row(name: str, analyte: str, reached: Reached) -> tuple[str, ...]:
    solid, goal = BARS[name][analyte]
    numbers = (solid, goal, reached.pooled, reached.by_fold, reached.single)
    peers = (reached.peers, reached.peers_by_fold, reached.peers / reached.pooled)
    return (
        name,
        analyte,
        *(f"{number:.3g}" for number in (*numbers, *peers)),
        reached.way,
        f"{reached.seconds:.0f}",
        f"{reached.peers_seconds:.0f}",
    )


if __name__ == "__main__":
    main()
