"""Folds of whole groups, joined where there are many."""

import numpy as np

from pat.transfer.folds import joined_folds


def test_a_few_groups_are_left_out_one_by_one_as_they_come() -> None:
    folds = joined_folds(np.array(["b", "a", "b", "c"], dtype=object))

    assert [fold.tolist() for fold in folds] == [
        [True, False, True, False],
        [False, True, False, False],
        [False, False, False, True],
    ]


def test_every_tenth_of_many_groups_shares_a_fold() -> None:
    folds = joined_folds(np.arange(23).astype(object))

    assert [np.flatnonzero(fold).tolist() for fold in folds[:3]] == [
        [0, 10, 20], [1, 11, 21], [2, 12, 22],
    ]  # fmt: skip
    assert len(folds) == 10
    assert np.array_equal(np.sum(folds, axis=0), np.ones(23))
