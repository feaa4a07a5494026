"""Null models: what can be predicted without looking at the spectrum.

A sensor that does not beat them has learnt the course of a culture, not its chemistry.

- mean: the mean of the training assays.
- culture_age: a smooth curve of the value against culture age.
- process: a ridge regression on the process values, where the set has any.
- last_assay: the previous assay of the same culture, carried forward; before its first, the
  mean first assay of the training cultures.

Each is fitted on the same folds as the sensor and predicts the same held-out rows.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler

from pat.arrays import BoolArray, FloatArray
from pat.calibration.calibration_set import CalibrationSet

#: Penalties that the ridge of the age curve and of the process values chooses from.
PENALTIES = tuple(10.0**power for power in range(-4, 4))
#: Most knots of the age curve.
MAX_KNOTS = 12

#: From training rows and held-out rows to a prediction of the held-out ones.
Model = Callable[[BoolArray, BoolArray], FloatArray | float]


def null_predictions(
    cal: CalibrationSet, analyte: str, folds: Sequence[BoolArray]
) -> dict[str, FloatArray]:
    """Return what each null model predicts for the rows that each fold holds out.

    Parameters
    ----------
    cal : CalibrationSet
    analyte : str
    folds : sequence of masks of held-out rows, (n_samples,)
        A row without a value of the analyte is neither learnt from nor predicted.

    Returns
    -------
    dict of str to ndarray of shape (n_folds, n_samples)
        NaN outside the held-out rows. A model is left out where the set has nothing for it:
        no culture age, no process values, no order in time.
    """
    values = cal.values[analyte].to_numpy(dtype=np.float64)
    known = np.isfinite(values)
    models: dict[str, Model] = {"mean": lambda train, held: values[train].mean()}
    ages = cal.samples["elapsed_h"].to_numpy(dtype=np.float64)
    if np.isfinite(ages[known]).all() and np.ptp(ages[known]) > 0:
        models["culture_age"] = _regression(age_curve(ages[known]), ages[:, None], values)
    if cal.process_names:
        process = cal.process.to_numpy(dtype=np.float64)
        models["process"] = _regression(process_model(), process, values)
    order = _order(cal.samples)
    if np.isfinite(order[known]).all():
        previous = previous_assays(values, order, cal.cultures)
        models["last_assay"] = _carried_forward(values, previous)
    return {name: _by_fold(model, known, folds) for name, model in models.items()}


def age_curve(ages: FloatArray) -> Pipeline:
    """Return the unfitted curve of culture age: a cubic spline, its roughness by ridge.

    Knots lie at quantiles of `ages` (n_samples,), fewer where there are few distinct ages;
    beyond the oldest age the curve stays level.
    """
    distinct = np.unique(ages)
    knots = np.unique(np.quantile(distinct, np.linspace(0, 1, min(MAX_KNOTS, distinct.size))))
    spline = SplineTransformer(degree=3, knots=knots[:, None], extrapolation="constant")
    return make_pipeline(spline, StandardScaler(), RidgeCV(alphas=PENALTIES))


def process_model() -> Pipeline:
    """Return the unfitted ridge regression on process values."""
    return make_pipeline(StandardScaler(), RidgeCV(alphas=PENALTIES))


def previous_assays(
    values: FloatArray, order: FloatArray, cultures: NDArray[np.object_]
) -> FloatArray:
    """Return the assay before each sample in its own culture, NaN where there is none.

    Parameters
    ----------
    values : ndarray of shape (n_samples,)
        NaN where not measured; such a sample is looked past.
    order : ndarray of shape (n_samples,)
        Culture age or time. A sample at the very same time is not before.
    cultures : ndarray of shape (n_samples,)
    """
    previous = np.full(values.size, np.nan)
    known = np.isfinite(values)
    for culture in np.unique(cultures):
        rows = np.flatnonzero((cultures == culture) & known)
        rows = rows[np.argsort(order[rows], kind="stable")]
        before = np.searchsorted(order[rows], order[rows], side="left") - 1
        has_one = before >= 0
        previous[rows[has_one]] = values[rows[before[has_one]]]
    return previous


def _carried_forward(values: FloatArray, previous: FloatArray) -> Model:
    has_none = np.isnan(previous)

    def model(train: BoolArray, held: BoolArray) -> FloatArray:
        start = values[train & has_none].mean()
        return np.where(has_none[held], start, previous[held])

    return model


def _regression(pipeline: Pipeline, inputs: FloatArray, values: FloatArray) -> Model:
    def model(train: BoolArray, held: BoolArray) -> FloatArray:
        fitted = clone(pipeline).fit(inputs[train], values[train])
        predicted: FloatArray = fitted.predict(inputs[held])
        return predicted

    return model


def _by_fold(model: Model, known: BoolArray, folds: Sequence[BoolArray]) -> FloatArray:
    predictions = np.full((len(folds), known.size), np.nan)
    for fold, held in enumerate(folds):
        rows = held & known
        if rows.any():
            predictions[fold, rows] = model(known & ~held, rows)
    return predictions


def _order(samples: pd.DataFrame) -> FloatArray:
    """Return culture age, or hours of time where there is no age; NaN where neither is."""
    ages = samples["elapsed_h"].to_numpy(dtype=np.float64)
    if np.isfinite(ages).all():
        return ages
    hours = (samples["time"] - samples["time"].min()) / pd.Timedelta(hours=1)
    return hours.to_numpy(dtype=np.float64)
