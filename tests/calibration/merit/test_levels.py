"""Levels hold every sample once, and their figures are those of their own samples."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.calibration.merit import accuracy_by_level, repeatability, rmse, sufficiency


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=60),
    st.integers(1, 5),
    st.integers(0, 2**16),
)
def test_the_levels_share_out_all_samples_in_rising_order(assays, n_levels, seed):
    measured = np.array(assays, dtype=float)
    predicted = measured + np.random.default_rng(seed).normal(size=measured.size)

    levels = accuracy_by_level(measured, predicted, np.arange(measured.size) % 7, n_levels=n_levels)

    assert sum(level.n_samples for level in levels) == measured.size
    assert all(a.high < b.low for a, b in pairwise(levels))
    pooled = sum(level.rmse**2 * level.n_samples for level in levels) / measured.size
    assert pooled**0.5 == pytest.approx(rmse(predicted - measured))


def test_a_sensor_that_fails_at_high_levels_shows_it_there_alone():
    rng = np.random.default_rng(0)
    measured = np.linspace(0, 9, 90)
    predicted = measured + rng.normal(0, 0.1, 90) + np.where(measured > 6, 1.0, 0.0)

    low, middle, high = accuracy_by_level(measured, predicted, np.arange(90) % 9)

    assert max(abs(low.bias), abs(middle.bias)) < 0.1
    assert high.bias == pytest.approx(1.0, abs=0.1)
    assert high.total_error.total_error > 1.0 > middle.total_error.total_error


def test_the_error_of_a_level_has_an_interval_over_its_cultures():
    rng = np.random.default_rng(6)
    assays, cultures = rng.uniform(0, 9, 120), np.repeat(np.arange(10), 12)

    levels = accuracy_by_level(assays, assays + rng.normal(size=120), cultures)
    few = accuracy_by_level(assays[:36], assays[:36] + 1.0, cultures[:36])

    assert all(one.rmse_interval[0] < one.rmse < one.rmse_interval[1] for one in levels)
    assert [one.rmse_interval for one in few] == [None, None, None]


def test_a_level_of_too_few_samples_has_no_total_error():
    (level,) = accuracy_by_level(np.ones(4), np.ones(4), np.arange(4))

    assert level.total_error is None


def test_counts_are_those_of_astm_e1655():
    enough = sufficiency(np.linspace(0, 10, 42), np.linspace(0.2, 9.8, 28), n_components=6)
    short = sufficiency(np.linspace(0, 10, 41), np.linspace(0.2, 9.8, 28), n_components=6)
    narrow = sufficiency(np.linspace(0, 10, 42), np.linspace(2, 9, 28), n_components=6)

    assert enough.enough
    assert not short.enough
    assert not narrow.enough
    assert narrow.span == pytest.approx(0.7)


def test_repeatability_is_the_pooled_spread_within_samples():
    rng = np.random.default_rng(1)
    sample = np.repeat(np.arange(300), 3)
    values = rng.normal(0, 5, 300)[sample] + rng.normal(0, 0.2, 900)

    found = repeatability(values, sample)

    assert found.sd == pytest.approx(0.2, rel=0.1)
    assert found.freedom == 600
    pairs = values.reshape(-1, 3)
    assert np.mean(np.abs(pairs[:, 0] - pairs[:, 1]) < 2.77 * found.sd) == pytest.approx(
        0.95, abs=0.05
    )
    assert repeatability(values[:3], np.arange(3)) is None
