"""Verdicts of specificity on simulated campaigns, where it is known what each sensor can read.

Glucose has bands of its own and runs up and down with the feeds: direct. Lactate and titre have
bands too, but follow culture age in every vessel: partly indirect. Ammonium has no band that is
worth the name: indirect.
"""

import argparse
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from benchmarks.simulator_errors import N_VESSELS, PLAIN, USUAL, measured, sensors
from pat.simulator import design, simulate_cultures
from pipelines.plan_trials import fitted
from pipelines.pure_library import spiked

EXPECTED = {
    "glucose": "direct", "lactate": "partly indirect", "titre": "partly indirect",
    "ammonium": "indirect",
}  # fmt: skip


def main() -> None:
    """Print recovery and verdict of each sensor, by seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="number of campaigns")
    parser.add_argument("--plain", action="store_true", help=f"the recipe {PLAIN} alone")
    args = parser.parse_args()
    right = dict.fromkeys(EXPECTED, 0)
    recovery = {name: [] for name in EXPECTED}
    print(f"| seed | {' | '.join(EXPECTED)} |\n|---|---|---|---|---|")
    for seed in range(1, args.seeds + 1):
        cultures = simulate_cultures(design(N_VESSELS, seed=seed), seed=seed)
        cal = measured(cultures, settings=replace(USUAL, seed=seed))
        found = sensors(cal, recipes=(PLAIN,) if args.plain else ())
        cells = []
        for name, expected in EXPECTED.items():
            one = found[name]
            result = spiked(
                fitted(one, cal), cal, name, explained_by_age=explained_by_age(one.nulls)
            )
            right[name] += result.verdict == expected
            recovery[name].append(result.recovery)
            cells.append(
                f"{result.recovery:.2f}, age {result.explained_by_age:.2f}: {result.verdict}"
            )
        print(f"| {seed} | {' | '.join(cells)} |", flush=True)
    totals = [
        f"{right[name]} of {args.seeds} right, recovery {np.min(recovery[name]):.2f} to "
        f"{np.max(recovery[name]):.2f}"
        for name in EXPECTED
    ]
    print(f"| all | {' | '.join(totals)} |")


def explained_by_age(nulls: Mapping[str, float | None]) -> float | None:
    """Return the share of the assays' variance that culture age explains; None where unknown."""
    age, mean = nulls.get("culture_age"), nulls.get("mean")
    return None if age is None or not mean else max(1 - (age / mean) ** 2, 0.0)


if __name__ == "__main__":
    main()
