"""The error on a condition of the design that a model has not seen, beside that with it known."""

import numpy as np
import pandas as pd

from pat.arrays import BoolArray, FloatArray
from pat.calibration import CalibrationSet
from pat.calibration.blocks import Block
from pat.calibration.merit import condition_folds, levels_of, rmse
from pat.calibration.sample_space import SampleSpacePLS
from pat.calibration.splitters import culture_folds
from pat.calibration.trainings import Trainings
from pat.preprocessing import Resample
from pat.report.specificity import ConditionLeftOut
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.member_vectors import MemberVector
from pat.soft_sensor.members import quiet
from pipelines.sensor_reading import SensorReading

_FEWEST_LEFT = 12  # samples to calibrate on when a condition is left out


def conditions_left_out(
    reading: SensorReading | None, cal: CalibrationSet, factors: pd.DataFrame
) -> tuple[ConditionLeftOut, ...]:
    """Return the error at each level of each factor with the level unknown, and with it known.

    Partial least squares with the main member's preprocessing, calibrated on `cal` alone.
    """
    if reading is None or reading.main is None or factors.empty:
        return ()
    name = reading.sensor.analyte.name
    measured = cal.select(cal.measured(name))
    if measured.values[name].nunique() < 2:
        return ()
    rows = _preprocessed(reading.main, measured, reading.sensor)
    targets = measured.values[name].to_numpy(dtype=np.float64)
    cultures = list(measured.cultures)
    asked: list[tuple[str, str, BoolArray]] = []
    for factor in factors.columns:
        levels = condition_folds(cultures, levels_of(factors[factor]))
        for level, held in levels.items():
            several = len(set(measured.cultures[held])) > 1  # one alone is a fold already
            if several and (~held).sum() >= _FEWEST_LEFT and len(levels) > 1:
                asked.append((str(factor), level, held))
    if not asked:
        return ()
    folds = culture_folds(measured.groups)
    held = np.array([*folds, *(one[2] for one in asked)])
    errors = _held_out_errors(rows, targets, held, n_folds=len(folds), reading=reading)
    known = np.full(targets.size, np.nan)
    for fold, error in zip(folds, errors, strict=False):
        known[fold] = error[fold]
    return tuple(
        ConditionLeftOut(
            factor=factor,
            level=level,
            n_cultures=len(set(np.array(cultures, dtype=object)[rows_of])),
            rmse_unknown=rmse(error[rows_of]),
            rmse_known=rmse(known[rows_of]),
        )
        for (factor, level, rows_of), error in zip(asked, errors[len(folds) :], strict=True)
    )


def _held_out_errors(
    rows: FloatArray,
    targets: FloatArray,
    held: BoolArray,
    *,
    n_folds: int,
    reading: SensorReading,
) -> FloatArray:
    """Return errors (n_trainings, n_samples) at the component count that serves known levels."""
    trainings = Trainings(np.tile(targets, (len(held), 1)), rows=~held)
    most = min(reading.n_components, int((~held).sum(axis=1).min()) - 2)
    found = SampleSpacePLS(most).held_out(Block(rows=rows), trainings) - targets
    squared = np.where(held[:n_folds, None, :], found[:n_folds] ** 2, 0.0).sum(axis=(0, 2))
    best: FloatArray = found[:, int(np.nanargmin(squared))]
    return best


def _preprocessed(main: MemberVector, cal: CalibrationSet, sensor: SoftSensor) -> FloatArray:
    """Return the spectra of `cal` as the main member takes them."""
    parts = main.member.parts
    spectra = cal.intensities
    if cal.axis.shape != sensor.axis.shape or not np.array_equal(cal.axis, sensor.axis):
        spectra = Resample(axis=cal.axis, grid=sensor.axis).fit_transform(spectra)
    with quiet():
        return parts.learned_rows(parts.rows(spectra))
