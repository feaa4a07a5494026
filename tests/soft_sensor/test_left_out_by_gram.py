"""What Gram matrices say of left-out spectra is what pipelines say that were fitted fold by fold.

Oracle: scikit-learn on channels, T2 by the covariance of its scores, Q by its reconstruction.
"""

from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline

from pat.calibration.families import LightGBMFamily, PLSFamily, RidgeFamily, SVRFamily
from pat.soft_sensor import left_out_by_gram as by_gram
from pat.soft_sensor.left_out import Training, leave_out
from pat.soft_sensor.left_out_by_gram import left_out_by_gram
from pat.soft_sensor.single_spectra import SingleSpectra
from tests.calibration.sample_space.ill_conditioned import N_SAMPLES, RECIPES, make_spectra

BOOST = {"n_scores": 6, "n_estimators": 20, "num_leaves": 4, "min_child_samples": 5}
FAMILIES = {
    "pls": (PLSFamily(12), {"n_components": 12}),
    "ridge": (RidgeFamily((1e-4,)), {"alpha": 1e-4}),
    "svr": (SVRFamily(({},)), {"n_scores": 8, "C": 10.0, "epsilon": 0.05, "gamma": 0.01}),
    "boosted": (LightGBMFamily(({},)), BOOST),
}
FOLDS = [np.arange(N_SAMPLES) // 5 % 6 == fold for fold in range(6)]


def case() -> dict[str, Any]:
    """Return mean spectra, of which every third has two noisy single ones beside itself."""
    rng = np.random.default_rng(3)
    means = make_spectra()
    sample = np.sort(np.r_[np.arange(N_SAMPLES), np.repeat(np.arange(0, N_SAMPLES, 3), 2)])
    singles = means[sample]
    own = np.r_[False, sample[1:] == sample[:-1]]
    singles[own] += rng.normal(scale=3e-3, size=(own.sum(), means.shape[1]))
    targets = rng.normal(size=N_SAMPLES) + 30 * means[:, 60] / means.max()
    return {"means": means, "targets": targets, "singles": singles, "sample": sample}


def expected_of_fold(pipeline: Pipeline, fold: np.ndarray, given: dict[str, Any]) -> list[Any]:
    train, held = ~fold, fold[given["sample"]]
    singles, own = given["singles"][held], given["sample"][held]
    fitted = pipeline.fit(given["means"][train], given["targets"][train])
    names = [name for name, _ in fitted.steps]
    place = next(names.index(name) for name in ("pls", "pca", "ridge") if name in names)
    before, latent = fitted[:place], fitted[place]
    entered = before.transform(given["means"][train])
    if names[place] == "ridge":
        reached = np.cumsum(PCA(svd_solver="full").fit(entered).explained_variance_ratio_)
        count = min(int(np.searchsorted(reached, 0.99)) + 1, len(entered) // 3)
        latent = PCA(count, svd_solver="full").fit(entered)
    scores = latent.transform(before.transform(singles))
    apart = scores - latent.transform(entered).mean(axis=0)
    covariance = np.atleast_2d(np.cov(latent.transform(entered).T))
    rebuilt = latent.inverse_transform(scores)
    return [
        np.ravel(fitted.predict(singles)),
        np.ravel(fitted.predict(given["means"][own])),
        np.sum(apart * np.linalg.solve(covariance, apart.T).T, axis=1),
        np.sum((before.transform(singles) - rebuilt) ** 2, axis=1),
    ]


def built(family: str, recipe: str) -> Pipeline:
    made, setting = FAMILIES[family]
    return made.pipeline(RECIPES[recipe], setting, shape=(240, 0))


@pytest.mark.parametrize("recipe", ["first derivative and SNV", "EMSC", "MSC", "smoothed"])
@pytest.mark.parametrize("family", FAMILIES)
def test_values_and_distances_are_those_of_pipelines_fitted_without_the_fold(
    family: str, recipe: str
) -> None:
    given = case()
    pipeline = built(family, recipe)
    row_wise = {"first derivative and SNV": 2, "EMSC": 1, "MSC": 0, "smoothed": 1}[recipe]
    steps = pipeline[:row_wise]
    done = given | {
        name: steps.fit_transform(given[name]) if row_wise else given[name]
        for name in ("means", "singles")
    }

    found = left_out_by_gram(pipeline[row_wise:], folds=FOLDS, **done)

    assert found is not None
    # libsvm stops at a tolerance, and smoothed spectra are ill-conditioned.
    value_within = 2e-3 if family == "svr" else 1e-8
    for fold, (single, mean, t2, q) in zip(FOLDS, found, strict=True):
        expected = expected_of_fold(pipeline, fold, given)
        np.testing.assert_allclose(single, expected[0], atol=value_within)
        np.testing.assert_allclose(mean, expected[1], atol=value_within)
        np.testing.assert_allclose(t2, expected[2], rtol=1e-7)
        np.testing.assert_allclose(q, expected[3], rtol=1e-7)


@pytest.mark.parametrize("family", ["pls", "ridge"])
def test_both_ways_of_leaving_cultures_out_agree(
    family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = case()
    training = Training(
        given["means"], 240, given["targets"], (np.arange(N_SAMPLES) // 5).astype(object)
    )
    asked: dict[str, Any] = {
        "folds": FOLDS,
        "singles": SingleSpectra(given["singles"], given["sample"]),
        "share": np.ones(1),
    }
    recipes = [built(family, "first derivative and SNV")]
    fast = leave_out(recipes, training, **asked)

    monkeypatch.setattr(by_gram, "MOST_ROWS", N_SAMPLES)
    slow = leave_out(recipes, training, **asked)

    np.testing.assert_array_equal(fast.sample, slow.sample)
    for part in ("shift", "prediction", "t2", "q"):
        np.testing.assert_allclose(getattr(fast, part), getattr(slow, part), rtol=1e-7, atol=1e-9)


def test_more_spectra_than_a_matrix_is_worth_are_fitted_fold_by_fold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(by_gram, "MOST_ROWS", N_SAMPLES + 59)

    assert left_out_by_gram(built("pls", "raw"), folds=FOLDS, **case()) is None


def test_steps_that_learn_more_than_a_reference_are_fitted_fold_by_fold() -> None:
    assert left_out_by_gram(built("pls", "autoscaled"), folds=FOLDS, **case()) is None
    assert left_out_by_gram(built("ridge", "autoscaled"), folds=FOLDS, **case()) is None


def test_a_recipe_of_another_kind_has_no_form() -> None:
    scaled = built("pls", "raw").set_params(pls__scale=True)

    assert left_out_by_gram(scaled, folds=FOLDS, **case()) is None
