"""The benchmarks run, on a campaign too small to time, and both sides agree there."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import (
    history,
    ordinary_search,
    permuting,
    processes,
    training,
    versus_chemotools,
    versus_ikpls,
    where_time_goes,
    workload,
)
from benchmarks.rows import Cost, Row, cpu_cost, markdown
from pat.calibration import CalibrationSet


@pytest.fixture(scope="module")
def cal() -> CalibrationSet:
    return workload.campaign(n_vessels=9, days=4)


@pytest.mark.parametrize("family", [workload.PLS, workload.RIDGE], ids=lambda family: family.name)
def test_the_search_agrees_with_grid_search(family: object, cal: CalibrationSet) -> None:
    cost = ordinary_search.measured(cal, family, recipes=("A d1 SNV",))

    assert cost.difference < 1e-8
    assert ordinary_search.whole(cost, n_recipes=2, n_analytes=3).seconds > 0


def test_the_search_agrees_with_chemotools_steps_inside_grid_search(cal: CalibrationSet) -> None:
    cost = ordinary_search.measured(
        cal, workload.PLS, recipes=["A d0 EMSC"], way=versus_chemotools.steps_inside
    )

    assert cost.difference < 1e-8


def test_every_job_agrees_with_chemotools() -> None:
    rows = versus_chemotools.rows(n_spectra=40, n_baselines=4, rounds=1)
    differ = {row.job.split(",")[0]: float(row.checked.split("equal to ")[1].split(";")[0])
              for row in rows}  # fmt: skip

    assert differ.pop("arPLS") < 1e-3  # both stop once weights move by less than that
    assert max(differ.values()) < 1e-9


def test_a_difference_is_a_share_of_the_largest_value_and_blind_to_scale() -> None:
    ours = np.array([[1.0, -2.0], [4.0, 0.5]])

    assert versus_chemotools.difference(ours, 3 * ours) < 1e-15
    theirs = np.array([[1.0, -2.0], [4.0, 0.9]])
    assert versus_chemotools.difference(ours, theirs) > 0.05


def test_cross_validation_agrees_with_ikpls() -> None:
    row = versus_ikpls.row(n_samples=100, n_channels=200, rounds=1)

    assert float(row.checked.split()[3]) < 1e-9


def test_the_permutation_test_runs(cal: CalibrationSet) -> None:
    assert permuting.tested(cal, ["A d1 SNV"]).p_value < 0.1


def test_the_parts_of_a_profile_are_the_whole(cal: CalibrationSet) -> None:
    space = workload.space(cal.axis, workload.PLS)
    space = replace(space, recipes={"A d1 SNV": space.recipes["A d1 SNV"]})
    table = where_time_goes.lines(cal, space)
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in table if line[:1] == "|"]
    seconds = {part: float(spent) for part, spent, _ in rows[2:]}

    together = seconds.pop("together")
    assert sum(seconds.values()) == pytest.approx(together, rel=0.01)
    assert seconds["PLS and Gram matrices"] > 0
    assert seconds["libsvm, fitting"] == 0


def test_a_row_shows_the_ratio_and_a_job_without_a_peer_none() -> None:
    rows = [
        Row("a", Cost(0.5, 200.4), "peer", Cost(2.0), "> 1", "same"),
        Row("b", Cost(0.5), "", None, "< 1 s", ""),
    ]

    assert markdown(rows)[2:] == [
        "| a | 0.5 | 200 | peer | 2 |  | 4 | > 1 | same |",
        "| b | 0.5 |  |  |  |  |  | < 1 s |  |",
    ]


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux tells peak memory")
def test_the_peak_of_a_job_counts_what_it_held_and_not_what_was_held_before() -> None:
    np.ones(20_000_000)  # 153 MiB, gone before the first job

    small, large = (cpu_cost(lambda n=n: np.ones(n).sum(), rounds=1) for n in (1_000, 10_000_000))

    assert small.peak_mib is not None
    assert large.peak_mib is not None
    assert 70 < large.peak_mib - small.peak_mib < 90  # 76 MiB and pages of libraries


def test_a_command_is_weighed_and_killed(tmp_path: Path) -> None:
    hungry = "import time; held = bytearray(60_000_000); time.sleep(30)"

    ran = processes.run([sys.executable, "-c", hungry], tmp_path / "words",
                        killed_when=(tmp_path / "words").exists, every=0.3)  # fmt: skip

    assert ran.returncode == -9
    assert ran.seconds < 10


@pytest.mark.slow
def test_a_small_history_is_scored_in_two_goes() -> None:
    told = list(history.simulated(n=8_000, n_files=2))

    assert "of 8 parts done" in told[2]
    assert told[-1] == "the table holds 8000 rows, in order, each spectrum once"


@pytest.mark.slow
def test_a_quick_training_is_weighed() -> None:
    ran = training.trained("quick")

    assert ran.cpu_seconds > 1
    assert ran.peak_mib > 200
