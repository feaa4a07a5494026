"""A stack's weights are those of the best convex mean, and its error is paid for by the fold."""

import numpy as np
import pytest
from scipy.optimize import minimize

from pat.calibration.stack import LEAST_SHARE, held_out_stack, stack_weights


def predictions(n_members: int, n_rows: int = 40, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    targets = rng.normal(5, 2, n_rows)
    spread = np.linspace(0.3, 1.2, n_members)[:, None]
    shared = rng.normal(size=n_rows)
    errors = spread * (0.5 * shared + rng.normal(size=(n_members, n_rows)))
    return targets + errors, targets


@pytest.mark.parametrize("n_members", [2, 3, 5])
def test_the_weights_are_those_of_a_constrained_minimiser(n_members: int) -> None:
    made, targets = predictions(n_members)

    weights = stack_weights(made, targets)

    expected = minimize(
        lambda w: np.sum((w @ made - targets) ** 2),
        np.full(n_members, 1 / n_members),
        bounds=[(0, 1)] * n_members,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-14, "maxiter": 500},
    ).x
    assert weights.sum() == pytest.approx(1.0)
    # Shares below the least are dropped, so an optimum on such a share differs by as much.
    np.testing.assert_allclose(weights, expected, atol=1.5 * LEAST_SHARE)
    loss = np.sum((weights @ made - targets) ** 2)
    assert loss <= 1.001 * np.sum((expected @ made - targets) ** 2)


def test_two_members_with_independent_errors_weigh_by_their_precision() -> None:
    rng = np.random.default_rng(1)
    targets = rng.normal(size=20_000)
    made = targets + np.array([[1.0], [2.0]]) * rng.normal(size=(2, targets.size))

    weights = stack_weights(made, targets)

    np.testing.assert_allclose(weights, [0.8, 0.2], atol=0.01)


def test_a_member_that_only_harms_has_no_weight() -> None:
    made, targets = predictions(2)
    opposite = np.vstack([made, -made[:1]])

    assert stack_weights(opposite, targets)[2] == 0


def test_of_many_good_members_the_ten_heaviest_are_weighed_anew() -> None:
    rng = np.random.default_rng(3)
    targets = rng.normal(size=4000)
    spread = np.linspace(1.0, 1.6, 16)[:, None]
    made = targets + spread * rng.normal(size=(16, targets.size))

    weights = stack_weights(made, targets)

    # Members with independent errors weigh by their precision, so the first ten are the best.
    precision = 1 / spread[:, 0] ** 2
    expected = np.where(np.arange(16) < 10, precision, 0.0) / precision[:10].sum()
    assert np.flatnonzero(weights).tolist() == list(range(10))
    np.testing.assert_allclose(weights, expected, atol=0.02)


def test_perfect_members_still_have_weights_that_sum_to_one() -> None:
    targets = np.arange(10.0)

    weights = stack_weights(np.tile(targets, (3, 1)), targets)

    assert weights.sum() == pytest.approx(1.0)


def test_a_fold_is_predicted_with_weights_that_never_saw_it() -> None:
    made, targets = predictions(3)
    folds = np.repeat([0, 1, 2, 3], 10)

    stacked = held_out_stack(made, targets, folds)

    for fold in range(4):
        held = folds == fold
        weights = stack_weights(made[:, ~held], targets[~held])
        np.testing.assert_allclose(stacked[held], weights @ made[:, held])
    moved = held_out_stack(made, np.where(folds == 2, targets + 9, targets), folds)
    np.testing.assert_array_equal(moved[folds == 2], stacked[folds == 2])
