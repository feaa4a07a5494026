"""Workload W: a nested search of 24 recipes over a simulated campaign of 24 vessels and 14 days."""

from itertools import product

import numpy as np
from sklearn.base import TransformerMixin
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration import (
    CalibrationSet,
    Family,
    KernelSVRFamily,
    LightGBMFamily,
    PLSFamily,
    RidgeFamily,
    SearchSpace,
    calibration_set,
)
from pat.preprocessing import EMSC, MSC, SNV, Crop, SavitzkyGolay
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures

REGIONS = {"A": ((450.0, 1800.0),), "AB": ((450.0, 1800.0), (2800.0, 3050.0))}
SCATTER = ("none", "SNV", "MSC", "EMSC")
WINDOW = 25.0
N_OUTER, N_INNER = 8, 6

PLS = PLSFamily(15)
RIDGE = RidgeFamily((3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5))
SVR = KernelSVRFamily(
    (
        *({"C": c, "epsilon": e} for c, e in product((0.1, 1.0, 10.0), (0.05, 0.15))),
        *(
            {"C": c, "epsilon": e, "gamma": g}
            for g, c, e in product((0.03, 0.1, 0.3), (1.0, 3.0, 10.0), (0.05, 0.15))
        ),
    )
)
TREES = {"n_estimators": 80, "min_child_samples": 5, "max_bin": 31}
BOOSTING = LightGBMFamily(
    tuple(
        {"n_scores": n, "num_leaves": leaves, **TREES}
        for n, leaves in product((10, 20), (4, 7, 10))
    )
)


def campaign(*, n_vessels: int = 24, days: int = 14, seed: int = 1) -> CalibrationSet:
    """Return the paired samples of a simulated campaign, one spectrum an assay."""
    cultures = simulate_cultures(design(n_vessels, days=days, seed=seed), seed=seed)
    settings = CampaignSettings(seed=seed)
    return calibration_set([simulate_campaign(cultures, settings=settings).campaign])


def recipes(axis: FloatArray) -> dict[str, Pipeline]:
    """Return the recipes: two crops, three derivatives and four scatter corrections."""
    found = {}
    for (crop, regions), deriv, scatter in product(REGIONS.items(), (0, 1, 2), SCATTER):
        inside = Crop(axis, regions).axis_after(axis)
        steps: list[tuple[str, TransformerMixin]] = [
            ("crop", Crop(axis, regions)),
            ("savgol", SavitzkyGolay(WINDOW, 2, deriv=deriv, axis=inside)),
        ]
        if scatter != "none":
            steps.append(("scatter", _scatter(scatter, inside)))
        found[f"{crop} d{deriv} {scatter}"] = Pipeline(steps)
    return found


def space(axis: FloatArray, *families: Family) -> SearchSpace:
    """Return what is searched with these families."""
    return SearchSpace(recipes=recipes(axis), families=families, n_outer=N_OUTER, n_inner=N_INNER)


def _scatter(name: str, axis: FloatArray) -> TransformerMixin:
    return {"SNV": SNV(), "MSC": MSC(), "EMSC": EMSC(2, np.asarray(axis))}[name]
