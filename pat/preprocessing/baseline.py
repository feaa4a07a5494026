"""Baselines, all by pybaselines: penalised least squares, polynomials and the rubber band."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from pybaselines import Baseline
from scipy.spatial import QhullError

from pat.arrays import FloatArray
from pat.preprocessing.base import SameAxis
from pat.preprocessing.channels import channel_axis
from pat.preprocessing.whittaker import MAX_REWEIGHTINGS, Whittaker


class ArPLS(Whittaker):
    """Subtract an asymmetrically reweighted penalised least-squares baseline.

    Parameters
    ----------
    stiffness_cm1 : float
        Period, in the axis' unit, of the wave that the penalty halves.
    axis : array of shape (n_channels,) or None
        Even within each contiguous stretch, each of which gets its own baseline; None means
        channel numbers.

    References
    ----------
    Baek, Park, Ahn and Choo (2015). Analyst 140, 250-257.
    """

    def __init__(self, stiffness_cm1: float = 400.0, axis: ArrayLike | None = None) -> None:
        self.stiffness_cm1 = stiffness_cm1
        self.axis = axis

    def _fit_one(self, fitter: Baseline, y: FloatArray, lam: float) -> tuple[FloatArray, Any]:
        return fitter.arpls(y, lam=lam, max_iter=MAX_REWEIGHTINGS)


class AirPLS(Whittaker):
    """Subtract an adaptive iteratively reweighted penalised least-squares baseline.

    Parameters
    ----------
    stiffness_cm1, axis
        As in `ArPLS`.

    References
    ----------
    Zhang, Chen and Liang (2010). Analyst 135, 1138-1146.
    """

    def __init__(self, stiffness_cm1: float = 400.0, axis: ArrayLike | None = None) -> None:
        self.stiffness_cm1 = stiffness_cm1
        self.axis = axis

    def _fit_one(self, fitter: Baseline, y: FloatArray, lam: float) -> tuple[FloatArray, Any]:
        return fitter.airpls(y, lam=lam, max_iter=MAX_REWEIGHTINGS)


class AsLS(Whittaker):
    """Subtract an asymmetric least-squares baseline.

    Parameters
    ----------
    stiffness_cm1, axis
        As in `ArPLS`.
    asymmetry : float
        Weight of a channel above the baseline, one below having 1 - asymmetry.

    References
    ----------
    Eilers (2003). Analytical Chemistry 75, 3631-3636.
    """

    def __init__(
        self,
        stiffness_cm1: float = 400.0,
        axis: ArrayLike | None = None,
        *,
        asymmetry: float = 0.01,
    ) -> None:
        self.stiffness_cm1 = stiffness_cm1
        self.axis = axis
        self.asymmetry = asymmetry

    def _fit_one(self, fitter: Baseline, y: FloatArray, lam: float) -> tuple[FloatArray, Any]:
        return fitter.asls(y, lam=lam, p=self.asymmetry, max_iter=MAX_REWEIGHTINGS)


class AsPLS(Whittaker):
    """Subtract an adaptive smoothness penalised least-squares baseline.

    Parameters
    ----------
    stiffness_cm1, axis
        As in `ArPLS`; under bands the baseline is stiffer still.

    References
    ----------
    Zhang, Tang, Tong, et al. (2020). Spectroscopy Letters 53, 222-233.
    """

    def __init__(self, stiffness_cm1: float = 400.0, axis: ArrayLike | None = None) -> None:
        self.stiffness_cm1 = stiffness_cm1
        self.axis = axis

    def _fit_one(self, fitter: Baseline, y: FloatArray, lam: float) -> tuple[FloatArray, Any]:
        return fitter.aspls(y, lam=lam, max_iter=MAX_REWEIGHTINGS)


class PolynomialBaseline(SameAxis):
    """Subtract a polynomial fitted again and again to what lies below it.

    Parameters
    ----------
    degree : int
    axis : array of shape (n_channels,) or None
        Need not be even; one polynomial spans all regions. None means channel numbers.

    References
    ----------
    Zhao, Lui, McLean and Zeng (2007). Applied Spectroscopy 61, 1225-1232.
    """

    def __init__(self, degree: int = 5, axis: ArrayLike | None = None) -> None:
        self.degree = degree
        self.axis = axis

    def _check_settings(self, n_channels: int) -> None:
        channel_axis(self.axis, n_channels)
        if self.degree < 0:
            msg = f"expected a degree of zero or more; got {self.degree}"
            raise ValueError(msg)

    def _treat(self, X: FloatArray) -> FloatArray:
        axis = channel_axis(self.axis, X.shape[1])
        fitter = Baseline(axis, check_finite=False)
        degree = min(self.degree, axis.size - 1)
        return np.array([y - polynomial_under(fitter, y, degree=degree) for y in X])


class RubberBand(SameAxis):
    """Subtract the lower convex hull: a rubber band stretched under the spectrum.

    Parameters
    ----------
    axis : array of shape (n_channels,) or None
        Need not be even; None means channel numbers.
    """

    def __init__(self, axis: ArrayLike | None = None) -> None:
        self.axis = axis

    def _check_settings(self, n_channels: int) -> None:
        channel_axis(self.axis, n_channels)

    def _treat(self, X: FloatArray) -> FloatArray:
        axis = channel_axis(self.axis, X.shape[1])
        fitter = Baseline(axis, check_finite=False)
        return np.array([y - rubber_band(fitter, y) for y in X])


def polynomial_under(fitter: Baseline, y: FloatArray, *, degree: int) -> FloatArray:
    """Return the polynomial under one spectrum; of a dead one, itself."""
    if np.ptp(y) == 0:
        return y
    baseline, _ = fitter.imodpoly(y, poly_order=degree)
    return baseline


def rubber_band(fitter: Baseline, y: FloatArray) -> FloatArray:
    """Return the lower convex hull of one spectrum; of one on a straight line, itself."""
    if y.size < 3:
        return y
    try:
        hull, _ = fitter.rubberband(y)
    except QhullError:
        return y
    return hull
