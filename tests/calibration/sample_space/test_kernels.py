"""Models on kernels predict in sample space what scikit-learn predicts in every fold."""

import numpy as np
import pytest

from pat.arrays import FloatArray
from pat.calibration import GaussianProcessFamily, KernelSVRFamily
from pat.calibration.blocks import prepare
from pat.calibration.families import Family
from pat.calibration.trainings import Trainings
from tests.calibration.sample_space.ill_conditioned import (
    N_CHANNELS,
    RECIPES,
    make_spectra,
    make_trainings,
)

GAUSSIAN = GaussianProcessFamily(
    (
        {"length_scale": 2.0, "noise": 1.0},
        {"length_scale": 2.0, "noise": 1e-2},
        {"length_scale": 0.3, "noise": 1e-4},
    )
)
SUPPORT = KernelSVRFamily(
    (
        {"C": 3.0, "epsilon": 0.1},
        {"C": 1.0, "epsilon": 0.05, "gamma": 0.3},
        {"C": 100.0, "epsilon": 0.05, "gamma": 3.0},
        {"C": 1000.0, "epsilon": 0.05, "gamma": 3.0},
    )
)


@pytest.fixture(scope="module")
def spectra() -> FloatArray:
    return make_spectra()


@pytest.fixture(scope="module")
def trainings(spectra: FloatArray) -> Trainings:
    return make_trainings(spectra)


def largest_difference(
    family: Family, recipe: str, spectra: FloatArray, trainings: Trainings
) -> float:
    """Return the largest difference from the Pipeline in any fold, in sd of y."""
    found = family.held_out(prepare(RECIPES[recipe], spectra), trainings)
    worst = 0.0
    for number, setting in enumerate(family.settings):
        model = family.pipeline(RECIPES[recipe], setting, shape=(N_CHANNELS, 0))
        for training, rows in enumerate(trainings.rows):
            assert np.isnan(found[training, number, rows]).all()
            y = trainings.targets[training, rows]
            expected = model.fit(spectra[rows], y).predict(spectra[~rows])
            difference = np.abs(found[training, number, ~rows] - expected)
            worst = max(worst, float(difference.max() / y.std()))
    return worst


@pytest.mark.parametrize("recipe", RECIPES)
def test_gaussian_processes_equal_scikit_learn(
    recipe: str, spectra: FloatArray, trainings: Trainings
) -> None:
    assert largest_difference(GAUSSIAN, recipe, spectra, trainings) < 1e-8


@pytest.mark.parametrize("recipe", RECIPES)
def test_support_vectors_equal_scikit_learn_to_the_tolerance_of_libsvm(
    recipe: str, spectra: FloatArray, trainings: Trainings
) -> None:
    some = trainings.take(np.array([0, 3, 8]))

    assert largest_difference(SUPPORT, recipe, spectra, some) < 1e-3
