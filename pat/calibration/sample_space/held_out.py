"""PLS of every training at once in sample space: the production answer to `HeldOut`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space.gram import gram
from pat.calibration.sample_space.kernel import Products, RowProducts
from pat.calibration.sample_space.pls import pls_fits
from pat.calibration.sample_space.view import views
from pat.calibration.sample_space.way import Way, way_of_pls
from pat.calibration.trainings import Trainings, hide_what_is_none

#: Trainings worked on together: more no longer fit the cache.
CHUNK = 84


@dataclass(frozen=True, slots=True)
class SampleSpacePLS:
    """PLS with 1 to `n_components` components from Gram matrices."""

    n_components: int

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_components, n_samples), NaN in rows trained on."""
        shape = (len(trainings), self.n_components, trainings.rows.shape[1])
        predictions = np.empty(shape)
        way = way_of_pls(block, len(trainings), n_components=self.n_components)
        products: Callable[[FloatArray], Products] = gram if way is Way.GRAM else RowProducts
        for view, positions in views(block, trainings, products):
            for start in range(0, positions.size, CHUNK):
                chosen = positions[start : start + CHUNK]
                chunk = trainings.take(chosen)
                kernel = view.kernel(chunk.rows, block.process)
                # Not kept: the scores of one chunk would lie beside those of the next.
                predictions[chosen] = pls_fits(
                    kernel,
                    chunk.targets,
                    weights=chunk.rows.astype(np.float64),
                    n_components=self.n_components,
                ).predictions
        counts = np.arange(1, self.n_components + 1)
        hide_what_is_none(predictions, trainings, counts=counts)
        return predictions
