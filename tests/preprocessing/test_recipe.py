"""A recipe tells on which axis its model's coefficients lie, fitted or not."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from pat.errors import AxisError
from pat.preprocessing import SNV, Crop, Resample, SavitzkyGolay, axis_after, regular_grid

AXIS = np.arange(300.0, 2000.0, 0.5)
GRID = regular_grid([(400.0, 1800.0)], 2.0)
KEPT = GRID[(GRID >= 800.0) & (GRID <= 1200.0)]


def test_a_recipe_is_followed_to_where_the_model_takes_over():
    recipe = make_pipeline(
        Resample(AXIS, GRID),
        SavitzkyGolay(20.0, axis=GRID),
        Crop(GRID, [(800.0, 1200.0)]),
        SNV(),
        StandardScaler(),
        PLSRegression(2),
    )

    assert np.array_equal(axis_after(recipe, AXIS), KEPT)


def test_the_axis_is_as_long_as_what_the_fitted_recipe_gives():
    X = np.random.default_rng(0).normal(size=(5, AXIS.size))
    recipe = make_pipeline(Resample(AXIS, GRID), Crop(GRID, [(800.0, 1200.0)]))

    assert recipe.fit_transform(X).shape[1] == axis_after(recipe, AXIS).size
    assert np.array_equal(recipe[-1].axis_out_, axis_after(recipe, AXIS))


def test_nested_passthrough_and_plain_steps_are_followed_too():
    inner = Pipeline([("crop", Crop(GRID, [(800.0, 1200.0)])), ("none", "passthrough")])
    steps = [Resample(AXIS, GRID), None, inner, PCA(2), Crop(None, [(0.0, 1.0)])]

    assert np.array_equal(axis_after(steps, AXIS), KEPT)
    assert np.array_equal(axis_after([SNV()], AXIS), AXIS)


def test_a_step_set_up_for_another_axis_is_named():
    with pytest.raises(AxisError, match=r"SavitzkyGolay: expected spectra on 300 to .*400 to 1800"):
        axis_after([Resample(AXIS, GRID), SavitzkyGolay(20.0, axis=AXIS)], AXIS)
