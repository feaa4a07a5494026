"""How the error on a new instrument falls with the transfer samples."""

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.learning_curve import FEWEST, LearningCurve, learning_curve
from pat.transfer.catalogue import UNCHANGED
from pat.transfer.choice import Choice, Tried
from pat.transfer.data import TransferData
from pat.transfer.folds import left_out_together
from pat.transfer.methods import Samples
from pat.transfer.sets import samples_of


def transfer_curve(data: TransferData, rows: IntArray, choice: Choice) -> LearningCurve | None:
    """Return the chosen mean's error on left-out transfer samples by how many others were used.

    None where there are too few. The members were chosen with all of them, so the curve tells
    what more would bring rather than how good the sensor is.
    """
    assert data.new is not None
    groups = left_out_together(data.new.groups[rows])
    if len(set(groups.tolist())) < FEWEST:
        return None
    samples = [samples_of(data, rows, one.recipe) for one in choice.members]

    def fit_predict(train: BoolArray, held: BoolArray) -> FloatArray:
        each = [
            _predicted(one, every, train, held)
            for one, every in zip(choice.members, samples, strict=True)
        ]
        mean: FloatArray = np.mean(each, axis=0)
        return mean

    rng = np.random.default_rng(data.sensor.provenance.seed or 0)
    return learning_curve(fit_predict, samples[0].new_y, groups, rng=rng, n_repeats=1)


def _predicted(one: Tried, every: Samples, train: BoolArray, held: BoolArray) -> FloatArray:
    kept = Samples(
        every.old, every.old_y, every.new[train], every.new_y[train], every.partner[train]
    )
    method = one.method if one.method.needs_assays <= train.sum() else UNCHANGED
    fitted = method.fit(one.recipe.rest, kept) or UNCHANGED.fit(one.recipe.rest, kept)
    assert fitted is not None  # the old calibration can always be fitted
    return np.ravel(fitted.predict(every.new[held]))
