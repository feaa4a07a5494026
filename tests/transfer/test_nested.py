"""Where the choice is made anew without each sample, choosing by luck is paid for."""

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from pat.transfer.catalogue import ADDED, METHODS, UNCHANGED
from pat.transfer.choice import choose, left_out_predictions
from pat.transfer.methods import Samples
from pat.transfer.nested import MOST_BLOCKS, chosen_anew
from pat.transfer.recalibration import Recipe

LINE = Pipeline([("line", LinearRegression())])


def rmse(errors):
    return np.sqrt(np.mean(np.square(errors)))


def useless(rng, *, n_new):
    """A calibration that knows nothing of the new samples."""
    old = rng.normal(size=(12, 3))
    return Samples(old, rng.normal(size=12), rng.normal(size=(n_new, 3)), np.zeros(n_new),
                   np.full(n_new, -1))  # fmt: skip


def test_with_nothing_to_choose_it_is_leaving_out():
    rng = np.random.default_rng(1)
    samples = useless(rng, n_new=8)
    groups = np.array(list("aabbccdd"), dtype=object)

    anew = chosen_anew([Recipe("one", None, LINE)], [samples], groups, methods=[ADDED])

    np.testing.assert_allclose(anew, left_out_predictions(LINE, ADDED, samples, groups))


def test_the_luck_of_the_winner_is_not_in_the_error():
    chosen, anew, true = [], [], []
    for seed in range(15):
        rng = np.random.default_rng(seed)
        recipes = [Recipe(f"{number}", None, LINE) for number in range(6)]
        every = [useless(rng, n_new=206) for _ in recipes]
        wanted = rng.normal(size=206)
        six = np.arange(206) < 6
        every = [Samples(one.old, one.old_y, one.new, wanted, one.partner) for one in every]
        few = [one.only(six) for one in every]
        groups = np.arange(6).astype(object)
        choice = choose(recipes, few, groups, methods=[UNCHANGED])
        chosen.append(choice.rmse**2)
        found = chosen_anew(recipes, few, groups, methods=[UNCHANGED])
        anew.append(rmse(found - wanted[six]) ** 2)
        at = recipes.index(choice.members[0].recipe)
        fitted = UNCHANGED.fit(LINE, few[at])
        true.append(rmse(fitted.predict(every[at].new[~six]) - wanted[~six]) ** 2)

    assert np.mean(chosen) < 0.85 * np.mean(true)
    assert np.mean(anew) > 0.95 * np.mean(true)


def test_many_samples_are_left_out_in_blocks():
    rng = np.random.default_rng(2)
    samples = useless(rng, n_new=3 * MOST_BLOCKS)
    groups = np.arange(3 * MOST_BLOCKS).astype(object)

    anew = chosen_anew([Recipe("one", None, LINE)], [samples], groups, methods=METHODS[:2])

    assert np.isfinite(anew).all()
