"""Scores from the Gram matrix are those of scikit-learn's PCA, signs included."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline

from pat.calibration.blocks import prepare
from pat.calibration.sample_space import pca_scores, views
from pat.calibration.sample_space.gram import gram
from pat.calibration.trainings import Trainings
from pat.preprocessing import EMSC, MSC, SNV
from tests.calibration.sets import AXIS, make_set

RECIPES = {"raw": "passthrough", "SNV": SNV(), "MSC": MSC(), "EMSC": EMSC(1, AXIS)}


@pytest.mark.parametrize("recipe", RECIPES)
def test_scores_and_their_spread_are_those_of_scikit_learn(recipe: str) -> None:
    cal = make_set(6, 5)
    train = np.arange(30) % 6 != 2
    steps = Pipeline([("step", RECIPES[recipe])])
    block = prepare(steps, cal.intensities)
    ((view, _),) = views(block, Trainings(targets=np.zeros((1, 30)), rows=train[None]), gram)

    scores, spread = pca_scores(view, train, n_components=6)

    pca = PCA(6, svd_solver="full").fit(
        steps.fit(cal.intensities[train]).transform(cal.intensities[train])
    )
    expected = pca.transform(steps.transform(cal.intensities))
    np.testing.assert_allclose(scores, expected, atol=1e-7 * spread[0])
    np.testing.assert_allclose(spread, np.sqrt(pca.explained_variance_), rtol=1e-7)
