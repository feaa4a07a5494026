"""Errors of guesses that learnt from a sensor's training assays alone."""

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.calibration.merit import PairedTest, paired_by_culture, rmse
from pat.calibration.nulls import age_curve, previous_assays
from pat.soft_sensor.calibration_spectra import training_samples
from pat.soft_sensor.folder import SAMPLES
from pat.soft_sensor.sensor import SoftSensor

_NAMES = ("mean", "culture_age", "last_assay")


def guess_errors(sensor: SoftSensor, samples: pd.DataFrame) -> dict[str, float | None]:
    """Return the RMSE of guesses that learnt from the sensor's training assays alone."""
    guesses = _guesses(sensor, samples[samples["prediction"].notna()])
    return {
        name: None if errors is None else rmse(errors)
        for name, errors in (dict.fromkeys(_NAMES) | guesses).items()
    }


def guess_tests(sensor: SoftSensor, samples: pd.DataFrame) -> dict[str, PairedTest]:
    """Return the test by culture of the sensor, first, against each guess."""
    compared = samples[samples["prediction"].notna()]
    own = (compared["prediction"] - compared["assay"]).to_numpy(dtype=np.float64)
    cultures = compared["culture"].to_numpy(dtype=object)
    return {
        name: paired_by_culture(own, errors, cultures, rng=np.random.default_rng(0))
        for name, errors in _guesses(sensor, compared).items()
        if errors is not None
    }


def _guesses(sensor: SoftSensor, compared: pd.DataFrame) -> dict[str, FloatArray | None]:
    """Return the errors of each guess on samples that have a prediction; None: not defined."""
    if compared.empty or SAMPLES not in sensor.contents:
        return {}
    training = training_samples(sensor.contents)
    found = (
        np.full(len(compared), training["assay"].mean()),
        _from_age(training, compared),
        _carried_forward(training, compared),
    )
    assay = compared["assay"].to_numpy(dtype=np.float64)
    return {
        name: None if guess is None else guess - assay
        for name, guess in zip(_NAMES, found, strict=True)
    }


def _from_age(training: pd.DataFrame, compared: pd.DataFrame) -> FloatArray | None:
    """Return what culture age alone says; None where an age is not known."""
    ages, asked = (t["elapsed_h"].to_numpy(dtype=np.float64) for t in (training, compared))
    if not (np.isfinite(ages).all() and np.isfinite(asked).all() and np.ptp(ages) > 0):
        return None
    curve = age_curve(ages).fit(ages[:, None], training["assay"].to_numpy(dtype=np.float64))
    return np.asarray(curve.predict(asked[:, None]), dtype=np.float64)


def _carried_forward(training: pd.DataFrame, compared: pd.DataFrame) -> FloatArray | None:
    """Return the assay before each, or the usual first one; None where the order is not known."""
    before = _before(compared)
    if before is None:
        return None
    first = _before(training)
    usual = training["assay"] if first is None else training["assay"][np.isnan(first)]
    return np.where(np.isnan(before), usual.mean(), before)


def _before(samples: pd.DataFrame) -> FloatArray | None:
    """Return the assay before each in its culture, NaN for the first; None without an order."""
    order = samples["elapsed_h"].to_numpy(dtype=np.float64)
    if not np.isfinite(order).all():
        times = pd.to_datetime(samples["time"], utc=True, format="ISO8601")
        order = ((times - times.min()) / pd.Timedelta(hours=1)).to_numpy(dtype=np.float64)
    if not np.isfinite(order).all():
        return None
    assay = samples["assay"].to_numpy(dtype=np.float64)
    return previous_assays(assay, order, samples["culture"].to_numpy(dtype=object))
