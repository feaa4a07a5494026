"""Calibration samples that stand out: far from the others, badly fitted, or pulling the fit."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pat.arrays import FloatArray

#: ASTM E1655: a sample of this many times the mean leverage deserves a look.
FAR = 3.0
#: And one whose residual is this many of its standard deviations.
BADLY_FITTED = 3.0


@dataclass(frozen=True, slots=True)
class CalibrationOutlier:
    """A calibration sample that stands out.

    Parameters
    ----------
    row : int
    leverage : float
        In units of the mean leverage.
    studentised : float
        Residual over its standard deviation.
    cook : float
        Cook's distance over the median of F, above which leaving the sample out moves the fit to
        the edge of its own confidence region of 50 %.
    """

    row: int
    leverage: float
    studentised: float
    cook: float

    @property
    def reason(self) -> str:
        """Why it stands out, in words."""
        said = []
        if self.leverage > FAR:
            said.append(f"leverage {self.leverage:.1f} times the mean")
        if abs(self.studentised) > BADLY_FITTED:
            said.append(f"studentised residual {self.studentised:+.1f}")
        if self.cook > 1:
            said.append(f"Cook's distance {self.cook:.1f} times what is usual")
        return ", ".join(said)


def calibration_outliers(
    scores: FloatArray, residuals: FloatArray
) -> tuple[CalibrationOutlier, ...]:
    """Return the samples that stand out, those that pull hardest first.

    Parameters
    ----------
    scores : ndarray of shape (n_samples, n_components)
        Of the latent model, of the samples it was fitted to.
    residuals : ndarray of shape (n_samples,)
        Fitted minus assay.

    Notes
    -----
    Scores are taken as the regressors of a linear model with a constant, which PLS and
    regression on PCA scores are. Where there are no more samples than parameters, nothing can
    stand out.

    References
    ----------
    Cook (1977). Technometrics 19, 15-18.
    """
    n, n_parameters = len(scores), scores.shape[1] + 1
    if n <= n_parameters or not np.any(residuals):
        return ()
    basis, _ = np.linalg.qr(np.column_stack([np.ones(n), scores]))
    leverage = np.minimum(np.sum(basis**2, axis=1), 1 - 1e-12)
    variance = float(residuals @ residuals) / (n - n_parameters)
    studentised = residuals / np.sqrt(variance * (1 - leverage))
    cook = studentised**2 * leverage / (1 - leverage) / n_parameters
    usual = float(stats.f.ppf(0.5, n_parameters, n - n_parameters))
    found = [
        CalibrationOutlier(
            row,
            float(leverage[row] * n / n_parameters),
            float(studentised[row]),
            float(cook[row] / usual),
        )
        for row in np.argsort(-cook, kind="stable").tolist()
    ]
    return tuple(one for one in found if one.reason)
