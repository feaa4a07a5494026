"""The learning curve of a trained sensor, from the calibration that it carries."""

import numpy as np
from sklearn.base import clone

from pat.arrays import BoolArray, FloatArray
from pat.calibration.learning_curve import FEWEST, LearningCurve, learning_curve
from pat.diagnostics import takes_process
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.calibration_spectra import stored_calibration
from pat.soft_sensor.members import quiet
from pat.transfer import recipe_of


def sensor_curve(sensor: SoftSensor) -> LearningCurve | None:
    """Return the curve of the sensor's first member; None where cultures are too few for one.

    One member and its settings stand for the sensor: choosing anew at every size would cost a
    search each. A member that takes process values has none, since a sensor carries no process
    values.
    """
    calibration = stored_calibration(sensor.contents, title=sensor.title)
    groups = calibration.samples["group"].to_numpy(dtype=object)
    pipeline = sensor.members[0].pipeline
    if takes_process(pipeline) or len(set(groups.tolist())) < FEWEST:
        return None
    recipe = recipe_of("own", clone(pipeline), calibration.spectra)
    rows, assays = recipe.rows(calibration.spectra), calibration.assays

    def fit_predict(train: BoolArray, held: BoolArray) -> FloatArray:
        with quiet():
            fitted = clone(recipe.rest).fit(rows[train], assays[train])
            return np.ravel(fitted.predict(rows[held]))

    seed = sensor.provenance.seed or 0
    try:
        return learning_curve(fit_predict, assays, groups, rng=np.random.default_rng(seed))
    except ValueError:  # a smaller set has fewer samples than the member has components
        return None
