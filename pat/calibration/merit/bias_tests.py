"""Is there a bias, and has the error grown: tests in which a culture counts once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from pat.arrays import FloatArray
from pat.calibration.merit.components import variance_components
from pat.calibration.merit.figures import checked_errors

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class BiasTest:
    """The mean of the cultures' mean errors against zero.

    Attributes
    ----------
    bias : float
        Mean over cultures, each counting once.
    low, high : float
        95 % interval.
    p_value : float
    n_cultures : int
    limit : float or None
        Largest bias that would not matter, stated before the test.
    p_equivalent : float or None
        Of the two one-sided tests: small where the bias is shown to lie within the limit.
    """

    bias: float
    low: float
    high: float
    p_value: float
    n_cultures: int
    limit: float | None = None
    p_equivalent: float | None = None

    @property
    def meaning(self) -> str:
        """The outcome in one sentence."""
        numbers = (
            f"{self.bias:+.3g} (95 % interval {self.low:+.3g} to {self.high:+.3g}, "
            f"{self.n_cultures} cultures, p = {self.p_value:.2g})"
        )
        if self.limit is not None and self.p_equivalent is not None:
            shown = "is shown to lie" if self.p_equivalent <= SIGNIFICANT else "is not shown to lie"
            return f"the bias {shown} within {self.limit:.3g}: {numbers}"
        if self.p_value <= SIGNIFICANT:
            return f"there is a bias beyond what chance explains: {numbers}"
        return f"no bias beyond what chance explains: {numbers}"


def bias_test(
    errors: FloatArray, cultures: ArrayLike, *, limit: float | None = None
) -> BiasTest | None:
    """Return Student's t test on the cultures' mean errors; None below two cultures.

    Parameters
    ----------
    errors : ndarray of shape (n_samples,)
        Prediction minus assay.
    cultures : array of shape (n_samples,)
        Samples of one culture share its own bias, so that taking them for independent finds a
        bias where there is none.
    limit : float, optional
        With it, equivalence is tested too: two one-sided tests against -limit and +limit.

    References
    ----------
    Schuirmann (1987). Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.
    """
    names = np.asarray(cultures)
    errors = checked_errors(errors)
    _, member = np.unique(names, return_inverse=True)
    means = np.bincount(member, weights=errors) / np.bincount(member)
    if means.size < 2:
        return None
    freedom = means.size - 1
    mean, error = float(means.mean()), float(means.std(ddof=1) / np.sqrt(means.size))
    reach = float(stats.t.ppf(0.975, freedom)) * error
    return BiasTest(
        bias=mean,
        low=mean - reach,
        high=mean + reach,
        p_value=_two_sided(mean, error, freedom),
        n_cultures=means.size,
        limit=limit,
        p_equivalent=None if limit is None else _equivalence(mean, error, freedom, limit),
    )


def _two_sided(mean: float, error: float, freedom: int) -> float:
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stats.t.sf(abs(mean) / error, freedom))


def _equivalence(mean: float, error: float, freedom: int, limit: float) -> float:
    if error == 0:
        return 0.0 if abs(mean) < limit else 1.0
    return float(stats.t.sf((limit - abs(mean)) / error, freedom))


@dataclass(frozen=True, slots=True)
class SpreadTest:
    """A standard error of prediction against the one that was validated before.

    Attributes
    ----------
    sep, reference : float
    ratio_limit : float
        SEP over reference that chance alone passes once in twenty.
    p_value : float
        One-sided: how often chance gives a ratio at least this large.
    freedom, reference_freedom : float
        Degrees of freedom, errors of one culture counting as related.
    """

    sep: float
    reference: float
    ratio_limit: float
    p_value: float
    freedom: float
    reference_freedom: float

    @property
    def meaning(self) -> str:
        """The outcome in one sentence."""
        numbers = (
            f"SEP {self.sep:.3g} against {self.reference:.3g}, chance allows "
            f"{self.ratio_limit * self.reference:.3g} (p = {self.p_value:.2g})"
        )
        if self.p_value <= SIGNIFICANT:
            return (
                f"the error is larger than validated, more clearly than chance explains: {numbers}"
            )
        return f"the error is no larger than validated, within chance: {numbers}"


@dataclass(frozen=True, slots=True)
class Spread:
    """The variance of a single error of a new culture about the bias, and how well it is known.

    Attributes
    ----------
    variance : float
        Squared unit.
    freedom : float
        Degrees of freedom, errors of one culture counting as related.
    """

    variance: float
    freedom: float


def spread_of(errors: FloatArray, cultures: ArrayLike) -> Spread | None:
    """Return the spread of errors (n_samples,) about their bias; None below two cultures."""
    found = variance_components(errors, cultures)
    return None if found is None else Spread(found.total, found.freedom)


def spread_test(errors: FloatArray, cultures: ArrayLike, *, reference: Spread) -> SpreadTest | None:
    """Return the one-sided F test of SEP² over that of the validation; None where undefined.

    Parameters
    ----------
    errors, cultures : arrays of shape (n_samples,)
        Of the samples at hand.
    reference : Spread
        Of the held-out predictions of the validation.

    Notes
    -----
    Both variances are those of a single error of a new culture, with Satterthwaite's degrees
    of freedom: v - 1 would count the samples of a culture as independent.
    """
    ours = spread_of(errors, cultures)
    if ours is None or reference.variance == 0:
        return None
    ratio = ours.variance / reference.variance
    law = stats.f(ours.freedom, reference.freedom)
    return SpreadTest(
        sep=float(np.sqrt(ours.variance)),
        reference=float(np.sqrt(reference.variance)),
        ratio_limit=float(np.sqrt(law.ppf(1 - SIGNIFICANT))),
        p_value=float(law.sf(ratio)),
        freedom=ours.freedom,
        reference_freedom=reference.freedom,
    )
