"""The permutation test finds what plain loops find, and no more than chance where there is none."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space.permutations import (
    culture_orders,
    moved_within_cultures,
    permutation_test,
)

N_CULTURES, N_EACH, N_COMPONENTS = 8, 5, 4
GROUPS = np.repeat(np.arange(N_CULTURES), N_EACH).astype(object)
FOLDS = [np.isin(GROUPS, [first, first + 1]) for first in range(0, N_CULTURES, 2)]


def spectra_and_values(seed: int) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    amounts = rng.uniform(0, 1, (GROUPS.size, 3))
    spectra = amounts @ rng.normal(size=(3, 60)) + rng.normal(scale=0.02, size=(GROUPS.size, 60))
    return spectra, amounts[:, 0] + rng.normal(scale=0.05, size=GROUPS.size)


def orders(n_permutations: int, seed: int = 1) -> IntArray:
    rng = np.random.default_rng(seed)
    return culture_orders(GROUPS, n_permutations=n_permutations, rng=rng)


def textbook_rmsecv(spectra: FloatArray, y: FloatArray, folds: list[BoolArray]) -> float:
    """Return the lowest RMSECV over component counts by plain loops."""
    squared = np.empty((N_COMPONENTS, y.size))
    for count in range(1, N_COMPONENTS + 1):
        for held in folds:
            model = PLSRegression(count, scale=False).fit(spectra[~held], y[~held])
            squared[count - 1, held] = (model.predict(spectra[held]) - y[held]) ** 2
    return float(np.sqrt(squared.mean(axis=1).min()))


def test_each_permutation_is_the_cross_validation_of_moved_assays() -> None:
    spectra, y = spectra_and_values(3)
    others, _ = spectra_and_values(4)
    moved = orders(50)

    found = permutation_test(
        [Block(rows=spectra), Block(rows=others)],
        y,
        folds=FOLDS,
        n_components=N_COMPONENTS,
        permuted=y[moved],
    )

    assert found.rmsecv == pytest.approx(textbook_rmsecv(spectra, y, FOLDS))
    for number in (0, 45):
        both = [textbook_rmsecv(rows, y[moved[number]], FOLDS) for rows in (spectra, others)]
        assert found.permuted[number] == pytest.approx(min(both))
    assert found.p_value == 1 / 51


def test_cultures_of_one_length_take_the_course_of_another() -> None:
    for order in orders(20):
        taken = order.reshape(N_CULTURES, N_EACH)
        assert sorted(taken[:, 0] // N_EACH) == list(range(N_CULTURES))
        assert np.all(np.diff(taken, axis=1) == 1)


def test_cultures_of_unequal_lengths_lose_no_assay() -> None:
    groups = np.array(list("abbcccbaddd"), dtype=object)

    found = culture_orders(groups, n_permutations=10, rng=np.random.default_rng(0))

    np.testing.assert_array_equal(np.sort(found, axis=1), np.tile(np.arange(11), (10, 1)))


def test_spectra_that_know_nothing_pass_for_chance() -> None:
    p_values = []
    for seed in range(40):
        spectra, _ = spectra_and_values(seed)
        y = np.random.default_rng(1000 + seed).normal(size=GROUPS.size)
        found = permutation_test(
            [Block(rows=spectra)],
            y,
            folds=FOLDS,
            n_components=N_COMPONENTS,
            permuted=y[orders(39, seed=seed)],
        )
        p_values.append(found.p_value)

    # Uniform over 1/40 to 1: the mean of 40 has a standard deviation of 0.046.
    assert np.mean(p_values) == pytest.approx(0.51, abs=0.14)


AGES = np.tile(np.arange(N_EACH, dtype=np.float64), N_CULTURES)


def moved_along(y: FloatArray, expected: FloatArray, n_permutations: int, seed: int) -> FloatArray:
    return moved_within_cultures(
        y,
        expected,
        groups=GROUPS,
        order=AGES,
        n_permutations=n_permutations,
        rng=np.random.default_rng(seed),
    )


def test_departures_from_the_course_of_time_go_round_within_their_culture() -> None:
    _, y = spectra_and_values(5)
    expected = 0.1 * AGES

    for moved in moved_along(y, expected, 20, seed=0):
        for name in np.unique(GROUPS):
            own, before = (values[name == GROUPS] for values in (moved - expected, y - expected))
            rounds = [np.roll(before, step) for step in range(N_EACH)]
            assert any(np.allclose(own, one) for one in rounds)


def test_only_spectra_that_know_more_than_time_pass_the_test_within_cultures() -> None:
    rng = np.random.default_rng(6)
    extra = rng.normal(size=GROUPS.size)
    y = 2 * AGES + extra
    pure = rng.normal(size=(2, 60))
    noise = rng.normal(scale=0.02, size=(GROUPS.size, 60))
    of_time = AGES[:, None] * pure[0] + noise
    seen = of_time + extra[:, None] * pure[1]

    p_values = [
        permutation_test(
            [Block(rows=rows)],
            y,
            folds=FOLDS,
            n_components=N_COMPONENTS,
            permuted=moved_along(y, 2 * AGES, 99, seed=7),
        ).p_value
        for rows in (of_time, seen)
    ]

    assert p_values[0] > 0.05
    assert p_values[1] == 0.01
