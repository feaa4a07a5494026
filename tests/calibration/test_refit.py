"""What is deployed predicts what the search was judged by; else its training ends."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from pat.calibration import (
    CalibrationSet,
    ConsensusRule,
    PLSFamily,
    SearchResult,
    SearchSpace,
    Strategy,
    SVRFamily,
    check_refit,
    search,
)
from pat.calibration.refit import refit_differences
from pat.errors import CalibrationError
from pat.preprocessing import EMSC, MSC, SNV, SavitzkyGolay
from tests.calibration.sets import AXIS, make_set

RECIPES = {
    "raw": Pipeline([("spectrum", "passthrough")]),
    "derivative": Pipeline([("savgol", SavitzkyGolay(45, 2, deriv=1, axis=AXIS))]),
    "SNV": Pipeline([("savgol", SavitzkyGolay(45, 2, axis=AXIS)), ("scatter", SNV())]),
    "EMSC": Pipeline([("scatter", EMSC(2, AXIS))]),
    "MSC": Pipeline([("scatter", MSC())]),
}


def searched(*, n_tags: int = 0, **rule: object) -> tuple[CalibrationSet, SearchResult]:
    families = (
        PLSFamily(5),
        SVRFamily(({"n_scores": 4, "C": 10.0},)),
        PLSFamily(5, with_process=True),
    )
    cal = make_set(6, 6, noise=0.2, n_tags=n_tags, seed=4)
    space = SearchSpace(
        recipes=RECIPES,
        families=families,
        consensus=ConsensusRule(tolerance=1e9, fixed_tolerance=1e9, **rule),
    )
    result = search(cal, space)["glucose"]
    assert isinstance(result, SearchResult)
    return cal, result


def test_every_member_refitted_agrees_to_eight_digits() -> None:
    cal, result = searched(fixed=tuple(RECIPES))

    assert result.champion.strategy == Strategy.FIXED
    assert len(result.champion.members) == len(RECIPES)
    assert refit_differences(cal, result).max() < 1e-8
    assert check_refit(cal, result) == ()


def test_members_with_process_values_and_solvers_agree_too() -> None:
    cal, result = searched(n_tags=2, stacked=3)

    assert result.champion.strategy == Strategy.STACK
    apart = refit_differences(cal, result)
    exact = [not member.family.screened for member in result.champion.members]
    assert apart[exact].max(initial=0.0) < 1e-8
    assert apart.max() < 1e-2
    assert check_refit(cal, result) == ()


def test_a_linear_member_that_differs_ends_the_training_of_its_analyte() -> None:
    cal, result = searched(counts=(2,))
    moved = result.by_member.copy()
    moved[1] += 1e-6

    with pytest.raises(CalibrationError, match=r"on \w+ differs from the search by \d"):
        check_refit(cal, replace(result, by_member=moved))


def test_a_member_that_cannot_be_compared_does_not_pass() -> None:
    cal, result = searched(counts=(2,))

    with pytest.raises(CalibrationError, match="by nan of the SD"):
        check_refit(cal, replace(result, by_member=result.by_member * np.nan))


def test_the_value_of_a_consensus_is_the_weighted_mean_of_its_members() -> None:
    _, result = searched(counts=(3,))

    expected = np.array(result.champion.weights) @ result.by_member
    np.testing.assert_allclose(result.heldout["prediction"], expected, rtol=1e-12)
