"""Null models know nothing of the spectrum, and nothing of the cultures they are judged by."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pat.calibration import CalibrationSet
from pat.calibration.nulls import null_predictions, previous_assays
from tests.calibration.sets import make_set

NAN = np.nan


def with_values(cal: CalibrationSet, values: np.ndarray) -> CalibrationSet:
    return replace(cal, values=cal.values.assign(glucose=values))


def folds_of(cal: CalibrationSet) -> list[np.ndarray]:
    return [cal.cultures == name for name in np.unique(cal.cultures)]


def test_the_mean_is_that_of_the_training_cultures() -> None:
    cal = with_values(make_set(3, 2), np.array([1.0, 3.0, 10.0, 20.0, NAN, 5.0]))

    predictions = null_predictions(cal, "glucose", folds_of(cal))["mean"]

    expected = [[35 / 3] * 2 + [NAN] * 4, [NAN] * 2 + [3.0] * 2 + [NAN] * 2, [NAN] * 5 + [8.5]]
    np.testing.assert_allclose(predictions, expected)


def test_a_course_that_every_culture_shares_is_learnt_from_age_alone() -> None:
    cal = make_set(8, 14)
    age = cal.samples["elapsed_h"].to_numpy()
    course = 5 + 4 * np.sin(age / 60) - age / 50
    cal = with_values(cal, course)

    predictions = null_predictions(cal, "glucose", folds_of(cal))["culture_age"]

    errors = (predictions - course)[np.array(folds_of(cal))]
    assert np.sqrt(np.mean(errors**2)) < 0.05 * course.std()


def test_age_says_nothing_where_values_do_not_follow_it() -> None:
    cal = make_set(12, 10, seed=3)
    values = cal.values["glucose"].to_numpy()

    predictions = null_predictions(cal, "glucose", folds_of(cal))["culture_age"]

    errors = (predictions - values)[np.array(folds_of(cal))]
    assert 0.9 * values.std() < np.sqrt(np.mean(errors**2)) < 1.3 * values.std()


def test_process_values_predict_what_is_linear_in_them() -> None:
    cal = make_set(6, 6, n_tags=2)
    values = (cal.process @ [2.0, -1.0]).to_numpy() + 3
    cal = with_values(cal, values)

    predictions = null_predictions(cal, "glucose", folds_of(cal))["process"]

    held = np.array(folds_of(cal))
    np.testing.assert_allclose(predictions[held], np.tile(values, (6, 1))[held], atol=0.01)


def test_the_last_assay_is_carried_forward_in_its_own_culture() -> None:
    cal = with_values(make_set(3, 3), np.array([1.0, 2.0, 3.0, 10.0, NAN, 30.0, 7.0, 8.0, 9.0]))

    predictions = null_predictions(cal, "glucose", folds_of(cal))["last_assay"]

    start = {0: (10 + 7) / 2, 1: (1 + 7) / 2, 2: (1 + 10) / 2}
    expected = np.full((3, 9), NAN)
    expected[0, :3] = [start[0], 1.0, 2.0]
    expected[1, 3:6] = [start[1], NAN, 10.0]
    expected[2, 6:] = [start[2], 7.0, 8.0]
    np.testing.assert_allclose(predictions, expected)


def test_assays_at_one_time_are_not_before_one_another() -> None:
    cultures = np.array(["a"] * 4, dtype=object)

    previous = previous_assays(
        np.array([5.0, 6.0, 7.0, 8.0]), np.array([2.0, 1.0, 2.0, 3.0]), cultures
    )

    assert previous[1] != previous[1]
    np.testing.assert_array_equal(previous[[0, 2]], [6.0, 6.0])
    assert previous[3] in (5.0, 7.0)


@pytest.mark.parametrize("has_time", [True, False])
def test_without_culture_age_what_needs_it_is_absent(has_time: bool) -> None:
    cal = make_set(3, 4)
    samples = cal.samples.assign(elapsed_h=NAN)
    if not has_time:
        samples["time"] = pd.Series(pd.NaT, index=samples.index, dtype=samples["time"].dtype)

    found = null_predictions(replace(cal, samples=samples), "glucose", folds_of(cal))

    assert set(found) == ({"mean", "last_assay"} if has_time else {"mean"})


def test_samples_all_of_one_age_have_no_age_curve() -> None:
    cal = make_set(4, 1)

    assert "culture_age" not in null_predictions(cal, "glucose", folds_of(cal))


def test_nothing_is_learnt_from_what_is_held_out() -> None:
    cal = make_set(5, 6, n_tags=2, seed=1)
    held = cal.cultures == "run/V02"
    clean = null_predictions(cal, "glucose", [held])

    values = cal.values["glucose"].to_numpy()
    dirty = null_predictions(
        with_values(cal, np.where(held, 1e6 * values, values)), "glucose", [held]
    )

    for name in ("mean", "culture_age", "process"):
        np.testing.assert_array_equal(dirty[name], clean[name])
    first = np.flatnonzero(held)[0]
    assert dirty["last_assay"][0, first] == clean["last_assay"][0, first]
