"""The prediction interval: where the next reference assay of a new culture will lie."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pat.arrays import FloatArray, IntArray
from pat.errors import CalibrationError
from pat.soft_sensor.residual_spread import (
    Shares,
    effective_count,
    followed_share,
    interpolated_quantile,
    lopsidedness,
)

CONFIDENCE = 0.95
#: Squared width that no spectrum passes, in units of a usual one's: keeps the bounds finite.
_WIDEST = 1e12


class IntervalMethod(StrEnum):
    """How the width of a usual spectrum was found."""

    CONFORMAL = "conformal: the quantile of normalised left-out residuals"
    STUDENT_T = "Student's t on normalised left-out residuals"


@dataclass(frozen=True, slots=True)
class Interval:
    """A prediction interval that is wide where the spectrum is strange.

    Parameters
    ----------
    below, above : float
        How far the assay may lie below and above the value of a usual spectrum, in the
        analyte's unit.
    share : float
        Share of the squared width that follows the spectrum's own T2 and Q.
    t2_unit, q_unit : float
        Mean T2 and Q of left-out spectra; 0 where there was none.
    confidence : float
    method : IntervalMethod
    n_cultures : int
        Cultures that were left out to find it.
    n_effective : float
        Independent residuals that those of the cultures are worth.
    """

    below: float
    above: float
    share: float
    t2_unit: float
    q_unit: float
    confidence: float
    method: IntervalMethod
    n_cultures: int
    n_effective: float

    @property
    def half_width(self) -> float:
        """Half the width of a usual spectrum's interval, in the analyte's unit."""
        return (self.below + self.above) / 2

    def in_words(self, unit: str) -> str:
        """Return how wide it is, how that was found, and what it rests on."""
        width = f"± {self.half_width:.3g} {unit}"
        if self.below != self.above:
            width = f"- {self.below:.3g} / + {self.above:.3g} {unit}"
        few = ""
        if self.method is IntervalMethod.STUDENT_T:
            needed = round(_cultures_needed(self.confidence))
            few = f"; a conformal one needs {needed} cultures"
        return (
            f"{self.confidence:.0%} interval: value {width} for a usual spectrum, wider by its T² "
            f"and Q ({self.method.value}{few}; {self.n_cultures} independent cultures, whose "
            f"residuals are worth {self.n_effective:.0f} independent ones)"
        ).replace("%", " %", 1)

    def bounds(
        self, values: FloatArray, *, t2: FloatArray, q: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return lower and upper of values (n,) with their distances; NaN where a value is."""
        strangeness = strangeness_of(t2, q, t2_unit=self.t2_unit, q_unit=self.q_unit)
        width = relative_width(strangeness, share=self.share)
        return values - self.below * width, values + self.above * width


def residual_interval(
    residuals: FloatArray,
    cultures: NDArray[np.object_],
    samples: IntArray,
    *,
    t2: FloatArray,
    q: FloatArray,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return the interval that left-out residuals support.

    Parameters
    ----------
    residuals : ndarray of shape (n,)
        Prediction minus assay where the culture was left out; holds the assay's own error.
    cultures : array of shape (n,)
        The unit of validation of each residual. Each weighs the same, whatever it counts.
    samples : ndarray of int, shape (n,)
        The sample of each residual; residuals of one sample share its assay.
    t2, q : ndarray of shape (n,)
        Distances of the left-out spectra.
    confidence : float
        Probability that the next assay of a new culture lies inside.

    Raises
    ------
    CalibrationError
        If there are fewer than two cultures.

    Notes
    -----
    Residuals are divided by the relative width of their spectrum and by the side they lie on,
    then treated as if there were n of them that are independent (`effective_count`: between
    the number of cultures, where those of a culture are all alike, and the number of
    samples). With K >= confidence / (1 - confidence) cultures (19 for 95 %) the width is the
    quantile of the sizes at the level confidence (n + 1) / n, interpolated. With fewer, rank
    statistics cannot promise it and Student's t with n - 1 degrees of freedom on the root mean
    square stands in, times the square root of 1 + 1/n. The promise is marginal: over cultures,
    not within each.

    References
    ----------
    Barber, Candès, Ramdas and Tibshirani (2021). Annals of Statistics 49, 486-507. Dunn,
    Wasserman and Ramdas (2023). Journal of the American Statistical Association 118, 2491-2502.
    """
    shares = Shares.of(cultures, samples)
    if shares.n_cultures < 2:
        msg = f"expected left-out residuals of two cultures or more; got {shares.n_cultures}"
        raise CalibrationError(msg)
    t2_unit, q_unit = float(shares.weights @ t2), float(shares.weights @ q)
    strangeness = strangeness_of(t2, q, t2_unit=t2_unit, q_unit=q_unit)
    share = followed_share(residuals, strangeness, shares)
    normalised = residuals / relative_width(strangeness, share=share)
    sides = lopsidedness(normalised, shares)
    sizes = np.where(normalised > 0, normalised / sides[0], -normalised / sides[1])
    n_effective = effective_count(sizes, shares)
    method = IntervalMethod.CONFORMAL
    if shares.n_cultures < _cultures_needed(confidence):
        method = IntervalMethod.STUDENT_T
        size = _student_size(sizes, shares, n_effective, confidence=confidence)
    else:
        level = min(1.0, confidence * (1 + 1 / n_effective))
        size = interpolated_quantile(sizes, shares.weights, level=level)
    return Interval(
        below=size * sides[0], above=size * sides[1], share=share, t2_unit=t2_unit,
        q_unit=q_unit, confidence=confidence, method=method, n_cultures=shares.n_cultures,
        n_effective=n_effective,
    )  # fmt: skip


def strangeness_of(t2: FloatArray, q: FloatArray, *, t2_unit: float, q_unit: float) -> FloatArray:
    """Return how strange spectra (n,) are, half by T2 and half by Q; 1 on average."""
    return (_in_units(t2, t2_unit) + _in_units(q, q_unit)) / 2


def relative_width(strangeness: FloatArray, *, share: float) -> FloatArray:
    """Return the width of spectra (n,) in units of a usual one's."""
    return np.sqrt(1 - share + share * strangeness)


def _in_units(distance: FloatArray, unit: float) -> FloatArray:
    if unit <= 0:
        return np.ones_like(distance)
    with np.errstate(over="ignore"):
        return np.minimum(distance / unit, _WIDEST)


def _cultures_needed(confidence: float) -> float:
    """Return the cultures that a rank-based interval needs, rounding forgiven."""
    return confidence / (1 - confidence) - 1e-9


def _student_size(
    sizes: FloatArray, shares: Shares, n_effective: float, *, confidence: float
) -> float:
    spread = float(np.sqrt(shares.weights @ sizes**2))
    quantile = stats.t.ppf(0.5 + confidence / 2, df=max(1.0, n_effective - 1))
    return float(quantile * spread * np.sqrt(1 + 1 / n_effective))
