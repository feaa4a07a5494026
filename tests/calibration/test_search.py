"""The search finds what a patient textbook loop finds, honestly, whatever breaks on the way."""

import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.cross_decomposition import PLSRegression
from sklearn.model_selection import LeaveOneGroupOut
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.calibration import (
    CalibrationSet,
    LightGBMFamily,
    PLSFamily,
    Screening,
    SearchResult,
    SearchSpace,
    Skipped,
    SVRFamily,
    search,
)
from pat.errors import CalibrationError
from pat.preprocessing import EMSC, SNV, SavitzkyGolay
from tests.calibration.sets import AXIS, make_set

RECIPES = {
    "raw": Pipeline([("spectrum", "passthrough")]),
    "derivative": Pipeline([("savgol", SavitzkyGolay(45, 2, deriv=1, axis=AXIS))]),
    "SNV": Pipeline([("savgol", SavitzkyGolay(45, 2, axis=AXIS)), ("scatter", SNV())]),
    "EMSC": Pipeline([("scatter", EMSC(2, AXIS))]),
}
MAX_COMPONENTS = 6
PLS_ONLY = SearchSpace(recipes=RECIPES, families=(PLSFamily(MAX_COMPONENTS),))
EVERYTHING = SearchSpace(
    recipes=RECIPES,
    families=(
        PLSFamily(MAX_COMPONENTS),
        SVRFamily(({"n_scores": 3, "C": 3.0}, {"n_scores": 5, "C": 3.0})),
        LightGBMFamily(({"n_scores": 3, "n_estimators": 20, "min_child_samples": 3},)),
    ),
)


def found(results: dict[str, SearchResult | Skipped], analyte: str = "glucose") -> SearchResult:
    result = results[analyte]
    assert isinstance(result, SearchResult)
    return result


def rmse(rows: pd.DataFrame) -> float:
    return float(np.sqrt(np.mean((rows["prediction"] - rows["assay"]) ** 2)))


def predicted(
    cal: CalibrationSet, train: FloatArray, test: FloatArray, recipe: str, count: int
) -> FloatArray:
    """Return what a fresh Pipeline fitted on rows `train` predicts for rows `test`."""
    y = cal.values["glucose"].to_numpy()
    model = Pipeline([*clone(RECIPES[recipe]).steps, ("pls", PLSRegression(count, scale=False))])
    return model.fit(cal.intensities[train], y[train]).predict(cal.intensities[test])


def textbook_choice(cal: CalibrationSet, rows: FloatArray) -> tuple[str, int]:
    """Return the choice by plain loops: lowest pooled error, then one standard error."""
    y = cal.values["glucose"].to_numpy()[rows]
    groups = cal.groups[rows]
    by_setting = {}
    for recipe in RECIPES:
        for count in range(1, MAX_COMPONENTS + 1):
            squared = np.empty(rows.size)
            for train, test in LeaveOneGroupOut().split(rows, groups=groups):
                guess = predicted(cal, rows[train], rows[test], recipe, count)
                squared[test] = (guess - y[test]) ** 2
            by_setting[recipe, count] = squared
    best = min(by_setting, key=lambda key: by_setting[key].mean())
    per_group = [by_setting[best][groups == name].mean() for name in np.unique(groups)]
    limit = by_setting[best].mean() + np.std(per_group, ddof=1) / np.sqrt(len(per_group))
    counts = range(1, MAX_COMPONENTS + 1)
    return best[0], next(c for c in counts if by_setting[best[0], c].mean() <= limit)


def test_a_nested_search_equals_the_textbook_loop() -> None:
    cal = make_set(4, 6, noise=0.3, seed=2)
    rows = np.arange(len(cal))
    nested = np.empty(len(cal))
    choices = []
    for train, test in LeaveOneGroupOut().split(rows, groups=cal.groups):
        choices.append(textbook_choice(cal, train))
        nested[test] = predicted(cal, train, test, *choices[-1])

    result = found(search(cal, PLS_ONLY))

    recipe, count = textbook_choice(cal, rows)
    assert (result.champion.recipe, result.champion.setting) == (recipe, {"n_components": count})
    chosen = result.nested.groupby("fold")[["recipe", "parameters"]].first()
    assert [tuple(row) for row in chosen.to_numpy()] == [
        (recipe, f"n_components={count}") for recipe, count in choices
    ]
    by_row = result.nested.set_index("row")["prediction"].sort_index().to_numpy()
    np.testing.assert_allclose(by_row, nested, atol=1e-8)
    expected = np.sqrt(np.mean((nested - cal.values["glucose"].to_numpy()) ** 2))
    assert result.nested_rmse == pytest.approx(expected)


def test_the_figures_can_be_recomputed_from_the_heldout_table() -> None:
    cal = make_set(7, 5, noise=0.3)

    result = found(search(cal, EVERYTHING))

    assert len(result.heldout) == len(cal)
    assert result.rmsecv == pytest.approx(rmse(result.heldout))
    assert result.nested_rmse == pytest.approx(rmse(result.nested))
    champion = result.table[result.table["champion"]]
    assert champion["rmsecv"].item() == pytest.approx(result.rmsecv)
    assert (result.n_samples, result.n_groups) == (35, 7)
    low, high = result.rmsecv_interval
    assert low < result.rmsecv < high
    np.testing.assert_array_equal(
        result.heldout["assay"], cal.values["glucose"].iloc[result.heldout["row"]]
    )
    fold_of = result.heldout.groupby("culture")["fold"].nunique()
    assert (fold_of == 1).all()


def test_every_candidate_is_in_the_table_once() -> None:
    result = found(search(make_set(6, 5), PLS_ONLY))

    assert len(result.table) == len(RECIPES) * MAX_COMPONENTS
    assert not result.table.duplicated(["recipe", "model", "parameters"]).any()
    assert result.table["chosen_by_folds"].sum() == 6
    curve = result.table[result.table["recipe"] == result.champion.recipe]["rmsecv"]
    np.testing.assert_array_equal(result.rmsecv_by_components["rmsecv"], curve)


def test_the_champion_refitted_predicts_the_heldout_table() -> None:
    cal = make_set(6, 5, noise=0.2, seed=5)
    result = found(search(cal, EVERYTHING))
    fold = result.heldout[result.heldout["fold"] == 3]
    train = ~np.isin(np.arange(len(cal)), fold["row"])

    (model,) = result.champion.pipelines(n_channels=AXIS.size)
    model.fit(cal.intensities[train], cal.values["glucose"][train])

    again = model.predict(cal.intensities[fold["row"]])
    np.testing.assert_allclose(again, fold["prediction"], atol=1e-6)


def test_choosing_among_noise_is_found_out_by_nesting() -> None:
    cal = make_set(12, 6)
    gaps = []
    for seed in range(6):
        values = np.random.default_rng(seed).normal(size=len(cal))
        noise = replace(cal, values=cal.values.assign(glucose=values))
        result = found(search(noise, PLS_ONLY))
        gaps.append(result.optimism)
        assert result.nested_rmse > 0.97 * result.nulls["mean"]

    assert np.mean(gaps) > 0


def test_spectra_that_carry_the_analyte_beat_every_null_model() -> None:
    result = found(search(make_set(8, 6), PLS_ONLY))

    assert result.beats_nulls
    assert result.nested_rmse < 0.2 * result.nulls["culture_age"]


def test_the_sensor_is_tested_against_each_null_model_on_the_rows_of_its_nested_error() -> None:
    cal = make_set(8, 6)
    result = found(search(cal, PLS_ONLY))
    nested = result.nested.set_index("row").sort_index()
    values = cal.values["glucose"].to_numpy()
    others = [values[cal.groups != group].mean() for group in cal.groups]
    own = (nested["prediction"] - nested["assay"]).to_numpy() ** 2
    gains = pd.Series((np.array(others) - values) ** 2 - own).groupby(cal.groups).sum()
    flips = 1 - 2 * ((np.arange(2**8)[:, None] >> np.arange(8)) & 1)

    test = result.null_tests["mean"]

    assert set(result.null_tests) == set(result.nulls)
    assert test.rmse_a == pytest.approx(result.nested_rmse)
    assert test.rmse_b == pytest.approx(result.nulls["mean"])
    assert test.p_value == np.mean(np.abs(flips @ gains) >= abs(gains.sum()) * (1 - 1e-9))


def test_where_nothing_is_nested_no_null_model_is_tested() -> None:
    result = found(search(make_set(2, 8), PLS_ONLY))

    assert result.nested_rmse is None
    assert result.nulls
    assert result.null_tests == {}


def test_analytes_are_searched_together_as_they_are_alone() -> None:
    both = make_set(6, 5, analytes=("glucose", "lactate"), noise=0.2)
    values = both.values.assign(lactate=both.values["lactate"].where(np.arange(30) % 7 > 0))
    both = replace(both, values=values)

    together = search(both, EVERYTHING)

    for name in both.analytes:
        alone = found(search(replace(both, analytes={name: both.analytes[name]}), EVERYTHING), name)
        pd.testing.assert_frame_equal(alone.heldout, found(together, name).heldout)
        assert alone.nested_rmse == pytest.approx(found(together, name).nested_rmse, rel=1e-9)


def test_the_outcome_does_not_depend_on_how_many_jobs_run_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pat.calibration.jobs.WORTH_PROCESSES_S", 0.0)
    cal = make_set(6, 5, noise=0.2)

    one, two = (found(search(cal, EVERYTHING, n_jobs=n_jobs)) for n_jobs in (1, 2))

    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    pd.testing.assert_frame_equal(one.nested, two.nested, check_exact=True)


def test_the_seed_moves_folds_and_nothing_else() -> None:
    cal = make_set(14, 3, noise=0.2)

    first, again, other = (found(search(cal, PLS_ONLY, seed=seed)).heldout for seed in (1, 1, 2))

    pd.testing.assert_frame_equal(first, again)
    fold_of = [table.set_index("row")["fold"].sort_index() for table in (first, other)]
    assert (fold_of[0] != fold_of[1]).any()


class _Raises(TransformerMixin, BaseEstimator):
    def fit(self, X: FloatArray, y: object = None) -> "_Raises":
        raise RuntimeError("no such luck")


class _GivesNaN(TransformerMixin, BaseEstimator):
    def fit(self, X: FloatArray, y: object = None) -> "_GivesNaN":
        self.fitted_ = True
        return self

    def transform(self, X: FloatArray) -> FloatArray:
        return X * np.nan


def test_a_recipe_that_fails_is_recorded_and_the_search_goes_on() -> None:
    broken = {
        "raises": Pipeline([("step", _Raises())]),
        "NaN": Pipeline([("snv", SNV()), ("step", _GivesNaN())]),
        **RECIPES,
    }

    result = found(search(make_set(6, 5), replace(PLS_ONLY, recipes=broken)))

    failed = result.table.dropna(subset=["failed"]).groupby("recipe")["failed"].first()
    assert failed["raises"] == "RuntimeError: no such luck"
    assert "got NaN or infinite in 30 of 30 spectra" in failed["NaN"]
    assert result.champion.recipe in RECIPES
    assert result.table.loc[result.table["recipe"] == "raises", "rmsecv"].isna().all()
    (note,) = result.notes
    assert note.startswith(f"2 of {2 + len(RECIPES)} recipes with their models failed")
    assert "pls on raises (RuntimeError: no such luck)" in note


def test_where_every_recipe_fails_the_analyte_is_skipped_with_the_reason() -> None:
    broken = {"raises": Pipeline([("step", _Raises())])}

    result = search(make_set(6, 5), replace(PLS_ONLY, recipes=broken))["glucose"]

    assert isinstance(result, Skipped)
    assert "no such luck" in result.reason


def test_an_analyte_that_cannot_be_trained_does_not_stop_the_others() -> None:
    cal = make_set(6, 5, analytes=("glucose", "lactate", "titre"))
    few = cal.values["titre"].where(np.arange(30) < 7)
    cal = replace(cal, values=cal.values.assign(lactate=1.5, titre=few))

    results = search(cal, PLS_ONLY)

    assert list(results) == ["glucose", "lactate", "titre"]
    assert isinstance(results["glucose"], SearchResult)
    assert "differ; got 1.5" in results["lactate"].reason
    assert "8 assays with spectra; got 7" in results["titre"].reason


def test_one_culture_is_refused_with_what_to_do() -> None:
    with pytest.raises(CalibrationError, match="grouped validation is impossible"):
        search(make_set(1, 20), PLS_ONLY)


def test_two_cultures_are_searched_without_a_nested_error_and_it_says_so() -> None:
    result = found(search(make_set(2, 8), PLS_ONLY))

    assert result.nested_rmse is None
    assert result.optimism is None
    assert result.nested.empty
    assert "three cultures or more" in result.notes[0]
    assert result.rmsecv_interval is None


def test_lightgbm_that_cannot_be_loaded_is_noted_and_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "lightgbm", None)

    result = found(search(make_set(6, 5), EVERYTHING))

    assert any("lightgbm is not installed" in note for note in result.notes)
    assert set(result.table["model"]) == {"pls", "svr"}


def test_expensive_models_run_on_the_best_recipes_alone() -> None:
    result = found(search(make_set(7, 5, noise=0.2), EVERYTHING))

    tried = result.table.dropna(subset=["rmsecv"]).groupby("model")["recipe"].unique()
    order = result.table[result.table["model"] == "pls"].groupby("recipe")["rmsecv"].min()
    assert set(tried["svr"]) == set(order.nsmallest(2).index)


@pytest.mark.parametrize(("race_ratio", "is_scored"), [(1e-3, False), (1e3, True)])
def test_boosting_far_behind_pls_is_given_up_and_the_table_says_so(
    race_ratio: float, is_scored: bool
) -> None:
    space = replace(EVERYTHING, screening=Screening(race_ratio=race_ratio))

    table = found(search(make_set(6, 5), space)).table

    boosted = table[table["model"] == "lightgbm"]
    assert len(boosted) == 2
    assert boosted["rmsecv"].notna().all() == is_scored
    assert boosted["failed"].str.contains("given up").sum() == (0 if is_scored else 2)


def test_process_values_are_a_block_of_their_own() -> None:
    cal = make_set(8, 5, noise=3.0, n_tags=3)
    families = (PLSFamily(4), PLSFamily(4, with_process=True))

    result = found(search(cal, replace(PLS_ONLY, families=families)))

    best = result.table.groupby("model")["rmsecv"].min()
    assert best["pls+process"] < best["pls"]
    assert result.champion.with_process
    assert result.nulls["process"] < result.nulls["mean"]


def test_without_process_values_only_spectra_are_searched() -> None:
    families = (PLSFamily(4), PLSFamily(4, with_process=True))

    result = found(search(make_set(5, 5), replace(PLS_ONLY, families=families)))

    assert set(result.table["model"]) == {"pls"}


def test_whole_campaigns_are_left_out_beside_cultures() -> None:
    cal = make_set(9, 5, campaigns=("a", "b", "c"), noise=0.1)
    shift = np.where(cal.samples["campaign"] == "c", 8.0, 0.0)
    moved = replace(cal, intensities=cal.intensities + shift[:, None] * np.sin(AXIS / 40))

    result = found(search(moved, PLS_ONLY))

    assert result.leave_campaign_out > 1.5 * result.nested_rmse
    assert found(search(make_set(8, 5, campaigns=("a", "b")), PLS_ONLY)).leave_campaign_out is None


def test_published_resamples_give_the_publishers_figure_and_the_honest_one(
    tmp_path: Path,
) -> None:
    cal = make_set(6, 4, noise=0.3, seed=9)
    held = [("V01", "V02"), ("V03", "V05"), ("V01", "V06")]
    lines = [f"R{number},{' '.join(names)}" for number, names in enumerate(held)]
    path = tmp_path / "resamples.csv"
    path.write_text("resample,held_out_vessels\n" + "\n".join(lines), encoding="utf-8")
    y = cal.values["glucose"].to_numpy()
    vessels = cal.samples["vessel"].to_numpy()
    rows = np.arange(len(cal))

    def mean_of_resamples(recipe: str, count: int) -> float:
        errors = []
        for names in held:
            out = np.isin(vessels, names)
            guess = predicted(cal, rows[~out], rows[out], recipe, count)
            errors.append(np.sqrt(np.mean((guess - y[out]) ** 2)))
        return float(np.mean(errors))

    result = found(search(cal, PLS_ONLY, resamples=path))

    every = {
        (recipe, count): mean_of_resamples(recipe, count)
        for recipe in RECIPES
        for count in range(1, MAX_COMPONENTS + 1)
    }
    best = min(every, key=lambda key: every[key])
    assert result.resample_rmse == pytest.approx(every[best])
    assert result.resample_candidate.recipe == best[0]
    by_fold = result.nested.groupby("fold").apply(rmse, include_groups=False)
    assert result.nested_resample_rmse == pytest.approx(by_fold.mean())
    assert result.nested_resample_rmse >= result.resample_rmse
    assert result.heldout["fold"].nunique() == 3
    assert len(result.heldout) == 24


def test_without_published_resamples_there_is_no_such_figure() -> None:
    result = found(search(make_set(5, 5), PLS_ONLY))

    assert result.resample_rmse is None
    assert result.nested_resample_rmse is None


def test_progress_is_told_after_every_job() -> None:
    told: list[tuple[int, int, str]] = []

    search(make_set(5, 5), PLS_ONLY, progress=lambda *told_now: told.append(told_now))

    assert told == [(number + 1, len(RECIPES), name) for number, name in enumerate(RECIPES)]


def test_warnings_of_a_recipe_become_remarks() -> None:
    result = found(search(make_set(5, 5), replace(PLS_ONLY, recipes={"warns": _warning_recipe()})))

    # A step that is fitted in the fold would need a matrix each.
    assert set(result.table["remark"]) == {"this baseline still moves; PLS went matrix-free"}


class _Warns(TransformerMixin, BaseEstimator):
    def fit(self, X: FloatArray, y: object = None) -> "_Warns":
        self.fitted_ = True
        return self

    def transform(self, X: FloatArray) -> FloatArray:
        warnings.warn("this baseline still moves", stacklevel=2)
        return X


def _warning_recipe() -> Pipeline:
    return Pipeline([("step", _Warns())])


def test_a_space_without_pls_has_nothing_to_screen_by() -> None:
    space = replace(EVERYTHING, families=EVERYTHING.families[1:])

    with pytest.raises(CalibrationError, match="expected recipes and PLS"):
        search(make_set(5, 5), space)
