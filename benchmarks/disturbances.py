"""Which disturbance of a simulated spectrum costs a sensor how much.

Prints the tables of docs/simulator-raman.md.
A plain recipe of the field: spikes out, Savitzky-Golay first derivative over 25 points, SNV,
450-1800 cm-1, PLS, one vessel left out at a time, the number of components by the same
cross-validation (mildly optimistic).
"""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.signal import medfilt, savgol_filter
from sklearn.cross_decomposition import PLSRegression

from pat.arrays import FloatArray
from pat.simulator.assays import DEFAULT_METHODS
from pat.simulator.campaign import SimulatedCampaign, simulate_campaign
from pat.simulator.culture import Trajectory, simulate_cultures
from pat.simulator.design import design
from pat.simulator.disturbances import Disturbances
from pat.simulator.instrument import Acquisition
from pat.simulator.settings import CampaignSettings

ANALYTES = ("glucose", "lactate", "titre")
MOST_COMPONENTS = 20
USUAL = Disturbances()
EXACT = {name: method.exact() for name, method in DEFAULT_METHODS.items()}

CASES: dict[str, Disturbances] = {
    "as simulated by default": USUAL,
    "without shot and read noise": USUAL.without("shot_noise", "read_noise_e"),
    "without fluorescence": USUAL.without(
        "fluorescence_medium", "fluorescence_cells", "fluorescence_product"
    ),
    "without its differences and bleaching": USUAL.without("fluorescence_cv", "bleaching"),
    "without its wandering shape": USUAL.without("fluorescence_wiggle"),
    "without turbidity and gain": USUAL.without(
        "turbidity", "turbidity_cv", "gain_cv", "gain_drift_cv"
    ),
    "without fouling": USUAL.without("fouling"),
    "without interferents": USUAL.without("interferents_persistent", "interferents_drift"),
    "without etalon": USUAL.without("etalon"),
    "without shift and stretch": USUAL.without("shift_jitter_cm1", "stretch_jitter"),
    "without cosmic rays": USUAL.without("cosmic_rays_per_h"),
    "without differences of preparation": USUAL.without("medium_preparation_cv"),
    "strong fluorescence": Disturbances.strong_fluorescence(),
}


def main() -> None:
    """Print the tables and draw the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="number of campaigns")
    arguments = parser.parse_args()
    seeds = range(1, arguments.seeds + 1)
    cultures = {
        seed: simulate_cultures(design(24, seed=seed), seed=seed)
        for seed in (*seeds, *(100 + seed for seed in seeds))
    }
    print_seeds(cultures, seeds)
    print_cases(cultures, seeds)
    print_instruments(cultures, seeds)


def print_seeds(cultures: Mapping[int, list[Trajectory]], seeds: range) -> None:
    """Print the errors of five campaigns, with what is not measured beside what is."""
    print("\n| seed | glucose | lactate | titre | culture age alone | ammonium, R2 |")
    print("|---|---|---|---|---|---|")
    for seed in seeds:
        made = simulate_campaign(cultures[seed], settings=CampaignSettings(seed=seed))
        rows = [leave_vessel_out(made, analyte) for analyte in ANALYTES]
        cells = " | ".join(f"{row['rmse']:.3f} ({row['rmse_truth']:.3f})" for row in rows)
        nulls = " / ".join(f"{culture_age_error(made, analyte):.2f}" for analyte in ANALYTES)
        ammonium = leave_vessel_out(made, "ammonium")
        print(f"| {seed} | {cells} | {nulls} | {ammonium['r2']:.2f} |")


def print_cases(cultures: Mapping[int, list[Trajectory]], seeds: range) -> None:
    """Print the mean error of each case over the seeds."""
    base = CampaignSettings()
    cases = {name: replace(base, disturbances=sizes) for name, sizes in CASES.items()}
    cases["50 s instead of 750 s"] = replace(base, acquisition=Acquisition(accumulations=5))
    cases["without errors of the assays"] = replace(base, methods=EXACT)
    cases["nothing disturbs, no errors of the assays"] = replace(
        base, methods=EXACT, disturbances=Disturbances.none()
    )
    print("\n| case | glucose | lactate | titre |\n|---|---|---|---|")
    for name, settings in cases.items():
        rows = []
        for seed in seeds:
            made = simulate_campaign(cultures[seed], settings=replace(settings, seed=seed))
            rows += [{"analyte": a, **leave_vessel_out(made, a)} for a in ANALYTES]
        means = pd.DataFrame(rows).groupby("analyte")[["rmse", "rmse_truth"]].mean()
        cells = [f"{means['rmse'][a]:.3f} ({means['rmse_truth'][a]:.3f})" for a in ANALYTES]
        print(f"| {name} | {' | '.join(cells)} |")


def print_instruments(cultures: Mapping[int, list[Trajectory]], seeds: range) -> None:
    """Print the error on new cultures of a sensor of instrument A, by instrument."""
    print("\n| instrument | glucose | lactate | titre |\n|---|---|---|---|")
    for name in "ABCDEF":
        errors = np.array([transferred(cultures, seed, instrument=name) for seed in seeds])
        cells = [
            f"{mean:.2f} ({low:.2f}-{high:.2f})"
            for mean, low, high in zip(errors.mean(0), errors.min(0), errors.max(0), strict=True)
        ]
        print(f"| {name} | {' | '.join(cells)} |")


def transferred(
    cultures: Mapping[int, list[Trajectory]], seed: int, *, instrument: str
) -> list[float]:
    """Return RMSEP against the truth, where only the cultures and the instrument are new."""
    lot = f"lot-{seed}"
    home = simulate_campaign(cultures[seed], settings=CampaignSettings(seed=seed))
    away = simulate_campaign(
        cultures[100 + seed],
        settings=CampaignSettings(seed=100 + seed, instrument=instrument, medium_lot=lot),
    )
    errors = []
    for analyte in ANALYTES:
        found = leave_vessel_out(home, analyte)
        model = PLSRegression(int(found["components"]), scale=False)
        model.fit(preprocessed(home), assays(home, analyte))
        misses = model.predict(preprocessed(away)).ravel() - truth(away, analyte)
        errors.append(rms(misses))
    return errors


def leave_vessel_out(made: SimulatedCampaign, analyte: str) -> dict[str, float]:
    """Return the errors of PLS on vessels left out, with the best number of components."""
    values = truth(made, analyte) if analyte == "ammonium" else assays(made, analyte)
    spectra = preprocessed(made)
    # All that PLS needs of n spectra is in n scores.
    left, singular, _ = np.linalg.svd(spectra - spectra.mean(axis=0), full_matrices=False)
    scores = left * singular
    vessels = made.campaign.spectra.keys["vessel"].to_numpy()
    predictions = np.empty((MOST_COMPONENTS, len(values)))
    for vessel in np.unique(vessels):
        out = vessels == vessel
        model = PLSRegression(MOST_COMPONENTS, scale=False).fit(scores[~out], values[~out])
        parts = (scores[out] - scores[~out].mean(axis=0)) @ model.x_rotations_
        steps = parts * model.y_loadings_[0]
        predictions[:, out] = values[~out].mean() + np.cumsum(steps, axis=1).T
    errors = np.sqrt(np.mean((predictions - values) ** 2, axis=1))
    best = int(np.argmin(errors))
    return {
        "rmse": float(errors[best]),
        "rmse_truth": rms(predictions[best] - truth(made, analyte)),
        "r2": 1.0 - float(errors[best] ** 2 / values.var()),
        "components": best + 1,
    }


def culture_age_error(made: SimulatedCampaign, analyte: str) -> float:
    """Return the error of the other vessels' mean on the same day."""
    keys = made.campaign.spectra.keys
    values = pd.Series(assays(made, analyte))
    day = (keys["elapsed_h"] / 24.0).round()
    of_day = values.groupby(day)
    others = (of_day.transform("sum") - values) / (of_day.transform("count") - 1)
    return rms((others - values).to_numpy())


def assays(made: SimulatedCampaign, analyte: str) -> FloatArray:
    """Return the assay of each spectrum, in the order of the spectra."""
    keys = made.campaign.spectra.keys
    table = made.campaign.assays.query("analyte == @analyte").set_index(["vessel", "time"])["value"]
    drawn = keys["time"] + pd.to_timedelta(keys["acquisition_s"], unit="s")
    return table.loc[list(zip(keys["vessel"], drawn, strict=True))].to_numpy()


def truth(made: SimulatedCampaign, analyte: str) -> FloatArray:
    """Return what is true in front of the probe, in the order of the spectra."""
    unit = "mmol_per_l" if analyte == "ammonium" else "g_per_l"
    return made.truth[f"true.{analyte}_{unit}"].to_numpy()


@lru_cache(maxsize=4)
def preprocessed(made: SimulatedCampaign) -> FloatArray:
    """Return the spectra as the model sees them."""
    spectra = made.campaign.spectra
    slopes = savgol_filter(despiked(spectra.intensities), 25, 2, deriv=1, axis=1)
    inside = slopes[:, (spectra.axis >= 450.0) & (spectra.axis <= 1800.0)]
    centred = inside - inside.mean(axis=1, keepdims=True)
    return centred / centred.std(axis=1, keepdims=True)


def despiked(spectra: FloatArray) -> FloatArray:
    """Return the spectra with channels far above their neighbours replaced by the median."""
    smooth = np.array([medfilt(row, 7) for row in spectra])
    excess = spectra - smooth
    spread = 1.4826 * np.median(np.abs(excess), axis=1, keepdims=True)
    return np.where(excess > 8.0 * np.maximum(spread, 1.0), smooth, spectra)


def rms(misses: FloatArray) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(misses**2)))


if __name__ == "__main__":
    main()
