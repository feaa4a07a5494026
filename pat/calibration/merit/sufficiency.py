"""Are the samples enough, and do they span what was calibrated (the counts of ASTM E1655)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from pat.arrays import FloatArray

_MIN_CALIBRATION, _MIN_VALIDATION = 24, 20
_MIN_SPAN = 0.95


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """Counts and spans against what a calibration of so many components asks for.

    Attributes
    ----------
    n_calibration, needed_calibration : int
    n_validation, needed_validation : int
    span : float
        Share of the calibrated range that the validation samples cover.
    spread_ratio : float or None
        Standard deviation of the validation's assays over the calibration's.
    """

    n_calibration: int
    needed_calibration: int
    n_validation: int
    needed_validation: int
    span: float
    spread_ratio: float | None

    @property
    def enough(self) -> bool:
        """Whether counts and span are as asked for."""
        return (
            self.n_calibration >= self.needed_calibration
            and self.n_validation >= self.needed_validation
            and self.span >= _MIN_SPAN
        )

    @property
    def meaning(self) -> str:
        """The outcome in one sentence."""
        counts = (
            f"{self.n_calibration} calibration samples of {self.needed_calibration} asked for, "
            f"{self.n_validation} validation samples of {self.needed_validation}, "
            f"{self.span:.0%} of the calibrated range covered"
        )
        return f"the samples {'are' if self.enough else 'are not'} enough: {counts}"


def sufficiency(
    calibration: FloatArray, validation: FloatArray, *, n_components: int
) -> Sufficiency:
    """Return whether assays (n_calibration,) and (n_validation,) are enough for a model.

    Parameters
    ----------
    calibration, validation : ndarrays of assays
    n_components : int
        Latent variables of the model; of a model without any, the number of its inputs.

    Raises
    ------
    ValueError
        If there is no assay in one of them.

    References
    ----------
    ASTM E1655, Standard Practices for Infrared Multivariate Quantitative Analysis: 6(A + 1)
    samples and at least 24 to calibrate a mean-centred model, 4(A + 1) and at least 20 to
    validate it, over 95 % of the range.
    """
    if len(calibration) == 0 or len(validation) == 0:
        msg = f"expected assays on both sides; got {len(calibration)} and {len(validation)}"
        raise ValueError(msg)
    low, high = float(np.min(calibration)), float(np.max(calibration))
    inside = np.clip([np.min(validation), np.max(validation)], low, high)
    spread = float(np.std(calibration))
    return Sufficiency(
        n_calibration=len(calibration),
        needed_calibration=max(6 * (n_components + 1), _MIN_CALIBRATION),
        n_validation=len(validation),
        needed_validation=max(4 * (n_components + 1), _MIN_VALIDATION),
        span=1.0 if high == low else float(np.ptp(inside) / (high - low)),
        spread_ratio=None if spread == 0 else float(np.std(validation)) / spread,
    )


@dataclass(frozen=True, slots=True)
class Repeatability:
    """How far predictions of spectra of one sample scatter.

    Attributes
    ----------
    sd : float
        Pooled standard deviation within samples.
    freedom : int
        Its degrees of freedom.
    n_samples : int
        Samples with two spectra or more.
    """

    sd: float
    freedom: int
    n_samples: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of `sd`, of normal errors."""
        low, high = stats.chi2.ppf([0.025, 0.975], self.freedom)
        return self.sd * float(np.sqrt(self.freedom / high)), self.sd * float(
            np.sqrt(self.freedom / low)
        )

    @property
    def meaning(self) -> str:
        """The outcome in one sentence."""
        return (
            f"two spectra of one sample differ by less than {2.77 * self.sd:.3g} in 95 % of "
            f"cases (SD {self.sd:.3g}, {self.freedom} degrees of freedom)"
        )


def repeatability(values: FloatArray, samples: ArrayLike) -> Repeatability | None:
    """Return the pooled spread of predictions (n_spectra,) within samples; None without repeats.

    Notes
    -----
    2.77 = 1.96 √2, the repeatability limit of ISO 5725-6.
    """
    _, member = np.unique(np.asarray(samples), return_inverse=True)
    counts = np.bincount(member)
    freedom = int(np.sum(counts - 1))
    if freedom == 0:
        return None
    means = np.bincount(member, weights=values) / counts
    squares = float(np.sum((values - means[member]) ** 2))
    return Repeatability(float(np.sqrt(squares / freedom)), freedom, int(np.sum(counts > 1)))
