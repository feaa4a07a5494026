"""Plot a simulated campaign: `python benchmarks/plot_cultures.py docs/img/trajectories.svg`."""

import argparse
import re
import time
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from pat.simulator.culture import Trajectory, simulate_cultures
from pat.simulator.design import design

PANELS = {
    "vcd_1e6_per_ml": "viable cells (10⁶/mL)",
    "viability_percent": "viability (%)",
    "titre_g_per_l": "titre (g/L)",
    "glucose_g_per_l": "glucose (g/L)",
    "lactate_g_per_l": "lactate (g/L)",
    "ammonium_mmol_per_l": "ammonium (mmol/L)",
    "osmolality_mosm_per_kg": "osmolality (mOsm/kg)",
    "ph_true": "pH",
    "our_mmol_per_l_h": "oxygen uptake (mmol/L/h)",
}


def main() -> None:
    """Simulate, plot and print what was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="figure, .svg or .png")
    parser.add_argument("--vessels", type=int, default=24)
    parser.add_argument("--days", type=float, default=14.0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    plans = design(arguments.vessels, days=arguments.days, seed=arguments.seed)
    before = time.process_time()
    cultures = simulate_cultures(plans, seed=arguments.seed)
    print(f"{len(plans)} cultures in {time.process_time() - before:.2f} s of one core")
    print_ranges(cultures)
    plot(cultures, arguments.out)
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1000:.0f} kB")


def print_ranges(cultures: Sequence[Trajectory]) -> None:
    """Print, for each column: its lowest value; the least and greatest of the vessels' peaks and
    of their ends; what culture age leaves open at the samples."""
    heads = ("lowest", "peak", "to", "end", "to", "age null")
    print(f"{'':24s}" + "".join(f"{head:>9s}" for head in heads))
    for column in PANELS:
        values = np.array([culture.states[column].to_numpy() for culture in cultures])
        sampled = np.array([c.at(c.plan.sample_hours)[column].to_numpy() for c in cultures])
        peaks, ends = values.max(axis=1), values[:, -1]
        cells = (values.min(), peaks.min(), peaks.max(), ends.min(), ends.max())
        figures = (*cells, culture_age_error(sampled))
        print(f"{column:24s}" + "".join(f"{figure:9.2f}" for figure in figures))


def culture_age_error(values: np.ndarray) -> float:
    """Return the RMSE of the other vessels' mean at the same age, values (n_vessels, n_samples)."""
    n = len(values)
    if n < 2:
        return float("nan")
    others = (values.sum(axis=0) - values) / (n - 1)
    return float(np.sqrt(np.mean((values - others) ** 2)))


def plot(cultures: Sequence[Trajectory], out: Path) -> None:
    """Write nine panels, one line a vessel, coloured by the clone's productivity."""
    mpl.rcParams.update({"svg.hashsalt": "pat", "font.size": 8, "path.simplify_threshold": 0.8})
    clones = [culture.plan.factors.specific_productivity for culture in cultures]
    colours = plt.get_cmap("viridis")
    norm = mpl.colors.Normalize(20, 60)
    figure, axes = plt.subplots(3, 3, figsize=(9, 6.6), sharex=True, layout="constrained")
    for axis, (column, label) in zip(axes.flat, PANELS.items(), strict=True):
        for culture, clone in zip(cultures, clones, strict=True):
            knots = culture.knots
            axis.plot(knots["elapsed_h"] / 24, knots[column], color=colours(norm(clone)), lw=0.8)
        axis.set_title(label, loc="left", fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25, linewidth=0.5)
    for axis in axes[-1]:
        axis.set_xlabel("days")
    bar = figure.colorbar(mpl.cm.ScalarMappable(norm, colours), ax=axes, shrink=0.5, aspect=30)
    bar.set_label("clone (pg/cell/d)")
    figure.savefig(out, metadata={"Date": None} if out.suffix == ".svg" else None, dpi=110)
    plt.close(figure)
    if out.suffix == ".svg":
        out.write_text(with_short_coordinates(out.read_text()))


def with_short_coordinates(svg: str) -> str:
    """Return the figure with the points of its lines to a tenth of a point: half the size."""
    return re.sub(
        r"\b([ML]) (\d+\.\d+) (\d+\.\d+)",
        lambda found: f"{found[1]}{float(found[2]):.1f} {float(found[3]):.1f}",
        svg,
    )


if __name__ == "__main__":
    main()
