"""What the penalised least-squares baselines share: stiffness in axis units, stretch by stretch."""

import threading
import warnings
from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from pybaselines import Baseline
from pybaselines.utils import ParameterWarning
from sklearn.exceptions import ConvergenceWarning

from pat.arrays import FloatArray
from pat.preprocessing.base import SameAxis
from pat.preprocessing.channels import channel_axis, contiguous_stretches, even_step

MAX_REWEIGHTINGS = 300  # arPLS needs up to 200 on real spectra, and is far off when cut short
_ROUNDING = 1e-7  # of the solver: below it a spectrum is all baseline and its weights are noise
#: Baselines of the last spectra treated: a training asks for those of its own again and again, in
#: the search, the check of the champion, every left-out refit and the figures. 40 MB at most.
_KNOWN: dict[tuple[str, str, float, bytes], tuple[FloatArray, bool]] = {}
_MOST_KNOWN = 2048
_LOCK = threading.Lock()
_FEWEST_CHANNELS = 4  # a second-difference penalty on fewer is a straight line through noise


class Whittaker(SameAxis):
    """Subtract a penalised least-squares baseline from each contiguous stretch of the axis."""

    stiffness_cm1: float
    axis: ArrayLike | None

    @abstractmethod
    def _fit_one(self, fitter: Baseline, y: FloatArray, lam: float) -> tuple[FloatArray, Any]:
        """Return the baseline of one stretch of one spectrum, and pybaselines' record of it."""

    def _check_settings(self, n_channels: int) -> None:
        axis = channel_axis(self.axis, n_channels)
        for stretch in contiguous_stretches(axis):
            stiffness_to_lambda(self.stiffness_cm1, step=even_step(axis[stretch]))

    def _treat(self, X: FloatArray) -> FloatArray:
        axis = channel_axis(self.axis, X.shape[1])
        corrected = np.zeros_like(X)
        unsettled = 0
        with warnings.catch_warnings():
            # raised where no channel is left below the baseline: it is then as low as it gets
            warnings.simplefilter("ignore", ParameterWarning)
            for stretch in contiguous_stretches(axis):
                if stretch.stop - stretch.start >= _FEWEST_CHANNELS:
                    corrected[:, stretch], moving = self._correct(X[:, stretch], axis[stretch])
                    unsettled = max(unsettled, moving)
        if unsettled:
            warnings.warn(
                f"{type(self).__name__}: the baseline of {unsettled} of {len(X)} spectra still "
                f"moves after {MAX_REWEIGHTINGS} reweightings; try another stiffness",
                ConvergenceWarning,
                stacklevel=3,
            )
        return corrected

    def _correct(self, pieces: FloatArray, axis: FloatArray) -> tuple[FloatArray, int]:
        lam = stiffness_to_lambda(self.stiffness_cm1, step=even_step(axis))
        fitter = Baseline(np.arange(axis.size), check_finite=False, assume_sorted=True)
        corrected = np.empty_like(pieces)
        unsettled = 0
        for row, y in enumerate(pieces):
            if np.ptp(y) == 0:  # exactly nothing above its baseline, not the solver's rounding
                corrected[row] = 0.0
                continue
            baseline, moving = self._baseline(fitter, y, lam)
            corrected[row] = y - baseline
            unsettled += moving and np.ptp(corrected[row]) > _ROUNDING * np.ptp(y)
        return corrected, unsettled

    def _baseline(self, fitter: Baseline, y: FloatArray, lam: float) -> tuple[FloatArray, bool]:
        """Return the baseline of one stretch, and whether it still moved at the end."""
        key = (repr(self.get_params() | {"axis": None}), type(self).__name__, lam, y.tobytes())
        with _LOCK:
            found = _KNOWN.pop(key, None)
        if found is None:
            baseline, record = self._fit_one(fitter, y, lam)
            found = baseline, len(record["tol_history"]) > MAX_REWEIGHTINGS
        with _LOCK:
            _KNOWN[key] = found
            while len(_KNOWN) > _MOST_KNOWN:
                _KNOWN.pop(next(iter(_KNOWN)))
        return found


def stiffness_to_lambda(stiffness: float, *, step: float) -> float:
    """Return the penalty λ that halves a period of `stiffness` on channels `step` apart.

    Notes
    -----
    The second-difference smoother passes 1/(1 + λω⁴) of an angular frequency ω per channel
    (ω small), so λ = (stiffness / (2π·step))⁴, and a value found on one axis holds on another.
    """
    if not stiffness > 0:
        msg = f"expected a stiffness above zero; got {stiffness!r}"
        raise ValueError(msg)
    return float((stiffness / (2.0 * np.pi * abs(step))) ** 4)
