"""Gaussian process regression of every training, from distances between rows.

References
----------
Rasmussen and Williams (2006). Gaussian Processes for Machine Learning, chapter 2.
"""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space.own_gram import own_grams
from pat.calibration.sample_space.tridiagonal import Tridiagonal
from pat.calibration.trainings import Trainings


@dataclass(frozen=True, slots=True)
class SampleSpaceGaussian:
    """A Gaussian process about the mean of y, with a squared exponential kernel.

    Parameters
    ----------
    settings : tuple of (length scale, noise)
        The length in units of the rows' total standard deviation, the noise as variance in
        units of the process'. Neighbours of one length share a tridiagonalisation.
    """

    settings: tuple[tuple[float, float], ...]

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_settings, n_samples), NaN in rows trained on."""
        shape = (len(trainings), len(self.settings), trainings.rows.shape[1])
        predictions = np.full(shape, np.nan)
        for own, same in own_grams(block, trainings):
            train = own.train
            among, across = own.squared_distances(train), own.squared_distances(~train)
            np.fill_diagonal(among, 0.0)
            targets = trainings.targets[same][:, train].T
            mean = targets.mean(axis=0)
            length = 0.0
            for number, (own_length, noise) in enumerate(self.settings):
                if own_length != length:
                    length = own_length
                    form = Tridiagonal.of(np.exp(among / (-2 * length**2)))
                    kernel = np.exp(across / (-2 * length**2))
                    rotated = form.into(targets - mean)
                dual = form.out_of(form.solved(rotated, shift=noise))
                found = mean + kernel @ dual
                for training, predicted in zip(same, found.T, strict=True):
                    predictions[training, number, ~train] = predicted
        return predictions
