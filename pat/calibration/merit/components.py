"""How errors vary between cultures and within them: one-way variance components."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from pat.arrays import FloatArray
from pat.calibration.merit.figures import checked_errors


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Errors as a common mean, a culture's own bias and the rest.

    Attributes
    ----------
    mean : float
        Over cultures, each culture's mean counting once.
    between, within : float
        Variance of the cultures' biases and of the errors about them; squared unit.
    size : float
        Samples a culture; where they differ, the size that stands for them in the ANOVA.
    n_cultures, n_samples : int
    p_value : float or None
        Of cultures that differ so much by chance alone (F test of the mean squares); None where
        every culture has one sample, or errors within cultures are all equal.
    """

    mean: float
    between: float
    within: float
    size: float
    n_cultures: int
    n_samples: int
    p_value: float | None = None

    @property
    def total(self) -> float:
        """Variance of a single error of a new culture about the mean."""
        return self.between + self.within

    @property
    def freedom(self) -> float:
        """Degrees of freedom of `total` (Satterthwaite); at least 1."""
        if self.total == 0:
            return float(max(self.n_samples - 1, 1))
        of_means = (self.between + self.within / self.size) ** 2 / (self.n_cultures - 1)
        inside = self.within**2 * (1 - 1 / self.size) / (self.n_cultures * self.size)
        return max(self.total**2 / (of_means + inside), 1.0)

    @property
    def mean_variance(self) -> float:
        """Variance of `mean`, squared unit."""
        return (self.between + self.within / self.size) / self.n_cultures


def variance_components(errors: FloatArray, cultures: ArrayLike) -> VarianceComponents | None:
    """Return the components by the method of moments; None with fewer than two cultures.

    Parameters
    ----------
    errors : ndarray of shape (n_samples,)
    cultures : array of shape (n_samples,)

    Notes
    -----
    A negative estimate of the variance between cultures counts as zero. Where every culture
    has one sample only, all variance is within.

    References
    ----------
    Searle, Casella and McCulloch (1992). Variance Components, chapter 3. Wiley.
    Satterthwaite (1946). Biometrics Bulletin 2, 110-114.
    """
    errors = checked_errors(errors)
    names = np.asarray(cultures)
    if names.shape != errors.shape:
        msg = f"expected one culture an error; got {names.shape} for {errors.shape}"
        raise ValueError(msg)
    _, member = np.unique(names, return_inverse=True)
    sizes = np.bincount(member).astype(np.float64)
    n_cultures, n_samples = sizes.size, errors.size
    if n_cultures < 2:
        return None
    means = np.bincount(member, weights=errors) / sizes
    inside = float(np.sum((errors - means[member]) ** 2))
    outside = float(np.sum(sizes * (means - errors.mean()) ** 2)) / (n_cultures - 1)
    size = float((n_samples - np.sum(sizes**2) / n_samples) / (n_cultures - 1))
    if n_samples == n_cultures:
        return VarianceComponents(float(means.mean()), 0.0, outside, 1.0, n_cultures, n_samples)
    within = inside / (n_samples - n_cultures)
    between = max((outside - within) / size, 0.0)
    freedom = (n_cultures - 1, n_samples - n_cultures)
    p_value = float(stats.f.sf(outside / within, *freedom)) if within > 0 else None
    return VarianceComponents(
        float(means.mean()), between, within, size, n_cultures, n_samples, p_value
    )
