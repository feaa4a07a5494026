"""Trainings of a small sensor, for tests that need one in a store."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from pat.registry.training_record import AnalyteRun, Dataset, TrainingRun
from tests.soft_sensor.sensors import plain_sensor

N_CULTURES, N_SAMPLES = 6, 5

FIGURE = '<svg xmlns="http://www.w3.org/2000/svg"><text>measured</text></svg>'


def make_heldout(*, spread: float = 0.2, seed: int = 0, campaign: str = "cho") -> pd.DataFrame:
    """Return held-out rows whose errors have about this standard deviation."""
    assay = np.random.default_rng(7).uniform(1, 8, N_CULTURES * N_SAMPLES)
    prediction = assay + spread * np.random.default_rng(seed).normal(size=assay.size)
    vessel = [f"V{c + 1:02d}" for c in range(N_CULTURES) for _ in range(N_SAMPLES)]
    return pd.DataFrame(
        {
            "culture": [f"{campaign}/{v}" for v in vessel],
            "campaign": campaign,
            "vessel": vessel,
            "time": pd.Series([pd.NaT] * assay.size, dtype="datetime64[us, UTC]"),
            "elapsed_h": np.tile(24.0 * np.arange(N_SAMPLES), N_CULTURES),
            "sample": pd.Series([np.nan] * assay.size, dtype="str"),
            "assay": assay,
            "prediction": prediction,
            "lower": prediction - 0.5,
            "upper": prediction + 0.5,
            "fold": np.repeat(np.arange(N_CULTURES) + 1, N_SAMPLES),
        }
    )


def make_run(
    analyte: str = "glucose",
    *,
    nested: float | None = 0.3,
    culture_age: float | None = 1.2,
    heldout: pd.DataFrame | None = None,
    criteria_failed: str = "",
) -> AnalyteRun:
    """Return the child run of one analyte."""
    errors = {"nested/rmse": nested, "null/culture_age": culture_age}
    metrics = {"cv/rmse": 0.25, "cv/q2": 0.97, "fit/rmse": 0.2}
    return AnalyteRun(
        analyte=analyte,
        unit="g/L",
        metrics=metrics | {name: e for name, e in errors.items() if e is not None},
        params={"model": "pls", "recipe": "derivative", "n_components": "5"},
        tags={
            "analyte": analyte,
            "unit": "g/L",
            "campaigns": "cho",
            "axis": "raman_shift_cm1",
            **({"criteria_failed": criteria_failed} if criteria_failed else {}),
        },
        search=pd.DataFrame({"recipe": ["a", "b"], "model": "pls", "rmsecv": [0.25, np.nan]}),
        heldout=make_heldout() if heldout is None else heldout,
        rmsecv_by_components={1: 0.9, 2: 0.4, 3: 0.25},
        figures={"1-measured": FIGURE},
        card=f"# {analyte} soft sensor\n\noff by 0.3 g/L",
        report="<!doctype html><title>glucose</title>",
        sensor=plain_sensor(),
    )


def make_training(runs: Sequence[AnalyteRun] | None = None, *, name: str = "cho") -> TrainingRun:
    """Return a training of these analytes, by default of glucose."""
    return TrainingRun(
        name=name,
        title="quick 2026-05-01 10:00",
        started_at=datetime(2026, 5, 1, 10, tzinfo=UTC),
        description="Soft sensors from cho.",
        metrics={"seconds": 12.5},
        params={"effort": "quick", "seed": "0"},
        tags={"campaigns": "cho", "axis": "raman_shift_cm1"},
        dataset=Dataset("cho", "cho", "0" * 64, pd.DataFrame({"glucose": [1.0, 2.0]})),
        analytes=[make_run()] if runs is None else runs,
    )
