"""A sensor beside the null models: their errors on its held-out rows, and the test by culture."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.calibration.case import Case
from pat.calibration.merit import PairedTest, paired_by_culture, rmse
from pat.calibration.nulls import null_predictions


def null_errors(case: Case) -> dict[str, FloatArray]:
    """Return the errors of each null model by outer fold, (n_folds, n_samples).

    NaN outside the rows that a fold holds out.
    """
    plan = case.plan
    folds = []
    for part in plan.final.parts:
        held = np.zeros(len(case.cal), dtype=np.bool_)
        held[part.held] = True
        folds.append(held)
    found = null_predictions(case.cal, plan.analyte, folds)
    return {
        name: np.where(np.array(folds), by_fold - plan.targets, np.nan)
        for name, by_fold in found.items()
    }


def null_rmse(errors: Mapping[str, FloatArray]) -> dict[str, float]:
    """Return the RMSE of each null model."""
    return {name: rmse(by_fold[np.isfinite(by_fold)]) for name, by_fold in errors.items()}


def null_tests(errors: Mapping[str, FloatArray], nested: pd.DataFrame) -> dict[str, PairedTest]:
    """Return the test of the sensor against each null model, by culture; none without rows.

    Parameters
    ----------
    errors : mapping of str to ndarray of shape (n_folds, n_samples)
        As `null_errors` returns them.
    nested : DataFrame
        Held-out rows, each predicted by what its own fold chose: fold (from 1), row, group,
        assay, prediction. What chose the sensor would flatter it.
    """
    if nested.empty:
        return {}
    own = (nested["prediction"] - nested["assay"]).to_numpy(dtype=np.float64)
    place = nested["fold"].to_numpy(dtype=np.int64) - 1, nested["row"].to_numpy(dtype=np.int64)
    groups = nested["group"].to_numpy(dtype=object)
    return {
        name: paired_by_culture(own, by_fold[place], groups, rng=np.random.default_rng(0))
        for name, by_fold in errors.items()
    }
