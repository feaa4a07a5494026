"""Draw the pictures of docs/simulator-raman.md: raw, preprocessed and pure spectra, and effects."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.disturbances import preprocessed, truth
from pat.simulator.campaign import simulate_campaign
from pat.simulator.components import pure_spectra
from pat.simulator.culture import Trajectory, simulate_cultures
from pat.simulator.design import design
from pat.simulator.disturbances import Disturbances
from pat.simulator.settings import CampaignSettings

mpl.use("Agg")

SHOWN = ("glucose", "lactate", "mab", "cells", "poloxamer", "aliphatic_amino_acids", "phosphate")
#: Effects shown one at a time, each with the size that makes it visible.
EFFECTS: dict[str, dict[str, float]] = {
    "shot and read noise": {"shot_noise": 1.0, "read_noise_e": 4.6},
    "fluorescence": {"fluorescence_medium": 1.8, "fluorescence_product": 0.45, "bleaching": 0.2},
    "turbidity": {"turbidity": 0.010, "turbidity_cv": 0.25},
    "interferents": {"interferents_persistent": 0.06, "interferents_drift": 0.05},
    "fouling": {"fouling": 1.0},
    "etalon, of the fluorescence": {
        "etalon": 0.003,
        "etalon_drift_rad": 0.5,
        "fluorescence_medium": 1.8,
    },
    "shift, five times the usual": {"shift_jitter_cm1": 0.6},
    "window": {"window": 1.0},
}


def main() -> None:
    """Draw all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    cultures = simulate_cultures(design(24, seed=1), seed=1)
    draw_campaign(cultures, folder / "raman-spectra.png")
    draw_effects(cultures[:3], folder / "raman-effects.png")
    draw_instruments(cultures[:1], folder / "raman-instruments.png")
    draw_components(folder / "raman-components.png")


def draw_campaign(cultures: Sequence[Trajectory], path: Path) -> None:
    """Draw the raw and preprocessed spectra of a campaign, coloured by day and by glucose."""
    made = simulate_campaign(cultures, settings=CampaignSettings())
    spectra = made.campaign.spectra
    day = spectra.keys["elapsed_h"].to_numpy() / 24.0
    shown = np.random.default_rng(0).choice(len(spectra), 112, replace=False)
    figure, (raw, ready) = plt.subplots(2, 1, figsize=(9, 8), layout="constrained")
    drawn = coloured(raw, spectra.axis, spectra.intensities[shown] / 1e3, by=day[shown])
    figure.colorbar(drawn, ax=raw, label="day of culture", pad=0.01)
    raw.set(xlabel="Raman shift / cm⁻¹", ylabel="10³ counts", title="as stored", xlim=(100, 3425))
    axis = spectra.axis[(spectra.axis >= 450) & (spectra.axis <= 1800)]
    glucose = truth(made, "glucose")
    drawn = coloured(ready, axis, preprocessed(made)[shown], by=glucose[shown])
    figure.colorbar(drawn, ax=ready, label="glucose, g/L", pad=0.01)
    ready.set(
        xlabel="Raman shift / cm⁻¹",
        ylabel="first derivative, SNV",
        title="as a model sees them",
        xlim=(450, 1800),
        ylim=(-4, 4),
    )
    figure.savefig(path, dpi=90)
    plt.close(figure)


def coloured(axes: Axes, axis: np.ndarray, spectra: np.ndarray, *, by: np.ndarray):
    """Draw spectra as lines coloured by a value; return what a colour bar needs."""
    scale = mpl.colors.Normalize(by.min(), by.max())
    for spectrum, value in zip(spectra, by, strict=True):
        axes.plot(axis, spectrum, color=mpl.colormaps["viridis"](scale(value)), lw=0.4)
    return mpl.cm.ScalarMappable(norm=scale, cmap="viridis")


def draw_effects(cultures: Sequence[Trajectory], path: Path) -> None:
    """Draw what each disturbance adds to a spectrum without any."""
    calm = CampaignSettings(disturbances=Disturbances.none())
    before = simulate_campaign(cultures, settings=calm).campaign.spectra
    inside = (before.axis >= 300) & (before.axis <= 1800)
    figure, panels = plt.subplots(4, 2, figsize=(9, 9), layout="constrained", sharex=True)
    for axes, (name, sizes) in zip(panels.flat, EFFECTS.items(), strict=True):
        disturbed = replace(calm, disturbances=replace(Disturbances.none(), **sizes))
        after = simulate_campaign(cultures, settings=disturbed).campaign.spectra
        added = after.intensities - before.intensities
        if name.startswith("etalon"):
            plain = {key: value for key, value in sizes.items() if key != "etalon"}
            glow = replace(calm, disturbances=replace(Disturbances.none(), **plain))
            reference = simulate_campaign(cultures, settings=glow).campaign.spectra
            added = after.intensities - reference.intensities
        days = before.keys["elapsed_h"].to_numpy() / 24.0
        coloured(axes, before.axis[inside], added[:, inside], by=days)
        axes.set_title(name)
    for axes in panels[-1]:
        axes.set_xlabel("Raman shift / cm⁻¹")
    for axes in panels[:, 0]:
        axes.set_ylabel("counts added")
    figure.savefig(path, dpi=80)
    plt.close(figure)


def draw_instruments(cultures: Sequence[Trajectory], path: Path) -> None:
    """Draw how instruments differ from A on the same culture."""
    glowing = replace(Disturbances.none(), fluorescence_medium=1.8, window=1.0)
    figure, axes = plt.subplots(figsize=(9, 3.6), layout="constrained")
    settings = CampaignSettings(disturbances=glowing)
    first = simulate_campaign(cultures, settings=settings).campaign.spectra
    for name in "BCDEF":
        other = simulate_campaign(cultures, settings=replace(settings, instrument=name))
        ratio = other.campaign.spectra.intensities[5] / first.intensities[5]
        axes.plot(first.axis, ratio, lw=0.8, label=name)
    axes.set(
        xlabel="Raman shift / cm⁻¹", ylabel="counts, as a ratio to A", xlim=(300, 1850),
        ylim=(0.65, 1.1),
    )  # fmt: skip
    axes.legend(ncols=5, frameon=False)
    figure.savefig(path, dpi=90)
    plt.close(figure)


def draw_components(path: Path) -> None:
    """Draw some pure components, offset, each at its own height."""
    axis = np.arange(380.0, 1800.0)
    pure = pure_spectra(axis)
    figure, axes = plt.subplots(figsize=(9, 5.4), layout="constrained")
    for level, name in enumerate(reversed(SHOWN)):
        spectrum = pure.loc[name].to_numpy()
        axes.plot(axis, level + 0.9 * spectrum / spectrum.max(), lw=1.0)
        axes.text(1795, level + 0.12, name.replace("_", " "), ha="right")
    axes.set(xlabel="Raman shift / cm⁻¹", yticks=[], xlim=(380, 1800))
    axes.spines["left"].set_visible(False)
    figure.savefig(path, dpi=90)
    plt.close(figure)


if __name__ == "__main__":
    main()
