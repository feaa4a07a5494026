"""Share of real spectra that a sensor calls good, and its error over those and over all.

A fixed simple recipe for each set. Ten folds of whole cultures or mixtures: each is judged by a
sensor built, its limits included, without it. Badly collected mixtures do not train.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cross_decomposition import PLSRegression
from sklearn.pipeline import Pipeline

from benchmarks.trust_splits import REAL_COMPONENTS
from pat.arrays import BoolArray, FloatArray
from pat.calibration import CalibrationSet, calibration_set
from pat.calibration.splitters import culture_folds
from pat.diagnostics.collection import own_probes, standards
from pat.preprocessing import SNV, BandNormalise, Crop, SavitzkyGolay
from pat.readers import read_campaign
from pat.soft_sensor import build_sensor
from pat.spectra import Spectra

FOLDS = 10
TRAINED_WITHOUT_BAD = "mixtures-785"


def main() -> None:
    """Print a line for each set and analyte."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the real campaigns")
    data = parser.parse_args().data
    print(
        "| set, analyte | rows | good, % | of badly collected | of the others | RMSE good | all |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, components in REAL_COMPONENTS.items():
        cal = calibration_set([read_campaign(data / name)])
        for analyte, count in components.items():
            measured = cal.select(cal.measured(analyte))
            print_line(name, analyte, measured, recipe(name, cal.axis, count))


def print_line(name: str, analyte: str, cal: CalibrationSet, pipeline: Pipeline) -> None:
    """Print what became of one analyte of one set."""
    badly = badly_collected(cal)
    trains = ~badly if name == TRAINED_WITHOUT_BAD else np.ones(len(cal), dtype=np.bool_)
    quality = np.empty(len(cal), dtype=object)
    value = np.empty(len(cal))
    cultures = np.unique(cal.groups.astype(str))
    for part in np.array_split(np.random.default_rng(1).permutation(cultures), FOLDS):
        out = np.isin(cal.groups.astype(str), part)
        known = cal.select(~out & trains)
        folds = culture_folds(known.groups)
        sensor = build_sensor(known, analyte, pipelines=[pipeline], folds=folds)
        keys = pd.DataFrame({"campaign": "new", "vessel": "V", "elapsed_h": np.arange(out.sum())})
        found = sensor.predict(Spectra(cal.axis, cal.intensities[out], keys, cal.axis_kind))
        quality[out], value[out] = found["quality"], found["value"]
    good = quality == "good"
    errors = value - cal.values[analyte].to_numpy(dtype=np.float64)
    shares = [100 * good[some].mean() if some.any() else np.nan for some in (badly, ~badly)]
    print(
        f"| {name}, {analyte} | {len(cal)} | {100 * good.mean():.0f} | {shares[0]:.0f} | "
        f"{shares[1]:.0f} | {rms(errors[good]):.2f} | {rms(errors):.2f} |",
        flush=True,
    )


def badly_collected(cal: CalibrationSet) -> BoolArray:
    """Return which samples hold much less of an internal standard than is usual."""
    probes = own_probes(cal.samples)
    shown = standards(cal.intensities, cal.axis, cal.axis_kind, probes=probes)
    badly: BoolArray = np.any([one.badly for one in shown] or [np.zeros(len(cal), bool)], axis=0)
    return badly


def recipe(name: str, axis: FloatArray, n_components: int) -> Pipeline:
    """Return a simple recipe that suits a set."""
    region = (350.0, 1500.0) if name == "mixtures-plate" else (450.0, 1800.0)
    steps = [
        ("derivative", SavitzkyGolay(25, 2, deriv=1, axis=axis)),
        ("crop", Crop(axis, [region])),
        ("pls", PLSRegression(n_components, scale=False)),
    ]
    if name == "mixtures-785":
        steps.insert(0, ("water", BandNormalise((1550.0, 1750.0), axis)))
    if name == "bioreactors-small":
        steps.insert(2, ("snv", SNV()))
    return Pipeline(steps)


def rms(values: FloatArray) -> float:
    """Return the root mean square of the finite ones."""
    return float(np.sqrt(np.nanmean(values**2)))


if __name__ == "__main__":
    main()
