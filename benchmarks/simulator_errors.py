"""How good sensors of simulated campaigns are, through the product's own quick search.

Prints the tables of docs/simulator-errors.md: campaigns of 24 vessels and 14 days, one
spectrum an assay, errors on cultures held out by folds or never seen at all.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from pat.calibration import CalibrationSet, SearchResult, Skipped, calibration_set, search
from pat.calibration.merit import r2, rmse
from pat.simulator import (
    DEFAULT_METHODS,
    CampaignSettings,
    Disturbances,
    Trajectory,
    design,
    methods,
    simulate_campaign,
    simulate_cultures,
)
from pipelines.plan_trials import TRUE, predicted, with_truth
from pipelines.recipes import Effort, search_space

BANDS = {"glucose": (0.15, 0.35), "lactate": (0.12, 0.30), "titre": (0.12, 0.35)}
N_VESSELS, N_NEW = 24, 12
INSTRUMENTS = "BCDEF"
PLAIN = "450-1800, d1 25, SNV"
USUAL = CampaignSettings(methods=methods([*DEFAULT_METHODS, "ammonium"]))
CALM = CampaignSettings(
    disturbances=Disturbances.none(),
    methods={name: method.exact() for name, method in DEFAULT_METHODS.items()},
)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="number of campaigns")
    seeds = range(1, parser.parse_args().seeds + 1)
    cultures = {seed: simulate_cultures(design(N_VESSELS, seed=seed), seed=seed) for seed in seeds}
    sets = {seed: measured(cultures[seed], settings=replace(USUAL, seed=seed)) for seed in seeds}
    found = {seed: sensors(sets[seed]) for seed in seeds}
    print_errors(found)
    print_calm(cultures)
    print("\nThe search's own choice, which was free to take any recipe:")
    print_elsewhere(sets, found)
    print(f"\nThe plain recipe {PLAIN} alone:")
    print_elsewhere(sets, {seed: sensors(cal, recipes=(PLAIN,)) for seed, cal in sets.items()})


def measured(cultures: Sequence[Trajectory], *, settings: CampaignSettings) -> CalibrationSet:
    """Return the paired samples of these cultures."""
    return calibration_set([simulate_campaign(cultures, settings=settings).campaign])


def sensors(cal: CalibrationSet, *, recipes: Sequence[str] = ()) -> dict[str, SearchResult]:
    """Return what the quick search finds for every analyte, among these recipes if any."""
    space = search_space(cal.axis, cal.axis_kind, effort=Effort.QUICK)
    if recipes:
        space = replace(space, recipes={name: space.recipes[name] for name in recipes})
    found = search(cal, space)
    return {name: result for name, result in found.items() if not isinstance(result, Skipped)}


def print_errors(found: dict[int, dict[str, SearchResult]]) -> None:
    """Print nested error and RMSECV by seed, the null of culture age, and ammonium's R2."""
    heads = [f"{name} ({low:.2f}-{high:.2f})" for name, (low, high) in BANDS.items()]
    print(f"\n| seed | {' | '.join(heads)} | titre by age alone | ammonium, R² |")
    print("|---|---|---|---|---|---|")
    for seed, results in found.items():
        cells = [f"{results[a].nested_rmse:.3f} ({results[a].rmsecv:.3f})" for a in BANDS]
        titre = results["titre"]
        ratio = titre.nulls["culture_age"] / titre.nested_rmse
        ammonium = results["ammonium"].nested
        score = r2(ammonium["assay"].to_numpy(), ammonium["prediction"].to_numpy())
        null = f"{titre.nulls['culture_age']:.2f} ({ratio:.1f} times)"
        print(f"| {seed} | {' | '.join(cells)} | {null} | {score:.2f} |")
    means = [
        f"{np.mean([r[a].nested_rmse for r in found.values()]):.3f} "
        f"({np.mean([r[a].rmsecv for r in found.values()]):.3f})"
        for a in BANDS
    ]
    print(f"| mean | {' | '.join(means)} | | |")


def print_calm(cultures: dict[int, list[Trajectory]]) -> None:
    """Print the errors where nothing disturbs and no assay errs."""
    print(f"\n| nothing disturbs, seed | {' | '.join(BANDS)} |\n|---|---|---|---|")
    for seed, grown in cultures.items():
        results = sensors(measured(grown, settings=replace(CALM, seed=seed)))
        cells = [f"{results[a].nested_rmse:.4f} ({results[a].rmsecv:.4f})" for a in BANDS]
        print(f"| {seed} | {' | '.join(cells)} |")


def print_elsewhere(
    sets: dict[int, CalibrationSet], found: dict[int, dict[str, SearchResult]]
) -> None:
    """Print the error against the truth on new cultures: same spectrometer, other lot, others."""
    cases: dict[str, dict[str, str]] = {"A, same lot": {}, "A, another lot": {"medium_lot": "new"}}
    cases |= {f"{name}, same lot": {"instrument": name} for name in INSTRUMENTS}
    errors = {case: np.empty((len(sets), len(BANDS))) for case in cases}
    for row, seed in enumerate(sets):
        new_seed = 100 + seed
        grown = simulate_cultures(design(N_NEW, seed=new_seed), seed=new_seed)
        for case, changes in cases.items():
            usual = replace(USUAL, seed=new_seed, medium_lot=f"lot-{seed}")
            new = measured(grown, settings=with_truth(replace(usual, **changes)))
            errors[case][row] = list(misses(found[seed], cal=sets[seed], new=new))
    print(f"\n| measured on | {' | '.join(BANDS)} | glucose, times A |\n|---|---|---|---|---|")
    for case, by_seed in errors.items():
        ratio = by_seed[:, 0] / errors["A, same lot"][:, 0]
        columns = [*by_seed.T, ratio]
        cells = [f"{x.mean():.2f} ({x.min():.2f}-{x.max():.2f})" for x in columns]
        print(f"| {case} | {' | '.join(cells)} |")


def misses(
    results: dict[str, SearchResult], *, cal: CalibrationSet, new: CalibrationSet
) -> Iterable[float]:
    """Yield each sensor's error against the truth on new samples."""
    for analyte in BANDS:
        truth = new.values[TRUE + analyte].to_numpy(dtype=np.float64)
        yield rmse(predicted(results[analyte], cal=cal, new=new) - truth)


if __name__ == "__main__":
    main()
