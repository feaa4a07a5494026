"""Ill-conditioned spectra, trainings and recipes on which the fast ways must keep their digits."""

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from pat.arrays import FloatArray
from pat.calibration.trainings import Trainings
from pat.preprocessing import EMSC, MSC, SNV, SavitzkyGolay

N_SAMPLES, N_CHANNELS = 90, 240


def make_spectra() -> FloatArray:
    """Overlapping bands on a fluorescence that is a hundred times larger: ill-conditioned."""
    rng = np.random.default_rng(11)
    axis = np.linspace(0, 1, N_CHANNELS)
    bands = np.exp(-0.5 * ((axis - rng.uniform(0, 1, (12, 1))) / 0.03) ** 2)
    background = np.vander(axis, 4).T
    concentrations = rng.uniform(0, 1, (N_SAMPLES, 12))
    fluorescence = 100 * rng.uniform(0.5, 1.5, (N_SAMPLES, 4))
    noise = rng.normal(scale=1e-3, size=(N_SAMPLES, N_CHANNELS))
    return 1000 + concentrations @ bands + fluorescence @ background + noise


def make_trainings(spectra: FloatArray) -> Trainings:
    """Two analytes, one of them with missing assays, each over six folds."""
    rng = np.random.default_rng(12)
    targets = rng.normal(size=(2, N_SAMPLES)) + 30 * spectra[:, [60, 150]].T / spectra.max()
    targets[1, rng.choice(N_SAMPLES, 20, replace=False)] = np.nan
    groups = np.arange(N_SAMPLES) // 5
    rows = np.array([groups % 6 != fold for fold in range(6)])
    known = np.isfinite(targets)
    return Trainings(
        targets=np.repeat(targets, 6, axis=0), rows=np.concatenate([rows & k for k in known])
    )


RECIPES: dict[str, Pipeline] = {
    "raw": Pipeline([("none", "passthrough")]),
    "first derivative and SNV": Pipeline(
        [("derivative", SavitzkyGolay(15, 2, deriv=1)), ("scatter", SNV())]
    ),
    "smoothed": Pipeline([("smooth", SavitzkyGolay(21, 2))]),
    "MSC": Pipeline([("scatter", MSC())]),
    "EMSC": Pipeline([("smooth", SavitzkyGolay(15, 2)), ("scatter", EMSC(2))]),
    "autoscaled": Pipeline([("autoscale", StandardScaler())]),
}


def assert_same(fast: FloatArray, ordinary: FloatArray, trainings: Trainings) -> None:
    spread = np.nanstd(trainings.targets)
    np.testing.assert_array_equal(np.isnan(fast), np.isnan(ordinary))
    assert np.nanmax(np.abs(fast - ordinary)) < 1e-8 * spread
