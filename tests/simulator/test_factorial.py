"""Two-level designs are balanced, orthogonal and of the resolution that they claim."""

from itertools import combinations

import numpy as np
import pytest

from pat.errors import InputError
from pat.simulator.factorial import N_FACTORS, two_level

SIZES = [8, 16, 32, 64, 128]


@pytest.mark.parametrize("n_runs", SIZES)
def test_columns_are_balanced_orthogonal_and_runs_differ(n_runs):
    runs = two_level(n_runs)
    assert runs.shape == (n_runs, N_FACTORS)
    assert set(np.unique(runs)) == {-1.0, 1.0}
    assert not runs.sum(axis=0).any()
    assert np.array_equal(runs.T @ runs, n_runs * np.eye(N_FACTORS))
    assert len(np.unique(runs, axis=0)) == n_runs


@pytest.mark.parametrize("n_runs, resolution", [(8, 3), (16, 4), (32, 4), (64, 7)])
def test_the_shortest_word_of_the_defining_relation_is_the_resolution(n_runs, resolution):
    # By brute force: a set of columns whose product is constant is a word.
    runs = two_level(n_runs)
    lengths = [
        size
        for size in range(1, N_FACTORS + 1)
        for columns in combinations(range(N_FACTORS), size)
        if abs(np.prod(runs[:, columns], axis=1).sum()) == n_runs
    ]
    assert min(lengths) == resolution


@pytest.mark.parametrize("n_runs, size", [(9, 8), (31, 16), (500, 128)])
def test_the_largest_design_that_fits_is_taken(n_runs, size):
    assert len(two_level(n_runs)) == size


def test_too_few_runs_are_refused():
    with pytest.raises(InputError, match="at least 8 vessels beside the centre points"):
        two_level(7)
