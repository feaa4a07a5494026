"""Sample-space PLS predicts what scikit-learn predicts, fold by fold, to 1e-8 of y's sd."""

import numpy as np
import pytest
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from pat.arrays import FloatArray
from pat.calibration.blocks import Block, prepare
from pat.calibration.ordinary import OrdinaryPLS
from pat.calibration.sample_space import SampleSpacePLS
from pat.calibration.trainings import Trainings
from pat.preprocessing import EMSC, MSC, SNV, SavitzkyGolay

N_SAMPLES, N_CHANNELS, N_COMPONENTS = 90, 240, 15


@pytest.fixture(scope="module")
def spectra() -> FloatArray:
    """Overlapping bands on a fluorescence that is a hundred times larger: ill-conditioned."""
    rng = np.random.default_rng(11)
    axis = np.linspace(0, 1, N_CHANNELS)
    bands = np.exp(-0.5 * ((axis - rng.uniform(0, 1, (12, 1))) / 0.03) ** 2)
    background = np.vander(axis, 4).T
    concentrations = rng.uniform(0, 1, (N_SAMPLES, 12))
    fluorescence = 100 * rng.uniform(0.5, 1.5, (N_SAMPLES, 4))
    noise = rng.normal(scale=1e-3, size=(N_SAMPLES, N_CHANNELS))
    return 1000 + concentrations @ bands + fluorescence @ background + noise


@pytest.fixture(scope="module")
def trainings(spectra: FloatArray) -> Trainings:
    """Two analytes, one of them with missing assays, each over six folds."""
    rng = np.random.default_rng(12)
    targets = rng.normal(size=(2, N_SAMPLES)) + 30 * spectra[:, [60, 150]].T / spectra.max()
    targets[1, rng.choice(N_SAMPLES, 20, replace=False)] = np.nan
    groups = np.arange(N_SAMPLES) // 5
    rows = np.array([groups % 6 != fold for fold in range(6)])
    known = np.isfinite(targets)
    return Trainings(
        targets=np.repeat(targets, 6, axis=0), rows=np.concatenate([rows & k for k in known])
    )


RECIPES = {
    "raw": [],
    "first derivative and SNV": [
        ("derivative", SavitzkyGolay(15, 2, deriv=1)),
        ("scatter", SNV()),
    ],
    "smoothed": [("smooth", SavitzkyGolay(21, 2))],
    "MSC": [("scatter", MSC())],
    "EMSC": [("smooth", SavitzkyGolay(15, 2)), ("scatter", EMSC(2))],
    "autoscaled": [("autoscale", StandardScaler())],
}


def assert_same(fast: FloatArray, ordinary: FloatArray, trainings: Trainings) -> None:
    spread = np.nanstd(trainings.targets)
    np.testing.assert_array_equal(np.isnan(fast), np.isnan(ordinary))
    assert np.nanmax(np.abs(fast - ordinary)) < 1e-8 * spread


@pytest.mark.parametrize("recipe", RECIPES)
def test_sample_space_pls_equals_scikit_learn_in_every_fold(
    recipe: str, spectra: FloatArray, trainings: Trainings
) -> None:
    block = prepare(Pipeline(RECIPES[recipe] or [("none", "passthrough")]), spectra)

    fast = SampleSpacePLS(N_COMPONENTS).held_out(block, trainings)

    assert_same(fast, OrdinaryPLS(N_COMPONENTS).held_out(block, trainings), trainings)


@pytest.mark.parametrize("recipe", ["first derivative and SNV", "MSC"])
def test_process_values_as_a_second_block_equal_the_joined_pipeline(
    recipe: str, spectra: FloatArray, trainings: Trainings
) -> None:
    rng = np.random.default_rng(13)
    process = rng.normal(size=(N_SAMPLES, 3)) * [0.05, 20, 1e3] + [7, 40, 5e3]
    process[:, 2] = np.where(np.arange(N_SAMPLES) < 15, process[:, 2], 1.0)
    block = prepare(Pipeline(RECIPES[recipe]), spectra, process=process)

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
