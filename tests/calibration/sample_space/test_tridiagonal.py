"""One tridiagonal form solves a symmetric matrix with every shift."""

import numpy as np
import pytest

from pat.calibration.sample_space.tridiagonal import Tridiagonal


@pytest.mark.parametrize("n", [2, 3, 40, 150])
def test_shifted_systems_are_solved_as_dense_ones(n: int) -> None:
    rng = np.random.default_rng(n)
    factor = rng.normal(size=(n, n))
    matrix, right = factor @ factor.T, rng.normal(size=(n, 2))

    form = Tridiagonal.of(matrix.copy())

    for shift in (1e-3, 1.0, 100.0):
        found = form.out_of(form.solved(form.into(right), shift=shift))
        expected = np.linalg.solve(matrix + shift * np.eye(n), right)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def test_a_matrix_that_is_not_positive_gives_no_solution() -> None:
    form = Tridiagonal.of(np.diag([1.0, -2.0, 3.0]))

    assert np.isnan(form.solved(np.ones((3, 1)), shift=1.0)).all()
    assert np.isfinite(form.solved(np.ones((3, 1)), shift=2.5)).all()
