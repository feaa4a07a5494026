"""No fold cuts inside a group, every group is held out once, and folds are of nearly one size."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.calibration.splitters import campaign_folds, culture_folds, inner_folds, resample_folds
from pat.errors import CalibrationError, InputError
from tests.calibration.sets import make_set

group_labels = st.lists(st.integers(0, 40), min_size=2, max_size=200).filter(
    lambda labels: len(set(labels)) >= 2
)


@given(labels=group_labels, seed=st.integers(0, 5), n_folds=st.integers(2, 12))
def test_folds_partition_the_rows_along_groups(labels: list[int], seed: int, n_folds: int) -> None:
    groups = np.array([f"run/V{label}" for label in labels], dtype=object)

    folds = culture_folds(groups, n_folds=n_folds, seed=seed)

    np.testing.assert_array_equal(np.sum(folds, axis=0), 1)
    for held in folds:
        assert held.any()
        assert not set(groups[held]) & set(groups[~held])


@given(labels=group_labels, cut=st.integers(0, 40), seed=st.integers(0, 3))
def test_inner_folds_stay_inside_their_training_rows(
    labels: list[int], cut: int, seed: int
) -> None:
    groups = np.array([f"run/V{label}" for label in labels], dtype=object)
    train = groups != f"run/V{cut}"
    if len(set(groups[train])) < 2:
        return

    folds = inner_folds(groups, train, seed=seed)

    np.testing.assert_array_equal(np.sum(folds, axis=0), train.astype(int))
    for held in folds:
        assert not set(groups[held]) & set(groups[train & ~held])


def test_up_to_twelve_cultures_are_left_out_one_by_one() -> None:
    groups = np.repeat([f"V{n}" for n in range(12)], 3).astype(object)

    folds = culture_folds(groups)

    assert [set(groups[held]) for held in folds] == [{name} for name in sorted(set(groups))]


def test_thirteen_cultures_go_into_ten_folds() -> None:
    groups = np.repeat([f"V{n}" for n in range(13)], 3).astype(object)

    folds = culture_folds(groups)

    assert sorted(len(set(groups[held])) for held in folds) == [1] * 7 + [2] * 3


def test_folds_are_balanced_by_size() -> None:
    sizes = [60] + [20] * 9 + [3] * 20
    groups = np.repeat([f"V{n}" for n in range(30)], sizes).astype(object)

    rows = sorted(int(held.sum()) for held in culture_folds(groups))

    assert rows[-1] == 60
    assert max(rows[:-1]) - min(rows[:-1]) <= 3  # no more than the smallest culture


def test_the_seed_decides_which_cultures_share_a_fold() -> None:
    groups = np.repeat([f"V{n}" for n in range(40)], 2).astype(object)

    def partition(seed: int) -> set[frozenset[str]]:
        return {frozenset(groups[held]) for held in culture_folds(groups, seed=seed)}

    assert partition(1) == partition(1)
    assert partition(1) != partition(2)


def test_one_culture_cannot_be_validated_and_it_says_what_to_do() -> None:
    with pytest.raises(CalibrationError, match=r"validation is impossible\. Add the vessels"):
        culture_folds(np.array(["run/V1"] * 9, dtype=object))


def test_campaigns_are_left_out_from_three_on() -> None:
    assert campaign_folds(np.array(["a", "a", "b"], dtype=object)) == []
    folds = campaign_folds(np.array(["a", "b", "c", "b"], dtype=object))
    np.testing.assert_array_equal(folds[1], [False, True, False, True])


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_published_resamples_hold_out_the_vessels_they_name(tmp_path: Path) -> None:
    cal = make_set(4, 2)
    text = "resample,held_out_vessels\nR1,V01 V03\nR2,V04\n"

    first, second = resample_folds(write(tmp_path / "r.csv", text), cal)

    assert set(cal.cultures[first]) == {"run/V01", "run/V03"}
    assert set(cal.cultures[second]) == {"run/V04"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("resample,vessels\nR1,V01\n", "held_out_vessels"),
        ("resample,held_out_vessels\n", "expected rows"),
        ("resample,held_out_vessels\nR1,V01\nR2,V77\n", r"R2: .*V77"),
        ("resample,held_out_vessels\nR1,V01 V02 V03 V04\n", "some left to learn from"),
        ("resample,held_out_vessels\nR1,\n", "some vessels held out"),
        ("", "expected a CSV file"),
    ],
)
def test_resamples_that_do_not_fit_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        resample_folds(write(tmp_path / "r.csv", text), make_set(4, 2))


def test_resamples_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv"):
        resample_folds(tmp_path / "none.csv", make_set(4, 2))


def test_plain_vessel_names_are_looked_for_in_every_campaign(tmp_path: Path) -> None:
    cal = make_set(4, 2, campaigns=("a", "b"))
    text = "resample,held_out_vessels\nR1,V01 V02\n"

    (held,) = resample_folds(write(tmp_path / "r.csv", text), cal)

    assert set(cal.cultures[held]) == {"a/V01", "b/V02"}


def test_a_resample_may_name_the_campaign_too(tmp_path: Path) -> None:
    cal = make_set(4, 2, campaigns=("a", "b"))
    text = "resample,held_out_vessels\nR1,a/V01\n"

    (held,) = resample_folds(write(tmp_path / "r.csv", text), cal)

    assert set(cal.cultures[held]) == {"a/V01"}
