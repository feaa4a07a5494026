"""Sample-space PLS predicts what scikit-learn predicts, fold by fold, to 1e-8 of y's sd."""

import numpy as np
import pytest

from pat.arrays import FloatArray
from pat.calibration.blocks import Block, prepare
from pat.calibration.ordinary import OrdinaryPLS
from pat.calibration.sample_space import SampleSpacePLS
from pat.calibration.trainings import Trainings
from tests.calibration.sample_space.ill_conditioned import (
    N_CHANNELS,
    N_SAMPLES,
    RECIPES,
    assert_same,
    make_spectra,
    make_trainings,
)

N_COMPONENTS = 15


@pytest.fixture(scope="module")
def spectra() -> FloatArray:
    return make_spectra()


@pytest.fixture(scope="module")
def trainings(spectra: FloatArray) -> Trainings:
    return make_trainings(spectra)


@pytest.mark.parametrize("recipe", RECIPES)
def test_sample_space_pls_equals_scikit_learn_in_every_fold(
    recipe: str, spectra: FloatArray, trainings: Trainings
) -> None:
    block = prepare(RECIPES[recipe], spectra)

    fast = SampleSpacePLS(N_COMPONENTS).held_out(block, trainings)

    assert_same(fast, OrdinaryPLS(N_COMPONENTS).held_out(block, trainings), trainings)


@pytest.mark.parametrize("recipe", ["first derivative and SNV", "MSC"])
def test_process_values_as_a_second_block_equal_the_joined_pipeline(
    recipe: str, spectra: FloatArray, trainings: Trainings
) -> None:
    rng = np.random.default_rng(13)
    process = rng.normal(size=(N_SAMPLES, 3)) * [0.05, 20, 1e3] + [7, 40, 5e3]
    process[:, 2] = np.where(np.arange(N_SAMPLES) < 15, process[:, 2], 1.0)
    block = prepare(RECIPES[recipe], spectra, process=process)

    fast = SampleSpacePLS(N_COMPONENTS).held_out(block, trainings)

    assert_same(fast, OrdinaryPLS(N_COMPONENTS).held_out(block, trainings), trainings)


def test_predictions_stop_changing_where_the_rank_is_used_up(trainings: Trainings) -> None:
    rng = np.random.default_rng(14)
    block = Block(rows=rng.normal(size=(N_SAMPLES, 3)) @ rng.normal(size=(3, N_CHANNELS)))

    fast = SampleSpacePLS(6).held_out(block, trainings)

    ordinary = OrdinaryPLS(3).held_out(block, trainings)
    spread = np.nanstd(trainings.targets)
    assert np.nanmax(np.abs(fast[:, :3] - ordinary)) < 1e-8 * spread
    assert np.nanmax(np.abs(fast[:, 3:] - fast[:, 2:3])) < 1e-8 * spread


def test_more_components_than_the_rows_carry_are_not_predicted(spectra: FloatArray) -> None:
    rows = np.zeros((1, N_SAMPLES), dtype=bool)
    rows[0, ::9] = True
    one = Trainings(targets=spectra[:, :1].T, rows=rows)

    fast = SampleSpacePLS(N_COMPONENTS).held_out(Block(rows=spectra), one)

    carried = np.isfinite(fast[0]).any(axis=1)
    np.testing.assert_array_equal(carried, np.arange(1, N_COMPONENTS + 1) <= 8)


def test_what_is_held_out_does_not_move_any_prediction_of_another_row(
    spectra: FloatArray, trainings: Trainings
) -> None:
    one = trainings.take(np.array([0]))
    held = np.flatnonzero(~one.rows[0])
    poisoned = spectra.copy()
    poisoned[held[1:]] *= np.linspace(2, 3, N_CHANNELS) ** 2
    clean = SampleSpacePLS(N_COMPONENTS).held_out(Block(rows=spectra), one)

    dirty = SampleSpacePLS(N_COMPONENTS).held_out(Block(rows=poisoned), one)

    spread = np.nanstd(trainings.targets)
    assert np.max(np.abs(dirty - clean)[0, :, held[0]]) < 1e-7 * spread
