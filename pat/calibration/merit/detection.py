"""How little a sensor can tell from nothing: limits of detection and quantitation."""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.calibration.merit.figures import is_constant

_DETECTED, _QUANTIFIED = 3.3, 10.0


@dataclass(frozen=True, slots=True)
class DetectionLimits:
    """Limits over the backgrounds of a calibration, in the analyte's unit.

    Attributes
    ----------
    noise : float
        What the noise of a single spectrum makes of the value: its standard deviation, the
        inverse of the analytical sensitivity.
    low, high : float
        Limit of detection in the easiest and in the hardest background of the calibration.
    """

    noise: float
    low: float
    high: float

    @property
    def quantitation(self) -> tuple[float, float]:
        """The limit of quantitation in the easiest and in the hardest background."""
        factor = _QUANTIFIED / _DETECTED
        return factor * self.low, factor * self.high

    def meaning(self, lowest: float, unit: str = "") -> str:
        """Return the limits in one sentence, beside the lowest assay of the calibration."""
        amount = f" {unit}" if unit else ""
        if lowest > self.quantitation[1]:
            return (
                "what the calibration holds lies above the limit of quantitation in every "
                "background: low values need no reserve"
            )
        return (
            f"values below {self.high:.2g}{amount} cannot be told from none in every background, "
            f"and only from {self.quantitation[1]:.2g}{amount} on is one measured rather than seen"
        )


def detection_limits(
    leverage: FloatArray, assays: FloatArray, *, noise: float, sel: float | None = None
) -> DetectionLimits | None:
    """Return the interval of detection limits of a multivariate calibration; None if undefined.

    Parameters
    ----------
    leverage : ndarray of shape (n_samples,)
        Of the calibration samples, the mean's share 1/n not included.
    assays : ndarray of shape (n_samples,)
    noise : float
        Standard deviation of the value that comes of the noise of a spectrum.
    sel : float, optional
        Standard deviation of the calibration's assays; zero where it is not known.

    Notes
    -----
    LOD = 3.3 √(s²(1 + h0) + h0 sel²), s being `noise`. The leverage h0 of a sample without
    analyte is lowest, 1/n + ȳ²/Σ(y - ȳ)², where nothing but the analyte differs from the mean
    of the calibration, and highest where the background of some calibration sample is added.
    With one variable this is the limit of a straight line. The 1/n is the error of the mean.

    References
    ----------
    Allegrini and Olivieri (2014). Analytical Chemistry 86, 7858-7866.
    """
    if assays.size < 2 or is_constant(assays):
        return None
    centred = assays - assays.mean()
    squares = float(centred @ centred)
    none_of_it = assays.mean() ** 2 / squares
    hardest = float(np.max(leverage + none_of_it - centred**2 / squares))
    low, high = (
        _limit(1 / assays.size + part, noise=noise, sel=sel or 0.0)
        for part in (none_of_it, max(hardest, none_of_it))
    )
    return DetectionLimits(noise=noise, low=low, high=high)


def _limit(leverage: float, *, noise: float, sel: float) -> float:
    return float(_DETECTED * np.sqrt(noise**2 * (1 + leverage) + leverage * sel**2))
