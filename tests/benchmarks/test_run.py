"""The benchmarks run, on a campaign too small to time, and both sides agree there."""

import pytest

from benchmarks import ordinary_search, permuting, versus_ikpls, where_time_goes, workload
from benchmarks.rows import Row, markdown
from pat.calibration import CalibrationSet


@pytest.fixture(scope="module")
def cal() -> CalibrationSet:
    return workload.campaign(n_vessels=9, days=4)


@pytest.mark.parametrize("family", [workload.PLS, workload.RIDGE], ids=lambda family: family.name)
def test_the_search_agrees_with_grid_search(family: object, cal: CalibrationSet) -> None:
    cost = ordinary_search.measured(cal, family, recipes=("A d1 SNV",))

    assert cost.difference < 1e-8
    assert ordinary_search.whole(cost, n_recipes=2, n_analytes=3) > 0


def test_cross_validation_agrees_with_ikpls() -> None:
    row = versus_ikpls.row(n_samples=100, n_channels=200, rounds=1)

    assert float(row.checked.split()[3]) < 1e-9


def test_the_permutation_test_runs(cal: CalibrationSet) -> None:
    assert permuting.tested(cal, ["A d1 SNV"]).p_value < 0.1


def test_the_parts_of_a_profile_are_the_whole(cal: CalibrationSet) -> None:
    table = where_time_goes.lines(cal, workload.space(cal.axis, workload.PLS))
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in table if line[:1] == "|"]
    seconds = {part: float(spent) for part, spent, _ in rows[2:]}

    together = seconds.pop("together")
    assert sum(seconds.values()) == pytest.approx(together, rel=0.01)
    assert seconds["PLS and Gram matrices"] > 0
    assert seconds["libsvm, fitting"] == 0


def test_a_row_shows_the_ratio_and_a_job_without_a_peer_none() -> None:
    rows = [Row("a", 0.5, "peer", 2.0, "> 1", "same"), Row("b", 0.5, "", None, "< 1 s", "")]

    assert markdown(rows)[2:] == [
        "| a | 0.5 | peer | 2 | 4.0 | > 1 | same |",
        "| b | 0.5 |  |  |  | < 1 s |  |",
    ]
