"""The learning curve: how the error on new cultures falls with the cultures learnt from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.errors import CalibrationError

#: Fewer cultures than this give no curve: three sizes and something to test them on.
FEWEST = 6
_FOLDS, _SIZES = 4, 4

#: From a mask of the rows to learn from and one of the rows to predict to their values.
FitPredict = Callable[[BoolArray, BoolArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Expected:
    """An RMSE to expect, and what it gains on today's, each with its 95 % interval."""

    n_cultures: int
    rmse: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


@dataclass(frozen=True, slots=True, eq=False)
class LearningCurve:
    """Errors on left-out cultures by how many others were learnt from.

    Parameters
    ----------
    n_cultures : int
        Cultures there are.
    counts : ndarray of int, shape (n_sizes,)
        Cultures learnt from.
    squared : ndarray of shape (n_cultures, n_sizes)
        Sum of squared errors of each culture when it was left out, over its samples; a mean
        over repeats.
    n_samples : ndarray of shape (n_cultures,)
    """

    n_cultures: int
    counts: IntArray
    squared: FloatArray
    n_samples: FloatArray

    @property
    def rmse(self) -> FloatArray:
        """Pooled RMSE at each size, (n_sizes,)."""
        return np.sqrt(self._mse(np.ones(self.n_cultures, dtype=np.bool_)))

    def expected(self, more: int) -> Expected:
        """Return the error with so many cultures more than there are, by floor + gain / n.

        The interval is a jackknife's over the left-out cultures, on the logarithm of the mean
        squared error. It does not know how far cultures of another year would differ.
        """
        everyone = np.ones(self.n_cultures, dtype=np.bool_)
        sizes = (self.n_cultures, self.n_cultures + more)
        now, then = (self._log_mse(everyone, size) for size in sizes)
        without = np.array(
            [
                [self._log_mse(everyone & (np.arange(self.n_cultures) != out), n) for n in sizes]
                for out in range(self.n_cultures)
            ]
        )
        t = stats.t.ppf(0.975, self.n_cultures - 1)
        off = t * _jackknife_error(without[:, 1])
        gains = np.exp(without[:, 0] / 2) - np.exp(without[:, 1] / 2)
        gain = float(np.exp(now / 2) - np.exp(then / 2))
        gain_off = t * _jackknife_error(gains)
        return Expected(
            n_cultures=sizes[1],
            rmse=float(np.exp(then / 2)),
            low=float(np.exp((then - off) / 2)),
            high=float(np.exp((then + off) / 2)),
            gain=gain,
            gain_low=max(gain - gain_off, 0.0),
            gain_high=gain + gain_off,
        )

    def _mse(self, kept: BoolArray) -> FloatArray:
        pooled: FloatArray = self.squared[kept].sum(axis=0) / self.n_samples[kept].sum()
        return pooled

    def _log_mse(self, kept: BoolArray, n_cultures: int) -> float:
        floor, gain = floor_and_gain(self.counts, self._mse(kept))
        return float(np.log(floor + gain / n_cultures))


def learning_curve(
    fit_predict: FitPredict,
    targets: FloatArray,
    groups: NDArray[np.object_],
    *,
    rng: np.random.Generator,
    n_repeats: int = 2,
) -> LearningCurve:
    """Return the errors on left-out cultures by how many others were learnt from.

    In each repeat every culture is left out once, and the smaller sets of the others are parts
    of the larger ones, so that sizes differ by what was added alone.

    Parameters
    ----------
    fit_predict : callable
    targets : ndarray of shape (n_samples,)
    groups : array of shape (n_samples,)
        Samples of one culture are left out together.
    rng : Generator
    n_repeats : int

    Raises
    ------
    CalibrationError
        If there are fewer than `FEWEST` cultures.
    """
    names, codes = np.unique(groups.astype(str), return_inverse=True)
    n = len(names)
    if n < FEWEST:
        msg = f"expected at least {FEWEST} cultures for a learning curve; got {n}"
        raise CalibrationError(msg)
    most = n - -(-n // _FOLDS)
    counts = np.unique(np.linspace(max(2, round(n / 6)), most, _SIZES).round().astype(np.int64))
    squared = np.zeros((n, counts.size))
    for _ in range(n_repeats):
        order = rng.permutation(n)
        for fold in range(_FOLDS):
            out = order[fold::_FOLDS]
            others = rng.permutation(np.setdiff1d(order, out))
            held = np.isin(codes, out)
            for number, count in enumerate(counts.tolist()):
                predicted = fit_predict(np.isin(codes, others[:count]), held)
                errors = (predicted - targets[held]) ** 2
                squared[:, number] += np.bincount(codes[held], errors, minlength=n)
    return LearningCurve(n, counts, squared / n_repeats, np.bincount(codes).astype(np.float64))


def floor_and_gain(counts: IntArray, mse: FloatArray) -> tuple[float, float]:
    """Return floor and gain, neither below zero, of mse = floor + gain / count.

    The variance of a fit falls with the samples it rests on, and what they do not carry stays.
    Errors of the mean squared error grow with it, so each size weighs by its inverse.

    Parameters
    ----------
    counts, mse : ndarray of shape (n_sizes,)
    """
    terms = np.column_stack([np.ones(counts.size), 1.0 / counts]) / mse[:, np.newaxis]
    (floor, gain), _ = optimize.nnls(terms, np.ones(counts.size))
    return float(floor), float(gain)


def _jackknife_error(without: FloatArray) -> float:
    n = without.size
    return float(np.sqrt((n - 1) / n * np.sum((without - without.mean()) ** 2)))
