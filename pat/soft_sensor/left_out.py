"""Left-out cultures: what a recipe makes of spectra whose culture it was not fitted on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.diagnostics import (
    calibration_spread,
    distances,
    leading_row_wise,
    takes_process,
)
from pat.soft_sensor.joint_limits import sensor_limits
from pat.soft_sensor.members import dissected, quiet
from pat.soft_sensor.quality import DistanceLimits
from pat.soft_sensor.residual_spread import Shares
from pat.soft_sensor.single_spectra import SingleSpectra


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """What members are fitted on.

    Parameters
    ----------
    inputs : ndarray of shape (n_samples, n_channels + n_tags)
        Mean spectrum of each sample, then its process values.
    n_channels : int
    targets : ndarray of shape (n_samples,)
        Assays, finite.
    groups : array of shape (n_samples,)
        The unit of validation.
    """

    inputs: FloatArray
    n_channels: int
    targets: FloatArray
    groups: NDArray[np.object_]

    def inputs_of(self, pipeline: Any) -> FloatArray:
        """Return what a pipeline takes: the spectra, and the process values where it joins them."""
        return self.inputs if takes_process(pipeline) else self.spectra

    @property
    def spectra(self) -> FloatArray:
        """The spectra, (n_samples, n_channels)."""
        return self.inputs[:, : self.n_channels]

    @property
    def process(self) -> FloatArray:
        """The process values, (n_samples, n_tags)."""
        return self.inputs[:, self.n_channels :]


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Single spectra of left-out cultures; one row a fold and spectrum.

    Parameters
    ----------
    sample, fold : ndarray of shape (n,)
    shift : ndarray of shape (n,)
        Prediction of the single spectrum less that of its sample's mean spectrum.
    prediction : ndarray of shape (n,)
        Of the sample's mean spectrum.
    t2, q : ndarray of shape (n_members, n)
    share : ndarray of shape (n_members,)
        Of each member in the sensor's value and distances; they sum to one.
    """

    sample: IntArray
    fold: IntArray
    shift: FloatArray
    prediction: FloatArray
    t2: FloatArray
    q: FloatArray
    share: FloatArray


def leave_out(
    recipes: Sequence[Any],
    training: Training,
    *,
    folds: Sequence[BoolArray],
    singles: SingleSpectra,
    share: FloatArray,
) -> LeftOut:
    """Return what each recipe, fitted without a fold's cultures, makes of their spectra.

    Parameters
    ----------
    recipes : sequence of unfitted estimators
    training : Training
    folds : sequence of bool masks of shape (n_samples,)
        The samples held out together.
    singles : SingleSpectra
    share : ndarray of shape (n_recipes,)
        Of each recipe in the sensor's value; they sum to one.
    """
    held = [np.flatnonzero(fold[singles.sample]) for fold in folds]
    taken = np.concatenate(held)
    found = [_of_recipe(recipe, training, folds, held, singles) for recipe in recipes]
    single, mean, t2, q = (np.stack([member[part] for member in found]) for part in range(4))
    return LeftOut(
        sample=singles.sample[taken],
        fold=np.repeat(np.arange(len(folds)), [rows.size for rows in held]),
        shift=share @ (single - mean),
        prediction=share @ mean,
        t2=t2,
        q=q,
        share=share,
    )


def equal_shares(left: LeftOut, groups: NDArray[np.object_]) -> FloatArray:
    """Return weights (n,) that give each culture the same share, whatever it counts."""
    names = pd.Series(groups[left.sample].astype(str))
    counts = names.groupby(names).transform("size").to_numpy(dtype=np.float64)
    return 1.0 / (counts * names.nunique())


def distance_limits(
    left: LeftOut,
    groups: NDArray[np.object_],
    *,
    units: FloatArray,
    beside: FloatArray,
    confidence: float = 0.95,
) -> tuple[DistanceLimits, FloatArray]:
    """Return limits that a left-out culture passes, any of them, once in 1/(1 - confidence).

    Parameters
    ----------
    left : LeftOut
    groups : array of shape (n_samples,)
        The unit of validation; each has the same share.
    units : ndarray of shape (2, n_members)
        What T2 and Q of each member are divided by.
    beside : ndarray of shape (n_looks, n)
        Distances of the same spectra that the value does not depend on, by `Look`.
    confidence : float
        Of all limits together (`joint_limits`).

    Returns
    -------
    DistanceLimits
    ndarray of shape (n_looks,)
        Limits of the distances beside.
    """
    t2, q = pooled_distances(left, units)
    shares = Shares.of(groups[left.sample], left.sample)
    return sensor_limits(t2, q, beside, shares, confidence=confidence)


def pooled_distances(left: LeftOut, units: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return T2 and Q (n,) of left-out spectra: the means of the members, each in its unit."""
    return (
        left.share @ (left.t2 / units[0][:, None]),
        left.share @ (left.q / units[1][:, None]),
    )


def member_units(left: LeftOut, weights: FloatArray) -> FloatArray:
    """Return what each member's T2 and Q are divided by, (2, n_members): 1 for one alone."""
    if len(left.t2) == 1:
        return np.ones((2, 1))
    means = np.stack([left.t2 @ weights, left.q @ weights])
    return np.where(means > 0, means, 1.0)


def _of_recipe(
    recipe: Any,
    training: Training,
    folds: Sequence[BoolArray],
    held: Sequence[IntArray],
    singles: SingleSpectra,
) -> tuple[FloatArray, ...]:
    """Return predictions of the single and mean spectra, T2 and Q, each fold after the other."""
    rest, training, singles = _row_wise_done(recipe, training, singles)
    pieces = _by_gram(rest, training, folds, singles) or [
        _of_fold(rest, training, ~fold, singles.intensities[rows], singles.sample[rows])
        for fold, rows in zip(folds, held, strict=True)
    ]
    return tuple(np.concatenate([piece[part] for piece in pieces]) for part in range(4))


def _by_gram(
    recipe: Any, training: Training, folds: Sequence[BoolArray], singles: SingleSpectra
) -> Sequence[tuple[FloatArray, ...]] | None:
    """Return what `_of_fold` would of each fold, from Gram matrices; None where that cannot be."""
    from pat.soft_sensor.left_out_by_gram import left_out_by_gram  # a predictor never needs it

    if not isinstance(recipe, Pipeline) or takes_process(recipe):
        return None
    with quiet():
        return left_out_by_gram(
            recipe,
            means=training.spectra,
            targets=training.targets,
            singles=singles.intensities,
            sample=singles.sample,
            folds=folds,
        )


def _of_fold(
    recipe: Any, training: Training, train: BoolArray, spectra: FloatArray, sample: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    with quiet():
        fitted = clone(recipe).fit(training.inputs_of(recipe)[train], training.targets[train])
        parts = dissected(fitted, training.spectra[train])
        spread = calibration_spread(parts, training.spectra[train], training.process[train])
        reading = parts.read(parts.rows(spectra), training.process[sample])
        means = parts.read(parts.rows(training.spectra[sample]), training.process[sample])
        apart = distances(parts, reading, spread=spread)
    return reading.values, means.values, apart.t2, apart.q


def _row_wise_done(
    recipe: Any, training: Training, singles: SingleSpectra
) -> tuple[Any, Training, SingleSpectra]:
    """Return a recipe without its leading row-wise steps, done once for all folds instead."""
    count = min(leading_row_wise(recipe), len(recipe) - 1) if isinstance(recipe, Pipeline) else 0
    if count == 0:
        return recipe, training, singles
    with quiet():
        steps = clone(recipe[:count]).fit(training.spectra)
        inputs = np.asarray(steps.transform(training.spectra), dtype=np.float64)
        rows = inputs[singles.sample]
        others = np.any(singles.intensities != training.spectra[singles.sample], axis=1)
        if others.any():
            rows[others] = steps.transform(singles.intensities[others])
    rest = recipe[count:]
    done = Training(
        np.hstack([inputs, training.process]), inputs.shape[1], training.targets, training.groups
    )
    return rest, done, SingleSpectra(rows, singles.sample)
