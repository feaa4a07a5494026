"""Regressors on the PCA scores of each fold, joined with process values where there are any."""

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.preprocessing import StandardScaler

from pat.arrays import BoolArray, FloatArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space import View, pca_scores, views
from pat.calibration.sample_space.gram import Gram, gram
from pat.calibration.sample_space.way import require_memory
from pat.calibration.trainings import Trainings

#: From training inputs, training targets and held-out inputs to held-out predictions.
Regression = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
Model = tuple[int, Regression]  # number of scores, and what is fitted to them


def held_out_on_scores(
    block: Block, trainings: Trainings, *, models: Sequence[Model], whiten: bool
) -> FloatArray:
    """Return predictions (n_trainings, n_models, n_samples), NaN in the rows trained on.

    PCA and the scaling of process values are fitted on each training's rows; trainings on
    the same rows share them. A model with more scores than the rows carry predicts NaN.
    """
    require_memory(len(block.rows))
    predictions = np.full((len(trainings), len(models), trainings.rows.shape[1]), np.nan)
    for view, positions in views(block, trainings, gram):
        for train, same in trainings.take(positions).by_rows():
            most = min(max(n_scores for n_scores, _ in models), int(train.sum()) - 2)
            scores = _scores(view, train, n_components=most, whiten=whiten)
            tags = _scaled_process(block, train)
            for number, (n_scores, regression) in enumerate(models):
                if n_scores > most:
                    continue
                features = np.hstack([scores[:, :n_scores], tags])
                for training in positions[same]:
                    predictions[training, number, ~train] = regression(
                        features[train], trainings.targets[training][train], features[~train]
                    )
    return predictions


def _scores(view: View[Gram], train: BoolArray, *, n_components: int, whiten: bool) -> FloatArray:
    scores, spread = pca_scores(view, train, n_components=n_components)
    return scores / spread if whiten else scores


def _scaled_process(block: Block, train: BoolArray) -> FloatArray:
    """Return the process values standardised over the training rows, (n_samples, n_tags)."""
    if block.process is None:
        return np.empty((len(train), 0))
    scaled: FloatArray = StandardScaler().fit(block.process[train]).transform(block.process)
    return scaled
