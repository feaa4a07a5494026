"""Errors are told by level of each factor, and only differences between cultures count."""

import numpy as np
import pandas as pd
import pytest

from pat.calibration.merit import condition_folds, error_by_condition, levels_of, rmse

CULTURES = np.repeat([f"c/V{k:02d}" for k in range(12)], 8)


def factors(**columns):
    return pd.DataFrame(columns, index=[f"c/V{k:02d}" for k in range(12)])


def errors(own, *, seed=0, noise=0.1):
    return np.repeat(own, 8) + np.random.default_rng(seed).normal(0, noise, CULTURES.size)


def test_a_number_is_cut_into_thirds_and_few_values_stay():
    many = levels_of(pd.Series(np.arange(12.0)))
    few = levels_of(pd.Series([6.9, 7.1] * 6))

    assert list(many.unique()) == ["low (0 to 3)", "middle (4 to 7)", "high (8 to 11)"]
    assert set(few) == {"6.9", "7.1"}


def test_a_level_has_the_figures_of_its_own_samples():
    found = errors(np.zeros(12))
    table = factors(medium=["A"] * 6 + ["B"] * 6)

    [condition] = error_by_condition(found, CULTURES, table)

    assert [level.name for level in condition.levels] == ["A", "B"]
    assert condition.levels[0].rmse == pytest.approx(rmse(found[:48]))
    assert condition.levels[1].bias == pytest.approx(found[48:].mean())
    assert condition.levels[1].n_cultures == 6


def test_a_level_that_reads_high_is_found():
    own = np.where(np.arange(12) >= 8, 0.4, 0.0) + 0.02 * np.arange(12) % 0.05
    [condition] = error_by_condition(errors(own), CULTURES, factors(feed=np.arange(12.0)))

    assert condition.p_value < 0.02
    assert condition.levels[2].bias == pytest.approx(0.4, abs=0.1)


def test_cultures_with_biases_of_their_own_raise_no_more_alarms_than_stated():
    rng = np.random.default_rng(3)
    table = factors(feed=np.arange(12.0))
    p_values = [
        error_by_condition(errors(rng.normal(0, 0.3, 12), seed=k), CULTURES, table)[0].p_value
        for k in range(150)
    ]

    # Three binomial standard errors at 150; samples taken for independent give above 0.8.
    assert np.mean(np.array(p_values) <= 0.05) == pytest.approx(0.05, abs=0.053)


def test_a_factor_that_does_not_vary_or_of_single_cultures_says_nothing():
    table = factors(same=[7.0] * 12, own=[f"clone {k}" for k in range(12)])

    assert error_by_condition(errors(np.zeros(12)), CULTURES, table) == ()


def test_a_culture_without_a_level_is_in_none():
    level = levels_of(pd.Series(["A", "B", None], index=["c/V00", "c/V01", "c/V02"]))

    folds = condition_folds(["c/V00", "c/V02", "c/V01"], level.dropna())

    assert {name: rows.tolist() for name, rows in folds.items()} == {
        "A": [True, False, False],
        "B": [False, False, True],
    }
