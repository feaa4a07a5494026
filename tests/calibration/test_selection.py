"""The setting chosen is the textbook one: the simplest within one standard error."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.calibration.selection import (
    mean_squared_error,
    simplest_within,
    squared_errors_by_group,
    standard_error,
)

COUNTS = np.array([2.0, 2.0, 2.0, 2.0])


def test_squared_errors_are_summed_by_group() -> None:
    predictions = np.array([[1.0, 2.0, 3.0, 5.0], [0.0, 0.0, 0.0, 0.0]])
    targets = np.array([1.0, 1.0, 1.0, 1.0])

    sums = squared_errors_by_group(predictions, targets, codes=np.array([0, 0, 2, 2]), n_groups=3)

    np.testing.assert_array_equal(sums, [[1, 0, 20], [2, 0, 2]])


def test_a_setting_that_leaves_a_row_unpredicted_counts_as_failed() -> None:
    predictions = np.array([[1.0, np.nan], [1.0, np.inf], [1.0, 2.0]])

    sums = squared_errors_by_group(predictions, np.zeros(2), codes=np.array([0, 1]), n_groups=2)

    np.testing.assert_array_equal(np.isnan(sums).all(axis=1), [True, True, False])


@given(
    errors=st.lists(st.floats(0.1, 9.0), min_size=3, max_size=12),
    size=st.integers(1, 5),
)
def test_with_equal_groups_the_error_is_that_of_a_mean(errors: list[float], size: int) -> None:
    means = np.array(errors)
    counts = np.full(means.size, float(size))

    error = standard_error(means * counts, counts)

    expected = means.std(ddof=1) / np.sqrt(means.size)
    np.testing.assert_allclose(error, expected, rtol=1e-9, atol=1e-12)


def test_with_unequal_groups_the_error_holds_what_simulation_shows() -> None:
    rng = np.random.default_rng(3)
    draws, n_groups = 4000, 40
    counts = rng.integers(3, 12, size=(draws, n_groups)).astype(float)
    level = rng.gamma(4, 0.25, size=(draws, n_groups))
    sums = counts * level
    pooled = np.array([mean_squared_error(s, c) for s, c in zip(sums, counts, strict=True)])

    stated = np.mean([standard_error(s, c) for s, c in zip(sums, counts, strict=True)])

    assert stated == pytest.approx(pooled.std(), rel=0.06)


def test_groups_without_rows_do_not_move_the_error() -> None:
    sums, counts = np.array([[4.0, 1.0, 3.0]]), np.array([2.0, 1.0, 2.0])

    padded = standard_error(np.append(sums, [[0.0]], axis=1), np.append(counts, 0.0))

    assert padded == pytest.approx(standard_error(sums, counts))


def test_the_simplest_setting_within_one_standard_error_is_taken() -> None:
    best = np.array([0.8, 1.2, 0.9, 1.1]) * 2  # mean 1, standard error 0.0913
    settings = np.array([best * 1.5, best * 1.08, best, best * 1.02])

    assert simplest_within(settings, COUNTS, standard_errors=1.0) == 1
    assert simplest_within(settings, COUNTS, standard_errors=0.5) == 2


def test_a_failed_setting_is_never_taken() -> None:
    best = np.array([0.8, 1.2, 0.9, 1.1])
    settings = np.array([best * np.nan, best * 1.01, best])

    assert simplest_within(settings, COUNTS, standard_errors=1.0) == 1
