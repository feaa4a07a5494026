"""A plan never lets a training see a culture that it, or the choice before it, is judged by."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pat.calibration import CalibrationSet
from pat.calibration.plan import AnalytePlan, analyte_plan, why_untrainable
from pat.calibration.splitters import inner_folds
from pat.errors import CalibrationError
from tests.calibration.sets import make_set


def with_values(cal: CalibrationSet, values: np.ndarray) -> CalibrationSet:
    return replace(cal, values=cal.values.assign(glucose=values))


def fewest_left_to_learn_from(cal: CalibrationSet) -> int:
    known = cal.measured("glucose")
    folds = inner_folds(cal.groups, known, seed=0)
    return min(int((known & ~fold).sum()) for fold in folds)


def check(plan: AnalytePlan, cal: CalibrationSet) -> None:
    """Assert what every plan promises."""
    known = np.isfinite(plan.targets)
    for level in (*plan.nested, *plan.campaigns):
        outside = set(cal.groups[level.refit.held])
        for part in level.parts:
            seen = set(cal.groups[plan.trainings.rows[part.training]])
            assert not seen & outside
            assert not seen & set(cal.groups[part.held])
            assert known[part.held].all()
        inside = np.concatenate([part.held for part in level.parts])
        refitted = np.flatnonzero(plan.trainings.rows[level.refit.training])
        np.testing.assert_array_equal(np.sort(inside), refitted)
    for part in plan.final.parts:
        assert not set(cal.groups[plan.trainings.rows[part.training]]) & set(cal.groups[part.held])
    held = np.concatenate([part.held for part in plan.final.parts])
    np.testing.assert_array_equal(np.sort(held), np.flatnonzero(known))


@settings(max_examples=25, deadline=None)
@given(
    n_cultures=st.integers(4, 26),
    n_campaigns=st.integers(1, 4),
    missing=st.floats(0, 0.6),
    seed=st.integers(0, 3),
)
def test_no_level_sees_what_it_is_judged_by(
    n_cultures: int, n_campaigns: int, missing: float, seed: int
) -> None:
    cal = make_set(n_cultures, 4, campaigns=[f"run{c}" for c in range(n_campaigns)])
    gaps = np.random.default_rng(seed).uniform(size=len(cal)) < missing
    cal = with_values(cal, cal.values["glucose"].to_numpy() * np.where(gaps, np.nan, 1.0))
    assume(why_untrainable(cal, "glucose") is None)
    assume(fewest_left_to_learn_from(cal) >= 4)

    plan = analyte_plan(cal, "glucose", n_inner=4, seed=seed)

    check(plan, cal)


def test_the_final_level_shares_its_trainings_with_the_nested_refits() -> None:
    plan = analyte_plan(make_set(6, 4), "glucose")

    assert [p.training for p in plan.final.parts] == [n.refit.training for n in plan.nested]
    assert len(plan.trainings) == 6 + 6 * 5 / 2  # leaving out two cultures, in either order


def test_campaigns_are_nested_from_three_on() -> None:
    three = make_set(9, 4, campaigns=("a", "b", "c"))
    two = make_set(8, 4, campaigns=("a", "b"))

    plan = analyte_plan(three, "glucose")

    held = [set(three.samples["campaign"].iloc[level.refit.held]) for level in plan.campaigns]
    assert held == [{"a"}, {"b"}, {"c"}]
    assert analyte_plan(two, "glucose").campaigns == ()


def test_two_cultures_can_be_validated_but_not_nested() -> None:
    plan = analyte_plan(make_set(2, 6), "glucose")

    assert len(plan.final.parts) == 2
    assert plan.nested == ()


def test_the_wider_group_is_the_unit_where_there_is_one() -> None:
    cal = make_set(8, 3)
    trains = cal.samples["vessel"].map(lambda name: f"run/train{int(name[1:]) % 4}")
    cal = replace(cal, samples=cal.samples.assign(group=trains))

    plan = analyte_plan(cal, "glucose")

    assert plan.n_groups == 4
    check(plan, cal)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1.0, 2, 3, 4, 5, 6, 7] + [np.nan] * 23, "at least 8 assays with spectra; got 7"),
        ([4.2] * 30, "values that differ; got 4.2 in all 30"),
        (list(range(5)) * 2 + [np.nan] * 20, None),
    ],
)
def test_an_analyte_that_cannot_be_trained_says_why(
    values: list[float], reason: str | None
) -> None:
    found = why_untrainable(with_values(make_set(6, 5), np.array(values)), "glucose")

    assert (found is None) if reason is None else (reason in found)


def test_an_analyte_measured_in_one_culture_only_says_so() -> None:
    values = np.r_[np.arange(9.0), np.full(18, np.nan)]

    assert "all of one culture" in why_untrainable(with_values(make_set(3, 9), values), "glucose")


def test_a_fold_that_would_leave_hardly_anything_is_refused() -> None:
    values = np.r_[np.arange(9.0), 3.0, np.full(8, np.nan)]

    with pytest.raises(CalibrationError, match="one culture holds nearly all"):
        analyte_plan(with_values(make_set(2, 9), values), "glucose")


def test_where_an_inner_fold_would_leave_too_little_nothing_is_nested() -> None:
    values = np.full(18, np.nan)
    values[[0, 1, 2, 3, 6, 7, 8, 9, 12]] = np.arange(9.0)

    plan = analyte_plan(with_values(make_set(3, 6), values), "glucose")

    assert len(plan.final.parts) == 3
    assert plan.nested == ()
