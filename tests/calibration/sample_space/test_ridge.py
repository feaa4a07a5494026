"""Sample-space ridge predicts what scikit-learn predicts, fold by fold, to 1e-8 of y's sd."""

import numpy as np
import pytest

from pat.arrays import FloatArray
from pat.calibration import RidgeFamily
from pat.calibration.blocks import Block, prepare
from pat.calibration.sample_space import SampleSpaceRidge
from pat.calibration.trainings import Trainings
from tests.calibration.sample_space.ill_conditioned import (
    N_CHANNELS,
    N_SAMPLES,
    RECIPES,
    assert_same,
    make_spectra,
    make_trainings,
)

PENALTIES = (10.0, 1e-3, 1e-7)


@pytest.fixture(scope="module")
def spectra() -> FloatArray:
    return make_spectra()


@pytest.fixture(scope="module")
def trainings(spectra: FloatArray) -> Trainings:
    return make_trainings(spectra).take(np.array([0, 5, 8]))


@pytest.mark.parametrize("with_process", [False, True], ids=["spectra", "with process values"])
@pytest.mark.parametrize("recipe", RECIPES)
def test_sample_space_ridge_equals_scikit_learn_in_every_fold(
    recipe: str, with_process: bool, spectra: FloatArray, trainings: Trainings
) -> None:
    rng = np.random.default_rng(13)
    process = rng.normal(size=(N_SAMPLES, 2)) * [0.05, 1e3] + [7, 5e3]
    family = RidgeFamily(PENALTIES, with_process=with_process)
    block = prepare(RECIPES[recipe], spectra, process=process if with_process else None)
    inputs = np.hstack([spectra, process]) if with_process else spectra

    fast = family.held_out(block, trainings)

    ordinary = np.full_like(fast, np.nan)
    for number, setting in enumerate(family.settings):
        model = family.pipeline(RECIPES[recipe], setting, shape=(N_CHANNELS, 2))
        for training, rows in enumerate(trainings.rows):
            model.fit(inputs[rows], trainings.targets[training, rows])
            ordinary[training, number, ~rows] = model.predict(inputs[~rows])
    assert_same(fast, ordinary, trainings)


def test_what_is_held_out_does_not_move_any_prediction_of_another_row(
    spectra: FloatArray, trainings: Trainings
) -> None:
    one = trainings.take(np.array([0]))
    held = np.flatnonzero(~one.rows[0])
    poisoned = spectra.copy()
    poisoned[held[1:]] *= np.linspace(2, 3, N_CHANNELS) ** 2
    clean = SampleSpaceRidge(PENALTIES).held_out(Block(rows=spectra), one)

    dirty = SampleSpaceRidge(PENALTIES).held_out(Block(rows=poisoned), one)

    spread = np.nanstd(trainings.targets)
    assert np.max(np.abs(dirty - clean)[0, :, held[0]]) < 1e-7 * spread


def test_constant_spectra_predict_the_mean() -> None:
    rows = np.arange(12) < 8
    one = Trainings(targets=np.arange(12.0)[None], rows=rows[None])

    found = SampleSpaceRidge(PENALTIES).held_out(Block(rows=np.ones((12, 5))), one)

    np.testing.assert_allclose(found[0, :, ~rows], 3.5)
