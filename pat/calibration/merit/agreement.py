"""Agreement with the reference method: limits that hold errors of cultures to come."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pat.calibration.merit.components import VarianceComponents


@dataclass(frozen=True, slots=True)
class Tolerance:
    """An interval that holds an expected share of future errors of new cultures.

    Attributes
    ----------
    low, high : float
        Prediction minus assay.
    share : float
    """

    low: float
    high: float
    share: float

    @property
    def total_error(self) -> float:
        """The larger of the two bounds, without its sign."""
        return max(abs(self.low), abs(self.high))

    @property
    def meaning(self) -> str:
        """The interval in one sentence."""
        return (
            f"{self.share:.0%} of future differences from the assay lie between "
            f"{self.low:+.3g} and {self.high:+.3g}"
        )


def tolerance(components: VarianceComponents, *, share: float) -> Tolerance:
    """Return the interval expected to hold a share of the errors of new cultures.

    At 95 % these are the limits of agreement of Bland and Altman, who take differences for
    independent and their mean and spread for known; at 90 % and by level it is the total error
    of an accuracy profile.

    Notes
    -----
    The β-expectation interval of a one-way layout with cultures as the random effect and
    Satterthwaite's degrees of freedom. Whether errors grow with the level is the line's to
    tell: differences against the mean of both methods seem to, wherever one is noisier.

    References
    ----------
    Mee (1984). Technometrics 26, 251-254. Bland and Altman (1999). Statistical Methods in
    Medical Research 8, 135-160. Hubert et al. (2004). Analytica Chimica Acta 502, 293-308.
    """
    if not 0 < share < 1:
        msg = f"share must lie inside (0, 1); got {share!r}"
        raise ValueError(msg)
    spread = np.sqrt(components.total + components.mean_variance)
    reach = float(stats.t.ppf(0.5 + share / 2, components.freedom) * spread)
    return Tolerance(components.mean - reach, components.mean + reach, share)
