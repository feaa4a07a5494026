"""Each candidate is a plain scikit-learn Pipeline that predicts what the search used."""

import sys

import numpy as np
import pytest
from sklearn.pipeline import Pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from pat.arrays import FloatArray
from pat.calibration import (
    Candidate,
    Family,
    GaussianProcessFamily,
    KernelSVRFamily,
    LightGBMFamily,
    PLSFamily,
    RidgeFamily,
    SVRFamily,
)
from pat.calibration.block_scaler import BlockScaler
from pat.calibration.blocks import prepare
from pat.calibration.trainings import Trainings
from pat.preprocessing import EMSC, MSC, SNV, SavitzkyGolay
from tests.calibration.sets import AXIS, make_set

BOOSTED = {"n_estimators": 30, "num_leaves": 5, "min_child_samples": 3, "learning_rate": 0.2}
FAMILIES: dict[str, type] = {
    "pls": PLSFamily,
    "ridge": RidgeFamily,
    "svr": SVRFamily,
    "kernel-svr": KernelSVRFamily,
    "gp": GaussianProcessFamily,
    "lightgbm": LightGBMFamily,
}
ARGUMENTS = {
    "pls": 6,
    "ridge": (1.0, 1e-2, 1e-4, 1e-6),
    "kernel-svr": (
        {"C": 3.0, "epsilon": 0.1},
        {"C": 3.0, "epsilon": 0.1, "gamma": 0.5},
        {"C": 30.0, "epsilon": 0.1, "gamma": 0.5},
    ),
    "gp": (
        {"length_scale": 1.0, "noise": 0.1},
        {"length_scale": 1.0, "noise": 1e-3},
        {"length_scale": 5.0, "noise": 1e-4},
    ),
    "svr": ({"n_scores": 3, "C": 2.0}, {"n_scores": 6, "kernel": "linear", "C": 0.5}),
    "lightgbm": ({"n_scores": 3, **BOOSTED}, {"n_scores": 6, **BOOSTED}),
}
RECIPES = {
    "derivative and SNV": Pipeline(
        [("savgol", SavitzkyGolay(55, 2, deriv=1, axis=AXIS)), ("scatter", SNV())]
    ),
    "MSC": Pipeline([("scatter", MSC())]),
    "EMSC": Pipeline([("savgol", SavitzkyGolay(55, 2, axis=AXIS)), ("scatter", EMSC(2, AXIS))]),
    "raw": Pipeline([("spectrum", "passthrough")]),
}
# Trees move values across split points and libsvm stops at a tolerance of its own (1e-4 for the
# kernels), so rounding shows in them at most at this level; elsewhere it does not.
TOLERANCE = {
    "pls": 1e-8,
    "ridge": 1e-8,
    "svr": 1e-6,
    "kernel-svr": 1e-3,
    "gp": 1e-8,
    "lightgbm": 1e-6,
}


def family(name: str, *, with_process: bool) -> Family:
    return FAMILIES[name](ARGUMENTS[name], with_process=with_process)


@pytest.mark.parametrize("with_process", [False, True], ids=["spectra", "with process values"])
@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("model", FAMILIES)
def test_the_pipeline_predicts_what_the_search_used(
    model: str, recipe: str, with_process: bool
) -> None:
    cal = make_set(8, 5, n_tags=2, seed=4)
    process = cal.process.to_numpy()
    train = ~np.isin(cal.cultures, ["run/V02", "run/V05"])
    targets = cal.values["glucose"].to_numpy()
    chosen = family(model, with_process=with_process)
    block = prepare(RECIPES[recipe], cal.intensities, process=process if with_process else None)

    searched = chosen.held_out(block, Trainings(targets=targets[None], rows=train[None]))[0]

    for setting, expected in zip(chosen.settings, searched, strict=True):
        candidate = Candidate(recipe, RECIPES[recipe], chosen, setting)
        pipeline = candidate.pipeline(n_channels=AXIS.size, n_tags=2)
        inputs = candidate.inputs(cal.intensities, process)
        predicted = pipeline.fit(inputs[train], targets[train]).predict(inputs)
        assert np.max(np.abs(predicted - expected)[~train]) < TOLERANCE[model] * targets.std()


@pytest.mark.parametrize("model", FAMILIES)
def test_poisoned_held_out_rows_change_no_prediction_of_the_others(model: str) -> None:
    cal = make_set(6, 5, n_tags=1)
    train = np.arange(30) % 5 > 1
    bad = np.arange(30) % 5 == 1
    targets = cal.values["glucose"].to_numpy()

    def held_out(intensities: FloatArray, process: FloatArray, y: FloatArray) -> FloatArray:
        block = prepare(RECIPES["EMSC"], intensities, process=process)
        one = Trainings(targets=y[None], rows=train[None])
        return family(model, with_process=True).held_out(block, one)[0][:, ~train & ~bad]

    process = cal.process.to_numpy()
    clean = held_out(cal.intensities, process, targets)

    dirty = held_out(
        np.where(bad[:, None], 10 * cal.intensities[:, ::-1], cal.intensities),
        np.where(bad[:, None], 1e3, process),
        np.where(bad, 1e6, targets),
    )

    np.testing.assert_allclose(
        dirty, clean, atol=max(TOLERANCE[model], 1e-6) * targets.std(), rtol=0
    )


def test_lightgbm_gives_the_same_numbers_every_time() -> None:
    cal = make_set(6, 5)
    block = prepare(RECIPES["MSC"], cal.intensities)
    one = Trainings(
        targets=cal.values["glucose"].to_numpy()[None], rows=(np.arange(30) % 5 > 0)[None]
    )

    first, second = (family("lightgbm", with_process=False).held_out(block, one) for _ in range(2))

    np.testing.assert_array_equal(first, second)


def test_more_scores_than_the_rows_carry_are_not_predicted() -> None:
    cal = make_set(3, 3)
    block = prepare(RECIPES["raw"], cal.intensities)
    one = Trainings(targets=cal.values["glucose"].to_numpy()[None], rows=(np.arange(9) < 6)[None])

    few, many = family("svr", with_process=False).held_out(block, one)[0]

    assert np.isfinite(few[6:]).all()
    assert np.isnan(many).all()


def test_a_missing_lightgbm_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)

    reason = family("lightgbm", with_process=False).unavailable()

    assert reason is not None
    assert "lightgbm is not installed" in reason
    assert "\n" not in reason


def test_a_missing_openmp_runtime_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(name: str) -> None:
        raise OSError("libgomp.so.1: cannot open shared object file")

    monkeypatch.setattr("pat.calibration.families.scores.import_module", fails)

    reason = family("lightgbm", with_process=False).unavailable()

    assert reason is not None
    assert "libgomp.so.1" in reason
    assert "apt-get install libgomp1" in reason


def test_a_candidate_tells_its_setting_in_words() -> None:
    chosen = family("pls", with_process=True)

    candidate = Candidate("raw", RECIPES["raw"], chosen, chosen.settings[2])

    assert (candidate.model, candidate.parameters) == ("pls+process", "n_components=3")


@parametrize_with_checks([BlockScaler()])
def test_the_block_scaler_keeps_scikit_learns_contract(estimator: object, check: object) -> None:
    check(estimator)


def test_a_scaled_block_has_the_total_variance_one() -> None:
    spectra = make_set(4, 4).intensities

    scaled = BlockScaler().fit_transform(spectra)

    assert scaled.var(axis=0).sum() == pytest.approx(1)
    np.testing.assert_array_equal(BlockScaler().fit_transform(np.ones((3, 2))), np.zeros((3, 2)))
