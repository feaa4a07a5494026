"""Processes of a training are started early, and what they make is what one process makes.

Oracle: the same work in this process.
"""

import os
import signal
import sys
from dataclasses import replace
from functools import cache

import joblib
import pandas as pd
import pytest

from pat.calibration import SearchResult, search
from pat.errors import StoreError
from pat.soft_sensor import LEFT_OUT
from pat.soft_sensor.folder import COEFFICIENTS, GOLDEN
from pipelines import training_sensors
from pipelines.backend import running_on
from pipelines.recipes import Effort, search_space
from pipelines.training_inputs import TrainingData, TrainingOptions, read_campaigns, training_data
from pipelines.training_sensors import trained_sensors
from pipelines.workers import start_workers
from tests.pipelines.trainings import small_campaign


@cache
def campaigns():
    return read_campaigns([small_campaign()])


def options():
    return TrainingOptions(
        name="tiny", effort="quick", holdout=(), resamples=None, with_process_data=False,
        seed=0, register=False,
    )  # fmt: skip


@cache
def searched() -> tuple[TrainingData, SearchResult]:
    data = training_data(campaigns(), ["glucose"], options=options())
    cal = data.training
    space = search_space(cal.axis, cal.axis_kind, effort=Effort.QUICK)
    result = search(cal, space)["glucose"]
    assert isinstance(result, SearchResult)
    return data, result


def process_and_what_it_has(_number):
    return os.getpid(), "pipelines.training_evidence" in sys.modules


def test_little_work_starts_no_process():
    assert start_workers(30, effort="quick") == 1


def test_much_work_finds_processes_that_have_loaded_what_they_need(monkeypatch):
    monkeypatch.setattr("joblib.cpu_count", lambda: 2)

    count = start_workers(5000, effort="quick")
    with joblib.parallel_config("loky"):
        found = joblib.Parallel(n_jobs=count)(
            joblib.delayed(process_and_what_it_has)(number) for number in range(8)
        )

    assert count == 2
    assert os.getpid() not in {process for process, _ in found}
    assert any(loaded for _, loaded in found)


def killed(_number):
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_process_that_the_system_ends_is_one_message_that_says_what_to_do():
    with (
        pytest.raises(StoreError, match="want of memory; nothing half-written"),
        running_on("loky"),
    ):
        joblib.Parallel(n_jobs=2)(joblib.delayed(killed)(number) for number in range(2))


def test_a_sensor_that_cannot_be_built_leaves_the_others(monkeypatch, capsys):
    data, result = searched()
    built = training_sensors.trained_sensor

    def broken_for_one(cal, one, **settings):
        if one is not result:
            raise ValueError("no such luck")
        return built(cal, one, **settings)

    monkeypatch.setattr(training_sensors, "trained_sensor", broken_for_one)
    sensors, reasons = trained_sensors(
        {"glucose": result, "twin": replace(result)}, data, campaigns=campaigns(),
        options=options(), n_jobs=1,
    )  # fmt: skip

    assert list(sensors) == ["glucose"]
    assert reasons == {"twin": "its sensor cannot be built (ValueError: no such luck)"}
    assert "test_workers.py" in capsys.readouterr().err


@pytest.mark.slow
def test_sensors_do_not_depend_on_how_many_are_built_at_once():
    data, result = searched()

    built = [
        trained_sensors(
            {"glucose": result, "twin": result}, data, campaigns=campaigns(), options=options(),
            n_jobs=n_jobs,
        )
        for n_jobs in (1, 2)
    ]  # fmt: skip

    (one, not_one), (two, not_two) = built
    assert list(one) == list(two) == ["glucose", "twin"]
    assert not_one == not_two == {}
    for name in one:
        pd.testing.assert_frame_equal(one[name].heldout, two[name].heldout, check_exact=True)
        assert one[name].facts == two[name].facts
        for file in (GOLDEN, COEFFICIENTS, LEFT_OUT):
            assert one[name].sensor.contents[file] == two[name].sensor.contents[file]
