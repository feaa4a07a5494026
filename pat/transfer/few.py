"""What is done with transfer samples that are too few to choose by: agreed before, and said so."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pat.soft_sensor.interval import Interval
from pat.transfer.catalogue import AGREED, UNCHANGED
from pat.transfer.choice import Choice, Rule, mean_rmse, tried_method
from pat.transfer.methods import Samples
from pat.transfer.recalibration import Recipe

#: From so many transfer samples on, leaving one out can tell methods apart at all.
FEWEST_TO_CHOOSE = 4
#: Why no row of such a sensor is good.
UNTESTED = "level set by {} samples of this instrument, too few to test it"


def agreed_choice(
    recipes: Sequence[Recipe],
    samples: Sequence[Samples],
    groups: NDArray[np.object_],
) -> Choice:
    """Return the equal mean of the agreed methods over the recipes, the first own one among them.

    Parameters
    ----------
    recipes : sequence of Recipe
    samples : sequence of Samples
        Rows after each recipe's row-wise steps.
    groups : array of shape (n_new,)
        Transfer samples that are left out together, for the evidence alone.
    """
    own = next(number for number, recipe in enumerate(recipes) if recipe.own)
    taken = [n for n, recipe in enumerate(recipes) if n == own or not recipe.own]
    members = tuple(
        one
        for n in taken
        for method in AGREED
        if (one := tried_method(recipes[n], method, samples[n], groups)) is not None
    )
    as_it_is = tried_method(recipes[own], UNCHANGED, samples[own], groups)
    assert as_it_is is not None  # the old calibration can always be fitted
    wanted = samples[own].new_y
    return Choice(
        tried=members,
        members=members,
        rmse=mean_rmse(members, wanted),
        unchanged=as_it_is.rmse,
        local=np.inf,
        rule=Rule.AGREED,
    )


def not_narrower(found: Interval, old: Interval, *, n_samples: int) -> Interval:
    """Return the interval found, no narrower than the old one with the level of so few samples.

    Two samples that happen to lie alike would else promise what the old instrument never held.
    """
    least = np.sqrt(1 + 1 / n_samples)
    return replace(
        found, below=max(found.below, least * old.below), above=max(found.above, least * old.above)
    )


def wider(interval: Interval, factor: float) -> Interval:
    """Return the interval, `factor` times as wide."""
    return replace(interval, below=factor * interval.below, above=factor * interval.above)
