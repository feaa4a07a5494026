"""How left-out residuals scatter: within cultures and between, with the spectrum, by side."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pat.arrays import FloatArray, IntArray

#: Shares of the squared width that are weighed against each other.
_SHARES: FloatArray = np.linspace(0.0, 1.0, 21)


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Rows that belong to samples, and samples to cultures; each culture has the same share.

    Parameters
    ----------
    sample : ndarray of int, shape (n_rows,)
        Number of each row's sample, from 0.
    culture : ndarray of int, shape (n_samples,)
        Number of each sample's culture, from 0.
    weights : ndarray of shape (n_rows,)
        Sum to 1; equal among the samples of a culture and among the rows of a sample.
    """

    sample: IntArray
    culture: IntArray
    weights: FloatArray

    @classmethod
    def of(cls, cultures: NDArray[np.object_], samples: IntArray) -> Self:
        """Return the shares of rows (n,) of these cultures and samples."""
        _, first, sample, rows = np.unique(
            samples, return_index=True, return_inverse=True, return_counts=True
        )
        _, culture, counts = np.unique(
            cultures[first].astype(str), return_inverse=True, return_counts=True
        )
        weights = 1.0 / (len(counts) * counts[culture[sample]] * rows[sample])
        return cls(sample, culture, weights)

    @property
    def n_cultures(self) -> int:
        """How many cultures there are."""
        return int(self.culture.max()) + 1 if self.culture.size else 0

    def by_sample(self, values: FloatArray) -> FloatArray:
        """Return the mean of values (n_rows,) over each sample, (n_samples,)."""
        means: FloatArray = np.bincount(self.sample, values) / np.bincount(self.sample)
        return means

    def sums(self, values: FloatArray) -> FloatArray:
        """Return the sum of values (n_rows,) over each culture, (n_cultures,)."""
        sums: FloatArray = np.bincount(
            self.culture[self.sample], values, minlength=self.n_cultures
        ).astype(np.float64)
        return sums


def effective_count(values: FloatArray, shares: Shares) -> float:
    """Return how many independent values those of cultures are worth for a mean.

    Notes
    -----
    The rows of a sample count as one: they share its assay. Then the design effect of a sample
    in clusters: with the correlation ρ inside cultures (analysis of variance, one way), the
    variance of the weighted mean is that of one value times ρ/K + (1 - ρ) Σw², K being the
    number of cultures. One sample a culture: K.

    References
    ----------
    Kish (1965). Survey Sampling. Wiley, chapter 5.
    """
    own = shares.by_sample(values)
    counts = np.bincount(shares.culture).astype(np.float64)
    n, n_cultures = own.size, counts.size
    means = np.bincount(shares.culture, own) / counts
    between = float(counts @ (means - own.mean()) ** 2) / (n_cultures - 1)
    within = float(np.sum((own - means[shares.culture]) ** 2)) / max(1, n - n_cultures)
    usual_count = (n - float(counts @ counts) / n) / (n_cultures - 1)
    of_cultures = max(0.0, (between - within) / usual_count)
    total = of_cultures + within
    correlation = of_cultures / total if total > 0 else 1.0
    alone = float(np.sum(1.0 / counts)) / n_cultures**2
    return 1.0 / (correlation / n_cultures + (1 - correlation) * alone)


def followed_share(residuals: FloatArray, strangeness: FloatArray, shares: Shares) -> float:
    """Return the share of the squared width that follows the spectrum's strangeness.

    Parameters
    ----------
    residuals, strangeness : ndarray of shape (n,)
        Strangeness is 1 on average.
    shares : Shares

    Notes
    -----
    The mean of the posterior under normal residuals whose variance is 1 - share + share times
    strangeness, with the prior 1 - share: little information gives a third, so that a strange
    spectrum has a wide interval even where the calibration held no strange one. The residuals
    count for as many as are independent.
    """
    if not np.any(residuals):
        return float(_SHARES @ (1 - _SHARES) / np.sum(1 - _SHARES))
    variance = 1 - _SHARES[:, None] + _SHARES[:, None] * strangeness
    variance = np.maximum(variance, np.finfo(np.float64).eps)
    scale = (residuals**2 / variance) @ shares.weights
    surprise = (np.log(variance) @ shares.weights + np.log(scale)) / 2
    n_effective = effective_count(np.abs(residuals), shares)
    posterior = np.exp(-n_effective * (surprise - surprise.min())) * (1 - _SHARES)
    return float(posterior @ _SHARES / posterior.sum())


def lopsidedness(residuals: FloatArray, shares: Shares) -> tuple[float, float]:
    """Return the scale of residuals above and below zero; their mean is 1.

    Notes
    -----
    The logarithm of the ratio of the two root mean squares (each over all residuals), shrunk by
    what chance alone makes of it (jackknife over cultures, positive-part James and Stein), so
    that both are 1 unless the residuals say otherwise.

    References
    ----------
    Efron and Morris (1973). Journal of the American Statistical Association 68, 117-130.
    """
    squares = residuals**2 * shares.weights
    above = shares.sums(np.where(residuals > 0, squares, 0.0))
    below = shares.sums(np.where(residuals < 0, squares, 0.0))
    if not (np.count_nonzero(above) > 1 and np.count_nonzero(below) > 1):
        return 1.0, 1.0
    ratio = float(np.log(above.sum() / below.sum())) / 2
    without = np.log((above.sum() - above) / (below.sum() - below)) / 2
    n = shares.n_cultures
    chance = (n - 1) / n * float(np.sum((without - without.mean()) ** 2))
    shrunk = ratio * max(0.0, 1 - 2 * chance / ratio**2) if ratio else 0.0
    size = np.cosh(shrunk / 2)
    return float(np.exp(shrunk / 2) / size), float(np.exp(-shrunk / 2) / size)


def interpolated_quantile(values: FloatArray, weights: FloatArray, *, level: float) -> float:
    """Return the value below which a share `level` of the weight lies.

    Each value stands where the weights reach with its own; between them it is interpolated. So
    the level k/n of n equal weights is the k-th value.
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(np.interp(level, reached, values[order]))
