"""Support vector regression of every training, by libsvm on kernels from the Gram matrix."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn import config_context
from sklearn.svm import SVR

from pat.arrays import FloatArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space.own_gram import OwnGram, own_grams
from pat.calibration.trainings import Trainings


@dataclass(frozen=True, slots=True)
class SupportSetting:
    """One setting of support vector regression; y has unit variance.

    Parameters
    ----------
    gamma : float or None
        Of the kernel exp(-gamma d²), where the rows' total variance is one (scikit-learn's
        gamma="scale" is one there); None: the linear kernel.
    cost, epsilon : float
    """

    gamma: float | None
    cost: float
    epsilon: float


@dataclass(frozen=True, slots=True)
class SampleSpaceSVR:
    """Support vector regression with each of `settings`, libsvm stopping at `tolerance`."""

    settings: tuple[SupportSetting, ...]
    tolerance: float

    def held_out(self, block: Block, trainings: Trainings) -> FloatArray:
        """Return predictions (n_trainings, n_settings, n_samples), NaN in rows trained on."""
        shape = (len(trainings), len(self.settings), trainings.rows.shape[1])
        predictions = np.full(shape, np.nan)
        for own, same in own_grams(block, trainings):
            kernels = _Kernels(own)
            targets = trainings.targets[same][:, own.train]
            for training, y in zip(same, targets, strict=True):
                for number, predicted in self._predictions(kernels, y):
                    predictions[training, number, ~own.train] = predicted
        return predictions

    def _predictions(self, kernels: "_Kernels", y: FloatArray) -> Iterator[tuple[int, FloatArray]]:
        """Yield the number of each setting with its predictions of the rows held out.

        A solution without a weight at its bound is that of every larger cost too.
        """
        spread = y.std() if y.std() > 0 else 1.0
        scaled = (y - y.mean()) / spread
        inside: dict[tuple[float | None, float], FloatArray] = {}
        for number, setting in enumerate(self.settings):
            kind = (setting.gamma, setting.epsilon)
            if kind not in inside:
                among, across = kernels.of(setting.gamma)
                svr = self._fitted(setting, among, scaled)
                predicted = across[:, svr.support_] @ svr.dual_coef_[0] + svr.intercept_
                predicted = y.mean() + spread * predicted
                if np.all(np.abs(svr.dual_coef_) < setting.cost):
                    inside[kind] = predicted
            yield number, inside.get(kind, predicted)

    def _fitted(self, setting: SupportSetting, kernel: FloatArray, y: FloatArray) -> SVR:
        svr = SVR(kernel="precomputed", C=setting.cost, epsilon=setting.epsilon, tol=self.tolerance)
        with config_context(assume_finite=True, skip_parameter_validation=True):
            return svr.fit(kernel, y)


class _Kernels:
    """The kernels of one training, each computed once: among its rows, and from those held out."""

    def __init__(self, own: OwnGram) -> None:
        sides = (own.train, ~own.train)
        self._products = tuple(own.products(rows) for rows in sides)
        self._distances = tuple(own.squared_distances(rows) for rows in sides)
        self._found: dict[float, tuple[FloatArray, ...]] = {}

    def of(self, gamma: float | None) -> tuple[FloatArray, ...]:
        """Return the kernel (n_train, n_train) and (n_held, n_train)."""
        if gamma is None:
            return self._products
        if gamma not in self._found:
            self._found[gamma] = tuple(np.exp(-gamma * d) for d in self._distances)
        return self._found[gamma]
