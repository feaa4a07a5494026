"""The ways to carry a calibration over, each a fit of one plain pipeline.

Every method sees the old calibration and the transfer samples after the row-wise steps of a
recipe, and returns the fitted steps that follow them, so that a transferred sensor is made of
the same parts as any other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.base import clone
from sklearn.cross_decomposition import PLSRegression
from sklearn.pipeline import Pipeline

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.preprocessing.instrument_map import PiecewiseMap
from pat.transfer.standardise import piecewise_map

MOST_LOCAL_COMPONENTS = 5
FEWEST_PAIRS = 4
_MOST_REPEATS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """The two sets that a method fits to.

    Parameters
    ----------
    old, new : ndarray of shape (n, n_features)
        Spectra of the calibration, and of the transfer samples on the new instrument.
    old_y, new_y : ndarray of shape (n,)
        Their assays.
    partner : ndarray of shape (n_new,)
        Row of `old` that is the same sample; -1 where there is none.
    """

    old: FloatArray
    old_y: FloatArray
    new: FloatArray
    new_y: FloatArray
    partner: IntArray

    def only(self, kept: BoolArray) -> "Samples":
        """Return the same calibration with some of the transfer samples; `kept` is (n_new,)."""
        return Samples(self.old, self.old_y, self.new[kept], self.new_y[kept], self.partner[kept])


@dataclass(frozen=True, slots=True)
class Method:
    """A way to carry a calibration over.

    Parameters
    ----------
    name : str
    fit : callable
        From the unfitted steps and the samples to fitted steps; None where it cannot be done
        with these samples.
    needs_assays : int
        Transfer samples from which on it makes sense.
    """

    name: str
    fit: Callable[[Pipeline, Samples], Pipeline | None]
    needs_assays: int = 1


def unchanged(rest: Pipeline, samples: Samples) -> Pipeline | None:
    """Fit to the old calibration alone."""
    return clone(rest).fit(samples.old, samples.old_y)


def bias_corrected(rest: Pipeline, samples: Samples) -> Pipeline | None:
    """Move the level by the mean error on the transfer samples."""
    found = clone(rest).fit(samples.old, samples.old_y)
    bias = float(np.mean(samples.new_y - found.predict(samples.new).ravel()))
    return clone(rest).fit(samples.old, samples.old_y + bias)


def slope_corrected(rest: Pipeline, samples: Samples) -> Pipeline | None:
    """Set slope and level by the transfer samples; PLS predicts the line of its predictions."""
    found = clone(rest).fit(samples.old, samples.old_y)
    predicted = found.predict(samples.new).ravel()
    if not (_differ(predicted) and _differ(samples.new_y)):
        return None
    slope, level = np.polyfit(predicted, samples.new_y, 1)
    if slope <= 0:
        return None
    return clone(rest).fit(samples.old, slope * samples.old_y + level)


def added(share: float, more_components: int = 0) -> Callable[[Pipeline, Samples], Pipeline | None]:
    """Return the fit to both sets, the new one weighing `share` of the old one."""

    def fit(rest: Pipeline, samples: Samples) -> Pipeline | None:
        return joint_fit(rest, samples, samples.old, samples.old_y, share, more_components)

    return fit


def moved_and_added(
    share: float, more_components: int = 0
) -> Callable[[Pipeline, Samples], Pipeline | None]:
    """Return the fit to both sets, the old one first moved to the mean of the new one."""

    def fit(rest: Pipeline, samples: Samples) -> Pipeline | None:
        move = samples.new.mean(axis=0) - samples.old.mean(axis=0)
        level = float(samples.new_y.mean() - samples.old_y.mean())
        return joint_fit(
            rest, samples, samples.old + move, samples.old_y + level, share, more_components
        )

    return fit


def piecewise(half_width: int, n_components: int) -> Callable[[Pipeline, Samples], Pipeline | None]:
    """Return the old calibration behind a piecewise standardisation from pairs."""

    def fit(rest: Pipeline, samples: Samples) -> Pipeline | None:
        paired = samples.partner >= 0
        if paired.sum() < FEWEST_PAIRS:
            return None
        new, old = samples.new[paired], samples.old[samples.partner[paired]]
        weights, offset = piecewise_map(new, old, half_width=half_width, n_components=n_components)
        step = PiecewiseMap(weights, offset).fit(new)
        fitted = clone(rest).fit(samples.old, samples.old_y)
        return Pipeline([("standardised", step), *fitted.steps])

    return fit


def local(rest: Pipeline, samples: Samples) -> Pipeline | None:
    """Fit PLS to the transfer samples alone, components by leaving each out."""
    most = min(MOST_LOCAL_COMPONENTS, len(samples.new_y) - 2)
    if most < 1 or not (_differ(samples.new) and _differ(samples.new_y)):
        return None
    errors = [_left_one_out(samples, count) for count in range(1, most + 1)]
    model = PLSRegression(1 + int(np.argmin(errors)), scale=False)
    return Pipeline([("pls", model)]).fit(samples.new, samples.new_y)


def _left_one_out(samples: Samples, n_components: int) -> float:
    errors = []
    for row in range(len(samples.new_y)):
        others = np.arange(len(samples.new_y)) != row
        predicted = float(samples.new_y[others].mean())
        if _differ(samples.new[others]) and _differ(samples.new_y[others]):
            model = PLSRegression(n_components, scale=False)
            model.fit(samples.new[others], samples.new_y[others])
            predicted = float(model.predict(samples.new[[row]]).ravel()[0])
        errors.append(predicted - samples.new_y[row])
    return float(np.mean(np.square(errors)))


def _differ(rows: FloatArray) -> bool:
    """Return whether rows (n, ...) differ by more than rounding."""
    return bool(np.max(np.ptp(rows, axis=0)) > 1e-9 * np.max(np.abs(rows)))


def joint_fit(
    rest: Pipeline,
    samples: Samples,
    old: FloatArray,
    old_y: FloatArray,
    share: float,
    more_components: int,
) -> Pipeline | None:
    """Return the steps fitted to both sets; repeats of the new one are its weight, exactly."""
    repeats = int(np.clip(round(share * len(old_y) / len(samples.new_y)), 1, _MOST_REPEATS))
    spectra = np.vstack([old, *[samples.new] * repeats])
    assays = np.concatenate([old_y, *[samples.new_y] * repeats])
    steps = clone(rest)
    model = steps.steps[-1][1]
    if more_components:
        if not isinstance(model, PLSRegression):
            return None
        model.set_params(n_components=model.n_components + more_components)
    return steps.fit(spectra, assays)
