"""Chooses among methods and recipes by leaving transfer samples out, the local model beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.transfer.catalogue import LOCAL, METHODS, UNCHANGED
from pat.transfer.methods import Method, Samples
from pat.transfer.recalibration import Recipe

#: Methods whose error is within this factor of the best may enter the mean: ten samples cannot
#: tell them apart (the root of the 97.5 % quantile of F with 10 and 10 degrees of freedom).
NEAR_BEST = 1.9


class Rule(StrEnum):
    """How the members of the mean were found."""

    LEFT_OUT = "chosen by leaving transfer samples out"
    AGREED = "agreed before any sample was seen: too few samples to choose by"


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """One recipe with one method, and what it predicts of left-out transfer samples."""

    recipe: Recipe
    method: Method
    predictions: FloatArray  # (n_samples,)
    rmse: float


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What leaving transfer samples out says.

    Parameters
    ----------
    tried : tuple of Tried
        Best first.
    members : tuple of Tried
        Those whose mean is the transferred sensor.
    rmse : float
        Of their mean; optimistic where the same samples chose them.
    unchanged, local : float
        The best of the old calibration as it is, and of a model on the transfer samples
        alone; infinite where it cannot be fitted.
    rule : Rule
    """

    tried: tuple[Tried, ...]
    members: tuple[Tried, ...]
    rmse: float
    unchanged: float
    local: float
    rule: Rule


def choose(
    recipes: Sequence[Recipe],
    samples: Sequence[Samples],
    groups: NDArray[np.object_],
    *,
    methods: Sequence[Method] = METHODS,
) -> Choice:
    """Return the choice among all recipes and methods.

    Parameters
    ----------
    recipes : sequence of Recipe
    samples : sequence of Samples
        Rows after each recipe's row-wise steps.
    groups : array of shape (n_new,)
        Transfer samples that are left out together.
    methods : sequence of Method
    """
    tried = [
        one
        for recipe, rows in zip(recipes, samples, strict=True)
        for method in methods
        if method.needs_assays <= len(groups)
        and (one := tried_method(recipe, method, rows, groups)) is not None
    ]
    tried.sort(key=lambda one: one.rmse)
    members = mean_members(tried)
    wanted = samples[0].new_y
    rmse = mean_rmse(members, wanted)
    as_it_is = min((one.rmse for one in tried if one.method is UNCHANGED), default=np.inf)
    alone = min((one.rmse for one in tried if one.method is LOCAL), default=np.inf)
    return Choice(tuple(tried), members, rmse, as_it_is, alone, Rule.LEFT_OUT)


def mean_rmse(members: Sequence[Tried], wanted: FloatArray) -> float:
    """Return the RMSE of the members' mean prediction of the transfer samples (n_samples,)."""
    return _rmse(np.mean([one.predictions for one in members], axis=0) - wanted)


def mean_members(tried: Sequence[Tried]) -> tuple[Tried, ...]:
    """Return whose mean is taken, best first.

    Leaving out ten samples orders methods poorly, so the winner is not crowned: the best
    local model and the best slope and bias, whose faults are opposite, stand beside the best
    of all and the best of another method, unless they are far worse.
    """
    wanted = [tried[0]]
    for fits in (
        lambda one: one.method.name == "slope and bias",
        lambda one: one.method is LOCAL,
        lambda one: one.method is not tried[0].method,
    ):
        best = next((one for one in tried if fits(one)), None)
        if best is not None and best.rmse <= NEAR_BEST * tried[0].rmse:
            wanted.append(best)
    return tuple(one for one in tried if any(one is other for other in wanted))


def tried_method(
    recipe: Recipe, method: Method, samples: Samples, groups: NDArray[np.object_]
) -> Tried | None:
    predictions = left_out_predictions(recipe.rest, method, samples, groups)
    if predictions is None:
        return None
    return Tried(recipe, method, predictions, _rmse(predictions - samples.new_y))


def left_out_predictions(
    rest: Pipeline, method: Method, samples: Samples, groups: NDArray[np.object_]
) -> FloatArray | None:
    """Return what a method fitted without each group predicts of it; None where it cannot."""
    predictions = np.full(len(groups), np.nan)
    for group in dict.fromkeys(groups.tolist()):
        out = groups == group
        kept = samples.only(~out)
        if method.needs_assays > 0 and len(kept.new_y) == 0:
            return None
        fitted = method.fit(rest, kept)
        if fitted is None:
            return None
        predictions[out] = np.asarray(fitted.predict(samples.new[out])).ravel()
    return predictions


def _rmse(errors: FloatArray) -> float:
    return float(np.sqrt(np.mean(np.square(errors))))
