"""Samples too few to choose by are used in a way that was agreed before, and the rows say so."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

from pat.transfer.catalogue import AGREED, UNCHANGED
from pat.transfer.choice import Rule
from pat.transfer.few import agreed_choice, not_narrower
from pat.transfer.methods import Samples
from pat.transfer.recalibration import Recipe
from tests.soft_sensor.sensors import plain_sensor

LINE = Pipeline([("line", LinearRegression())])
RECIPES = [Recipe("travels", None, LINE), Recipe("own 1", None, LINE, own=True),
           Recipe("own 2", None, LINE, own=True)]  # fmt: skip


def biased(by, *, n_new=2, seed=0):
    rng = np.random.default_rng(seed)
    true = np.arange(1.0, 5.0)
    old, new = rng.normal(size=(40, 4)), rng.normal(size=(n_new, 4))
    return Samples(old, old @ true, new, new @ true - by, np.full(n_new, -1))


def chosen(samples):
    groups = np.arange(len(samples.new_y)).astype(object)
    return agreed_choice(RECIPES, [samples] * 3, groups)


def test_every_agreed_method_stands_in_the_mean_whatever_the_samples_say():
    choice = chosen(biased(5.0))

    wanted = [(recipe, method.name) for recipe in ("travels", "own 1") for method in AGREED]
    assert [(one.recipe.name, one.method.name) for one in choice.members] == wanted
    assert choice.rule is Rule.AGREED
    assert choice.local == np.inf


def test_the_old_calibration_beside_it_is_fitted_to_no_sample():
    assert chosen(biased(0.8)).unchanged == pytest.approx(0.8)


def test_the_interval_is_never_narrower_than_the_old_one_with_its_level_unsure():
    old = plain_sensor().interval
    narrow = replace(old, below=old.below / 100, above=old.above * 100)

    kept = not_narrower(narrow, old, n_samples=2)

    assert kept.below == pytest.approx(old.below * np.sqrt(1.5))
    assert kept.above == old.above * 100


def test_the_sensor_as_it_is_needs_no_sample():
    assert UNCHANGED.needs_assays == 0
