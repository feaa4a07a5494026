"""PLS the ordinary way: scikit-learn fitted in every fold. Slow, and the witness of the fast."""

from dataclasses import dataclass

import numpy as np
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration.blocks import Block
from pat.calibration.families import PLSFamily
from pat.calibration.trainings import Trainings, hide_what_is_none


@dataclass(frozen=True, slots=True)
class OrdinaryPLS:
    """PLS with 1 to `n_components` components, one scikit-learn fit a training."""

    n_components: int

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_components, n_samples), NaN in rows trained on."""
        shape = (len(trainings), self.n_components, trainings.rows.shape[1])
        predictions = np.full(shape, np.nan)
        inputs = _inputs(block)
        for training, train in enumerate(trainings.rows):
            most = min(self.n_components, int(train.sum()) - 2)
            if most < 1:
                continue
            model = _pipeline(block, most)
            model.fit(inputs[train], trainings.targets[training][train])
            predictions[training, :most] = predictions_by_components(model, inputs)
        counts = np.arange(1, self.n_components + 1)
        hide_what_is_none(predictions, trainings, counts=counts)
        return predictions


def predictions_by_components(model: Pipeline, inputs: FloatArray) -> FloatArray:
    """Return what a fitted Pipeline ending in PLS predicts with 1, 2, ... components.

    Returns
    -------
    ndarray of shape (n_components, n_samples)
    """
    pls = model[-1]
    scores = pls.transform(model[:-1].transform(inputs) if len(model) > 1 else inputs)
    value: FloatArray = pls.intercept_ + np.cumsum(scores * pls.y_loadings_, axis=1)
    return value.T


def _pipeline(block: Block, n_components: int) -> Pipeline:
    n_channels = block.rows.shape[1]
    n_tags = 0 if block.process is None else block.process.shape[1]
    family = PLSFamily(n_components, with_process=block.process is not None)
    steps = block.learned or Pipeline([("spectrum", "passthrough")])
    return family.pipeline(steps, {"n_components": n_components}, shape=(n_channels, n_tags))


def _inputs(block: Block) -> FloatArray:
    return block.rows if block.process is None else np.hstack([block.rows, block.process])
