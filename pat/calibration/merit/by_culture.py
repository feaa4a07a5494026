"""What cultures that were never seen say of an error, with the culture as the unit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from pat.arrays import FloatArray
from pat.calibration.merit.figures import checked_errors, rmse

_FEWEST_CULTURES = 5  # with fewer, Student's t leaves an interval that says nothing
_EXACT_UP_TO = 14  # cultures: 8,192 patterns of signs
_RANDOM_FLIPS = 9_999
_SIGNIFICANT = 0.05


def culture_interval(
    errors: FloatArray, cultures: ArrayLike, *, confidence: float = 0.95
) -> tuple[float, float] | None:
    """Return an interval for the RMSE on cultures of the same kind, or None.

    Parameters
    ----------
    errors : ndarray of shape (n_samples,)
        Of held-out predictions.
    cultures : array of shape (n_samples,)
        The culture of each sample.
    confidence : float

    Returns
    -------
    (low, high) or None
        In the unit of the errors. None with fewer than five cultures, or where a single
        culture holds all of the error.

    Notes
    -----
    Jackknife over cultures with Student's t on the log of the mean squared error, centred
    on the bias-corrected estimate; the degrees of freedom are those of the effective number
    of cultures, (Σn)²/Σn², less one. Simulated coverage at a nominal 95 %, for 5 to 24
    cultures of 3 to 20 samples: 95-96 % with independent errors, 93-94 % where the cultures'
    own biases make 30 % of the mean squared error, 90-92 % where they make 70 %. A percentile
    bootstrap over cultures covers 82-92, 77-90 and 73-88 %. Errors with heavy tails (Student's
    t with 5 degrees of freedom) bring ours down to 92-94, 90-93 and 85-87 %.

    References
    ----------
    Efron and Tibshirani (1993). An Introduction to the Bootstrap, chapter 11. Chapman & Hall.
    """
    if not 0 < confidence < 1:
        msg = f"confidence must lie inside (0, 1); got {confidence!r}"
        raise ValueError(msg)
    squares, sizes = _sums_by_culture(checked_errors(errors) ** 2, cultures)
    n_cultures = sizes.size
    if n_cultures < _FEWEST_CULTURES:
        return None
    total = squares.sum()
    if total == 0:
        return 0.0, 0.0
    without = (total - squares) / (sizes.sum() - sizes)
    if without.min() <= np.finfo(np.float64).eps * total:
        return None
    left_out = np.log(without)
    centre = n_cultures * np.log(total / sizes.sum()) - (n_cultures - 1) * left_out.mean()
    spread = np.sqrt((n_cultures - 1) * np.var(left_out))
    freedom = sizes.sum() ** 2 / np.sum(sizes**2) - 1.0
    reach = stats.t.ppf(0.5 + 0.5 * confidence, df=max(freedom, 1.0)) * spread
    return float(np.exp(0.5 * (centre - reach))), float(np.exp(0.5 * (centre + reach)))


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Two sensors on the same held-out samples.

    Attributes
    ----------
    rmse_a, rmse_b : float
        Of the first and the second sensor.
    p_value : float
        How often a difference at least this large comes up when, in each culture, it is a
        coin's choice which sensor made which errors.
    n_cultures, n_samples : int
    """

    rmse_a: float
    rmse_b: float
    p_value: float
    n_cultures: int
    n_samples: int

    @property
    def smallest_p(self) -> float:
        """The smallest p-value that this number of cultures can give."""
        return float(0.5 ** (self.n_cultures - 1))

    @property
    def meaning(self) -> str:
        """The outcome in one sentence."""
        return self.told("the first", "the second")

    def told(self, first: str, second: str) -> str:
        """Return the outcome in one sentence, the two by these names."""
        noun = "culture" if self.n_cultures == 1 else "cultures"
        numbers = f"{self.rmse_a:.3g} against {self.rmse_b:.3g} on {self.n_cultures} {noun}"
        if self.rmse_a == self.rmse_b:
            return f"both have the same error: {numbers}"
        better = first if self.rmse_a < self.rmse_b else second
        if self.p_value <= _SIGNIFICANT:
            return (
                f"{better} has the smaller error, more clearly than chance explains: "
                f"{numbers} (p = {self.p_value:.2g})"
            )
        if self.smallest_p > _SIGNIFICANT:
            return (
                f"{better} has the smaller error, but so few cultures cannot tell it from "
                f"chance: {numbers} (p = {self.p_value:.2g}, at best {self.smallest_p:.2g})"
            )
        return f"no difference beyond what chance explains: {numbers} (p = {self.p_value:.2g})"


def paired_by_culture(
    errors_a: FloatArray,
    errors_b: FloatArray,
    cultures: ArrayLike,
    *,
    rng: np.random.Generator,
) -> PairedTest:
    """Return the sign-flip test of the difference in mean squared error, flipped by culture.

    Parameters
    ----------
    errors_a, errors_b : ndarray of shape (n_samples,)
        Of two sensors on the same held-out samples.
    cultures : array of shape (n_samples,)
    rng : numpy.random.Generator
        Used beyond 14 cultures, where 9,999 random flips stand in for all of them.

    References
    ----------
    van der Voet (1994). Chemometrics and Intelligent Laboratory Systems 25, 313-323; there
    the sample is flipped, which takes samples of one culture for independent.
    """
    errors_a, errors_b = checked_errors(errors_a), checked_errors(errors_b)
    if errors_a.shape != errors_b.shape:
        msg = f"expected errors on the same samples; got {errors_a.size} and {errors_b.size}"
        raise ValueError(msg)
    differences, _ = _sums_by_culture(errors_a**2 - errors_b**2, cultures)
    return PairedTest(
        rmse_a=rmse(errors_a),
        rmse_b=rmse(errors_b),
        p_value=_sign_flip_p_value(differences, rng=rng),
        n_cultures=differences.size,
        n_samples=errors_a.size,
    )


def _sign_flip_p_value(differences: FloatArray, *, rng: np.random.Generator) -> float:
    as_large = abs(differences.sum()) * (1.0 - 1e-12)  # the same sum in another order counts
    if differences.size <= _EXACT_UP_TO:
        patterns = np.arange(2 ** (differences.size - 1))  # the other half mirrors it
        flipped = (patterns[:, np.newaxis] >> np.arange(differences.size)) & 1
        return float(np.mean(np.abs((1 - 2 * flipped) @ differences) >= as_large))
    signs = rng.choice([-1.0, 1.0], size=(_RANDOM_FLIPS, differences.size))
    n_as_large = np.count_nonzero(np.abs(signs @ differences) >= as_large)
    return float((1 + n_as_large) / (1 + _RANDOM_FLIPS))


def _sums_by_culture(values: FloatArray, cultures: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the sum of the values and the number of samples of each culture."""
    names = np.asarray(cultures)
    if names.shape != values.shape:
        msg = f"expected one culture a sample; got {names.shape} for {values.shape} errors"
        raise ValueError(msg)
    _, member = np.unique(names, return_inverse=True)
    sums, sizes = np.bincount(member, weights=values), np.bincount(member)
    return sums.astype(np.float64), sizes.astype(np.float64)
