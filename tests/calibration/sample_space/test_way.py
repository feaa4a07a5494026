"""Where rows are many PLS goes without a Gram matrix, to the same predictions, and says so."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from pat.arrays import FloatArray
from pat.calibration import PLSFamily, RidgeFamily, SearchSpace, search
from pat.calibration.blocks import Block, prepare
from pat.calibration.ordinary import OrdinaryPLS
from pat.calibration.sample_space import SampleSpacePLS, Way, free_memory, way_of_pls
from pat.calibration.sample_space import held_out as held_out_module
from pat.calibration.sample_space.way import fits_memory
from pat.calibration.trainings import Trainings
from tests.calibration.sample_space.ill_conditioned import (
    N_SAMPLES,
    RECIPES,
    assert_same,
    make_spectra,
    make_trainings,
)
from tests.calibration.sets import make_set

EMPTY = "MemTotal: 1 kB\nMemAvailable:       1 kB\n"


@pytest.fixture(scope="module")
def spectra() -> FloatArray:
    return make_spectra()


@pytest.fixture(scope="module")
def trainings(spectra: FloatArray) -> Trainings:
    return make_trainings(spectra)


@pytest.fixture
def no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = tmp_path / "meminfo"
    facts.write_text(EMPTY)
    monkeypatch.setattr(free_memory, "MACHINE", facts)


@pytest.mark.parametrize("with_process", [False, True], ids=["spectra", "with process values"])
@pytest.mark.parametrize("recipe", RECIPES)
def test_pls_over_the_rows_equals_scikit_learn_in_every_fold(
    recipe: str,
    with_process: bool,
    spectra: FloatArray,
    trainings: Trainings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(held_out_module, "way_of_pls", lambda *_, **__: Way.ROWS)
    process = np.random.default_rng(13).normal([7.0, 40.0], size=(N_SAMPLES, 2))
    block = prepare(RECIPES[recipe], spectra, process=process if with_process else None)

    fast = SampleSpacePLS(10).held_out(block, trainings)

    assert_same(fast, OrdinaryPLS(10).held_out(block, trainings), trainings)


def test_the_matrix_pays_for_few_rows_and_not_for_many() -> None:
    few, many = (Block(rows=np.ones((n, 1351))) for n in (336, 3000))

    assert way_of_pls(few, 168, n_components=15) is Way.GRAM
    assert way_of_pls(many, 168, n_components=15) is Way.ROWS
    # Twenty-four trainings cross over at 940 rows, by the count of operations.
    near = [Block(rows=np.ones((n, 1351))) for n in (930, 950)]
    assert [way_of_pls(b, 24, n_components=15) for b in near] == [Way.GRAM, Way.ROWS]


def test_a_matrix_a_fold_does_not_pay() -> None:
    block = Block(rows=np.ones((336, 1351)), learned=Pipeline([("scale", StandardScaler())]))

    assert way_of_pls(block, 168, n_components=15) is Way.ROWS


@pytest.mark.usefixtures("no_memory")
def test_where_matrices_do_not_fit_pls_goes_on_and_the_result_says_so() -> None:
    cal = make_set(4, 5)
    recipes = {"raw": Pipeline([("spectrum", "passthrough")])}

    result = search(cal, SearchSpace(recipes, (PLSFamily(4), RidgeFamily((1.0, 0.1)))))["glucose"]

    table = result.table.set_index("model")
    assert result.rmsecv < 1
    assert (table.loc["pls", "remark"] == "PLS went matrix-free").all()
    assert table.loc["ridge", "failed"].str.contains("GiB of free memory for the Gram").all()


def test_a_system_that_tells_nothing_of_its_memory_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("MACHINE", "CONTAINERS", "PROCESS"):
        monkeypatch.setattr(free_memory, place, tmp_path / "absent")

    assert free_memory.free_memory() is None
    assert fits_memory(10**6)


def _grumbling(spectra: FloatArray) -> FloatArray:
    warnings.warn("a baseline did not settle", UserWarning, stacklevel=1)
    return spectra


@pytest.mark.usefixtures("no_memory")
def test_a_warning_does_not_hide_which_way_was_taken() -> None:
    recipes = {"raw": Pipeline([("step", FunctionTransformer(_grumbling))])}

    result = search(make_set(4, 5), SearchSpace(recipes, (PLSFamily(4),)))["glucose"]

    assert set(result.table["remark"]) == {"a baseline did not settle; PLS went matrix-free"}
