"""The price of choosing: errors where the choice is made anew without each transfer sample."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pat.arrays import FloatArray, IntArray
from pat.calibration.merit import rmse
from pat.transfer.catalogue import METHODS
from pat.transfer.choice import Choice, Rule, choose
from pat.transfer.data import TransferData
from pat.transfer.folds import left_out_together
from pat.transfer.methods import Method, Samples
from pat.transfer.recalibration import Recipe
from pat.transfer.sets import samples_of

#: Blocks of transfer samples that are left out in turn; more would cost time and tell little.
MOST_BLOCKS = 10


def predicted_anew(data: TransferData, rows: IntArray, choice: Choice) -> FloatArray:
    """Return what is predicted of each transfer sample (n_rows,) by a choice made without it.

    Where nothing was chosen, what the members fitted without it predict.
    """
    if choice.rule is not Rule.LEFT_OUT:
        mean: FloatArray = np.mean([one.predictions for one in choice.members], axis=0)
        return mean
    assert data.new is not None
    recipes = list(dict.fromkeys(one.recipe for one in choice.tried))
    samples = [samples_of(data, rows, recipe) for recipe in recipes]
    return chosen_anew(recipes, samples, left_out_together(data.new.groups[rows]))


def price_of_choosing(choice: Choice, anew: FloatArray, wanted: FloatArray) -> float:
    """Return by what factor the error grows where the choice is made anew without each sample.

    At least 1: the residuals that set the interval come from members that the same samples
    chose.
    """
    return max(1.0, rmse(anew - wanted) / choice.rmse) if choice.rmse > 0 else 1.0


def chosen_anew(
    recipes: Sequence[Recipe],
    samples: Sequence[Samples],
    groups: NDArray[np.object_],
    *,
    methods: Sequence[Method] = METHODS,
) -> FloatArray:
    """Return what means that were chosen and fitted without a sample predict of it.

    Parameters
    ----------
    recipes : sequence of Recipe
    samples : sequence of Samples
        Rows after each recipe's row-wise steps.
    groups : array of shape (n_new,)
        Transfer samples that are left out together; at least two.
    methods : sequence of Method

    Returns
    -------
    ndarray of shape (n_new,)

    References
    ----------
    Varma and Simon (2006). BMC Bioinformatics 7, 91.
    """
    place = {group: number for number, group in enumerate(dict.fromkeys(groups.tolist()))}
    block = np.array([place[group] % MOST_BLOCKS for group in groups.tolist()])
    predictions = np.empty(len(groups))
    for number in np.unique(block):
        out = block == number
        kept = [rows.only(~out) for rows in samples]
        choice = choose(recipes, kept, groups[~out], methods=methods)
        found = []
        for member in choice.members:
            at = next(i for i, recipe in enumerate(recipes) if recipe is member.recipe)
            fitted = member.method.fit(member.recipe.rest, kept[at])
            assert fitted is not None  # it was fitted to fewer samples
            found.append(np.ravel(fitted.predict(samples[at].new[out])))
        predictions[out] = np.mean(found, axis=0)
    return predictions
