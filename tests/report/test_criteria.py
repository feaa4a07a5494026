"""A criterion is met, not met, or cannot be judged, and what cannot be judged is not met."""

from dataclasses import replace

import numpy as np
import pytest

from pat.calibration.merit import bias_test
from pat.readers.target_profile import Target
from pat.report.criteria import Judged, all_met, criteria

TARGET = Target(
    "glucose", "g/L", range=(1.0, 5.0), max_rmsep=0.3, max_bias=0.2, min_coverage=0.9,
    null_margin=0.5,
)  # fmt: skip
CULTURES = np.repeat(np.arange(8), 5)
ERRORS = np.random.default_rng(0).normal(0, 0.1, 40)
GOOD = Judged(
    rmsep=0.25,
    rmsep_interval=(0.2, 0.31),
    bias=bias_test(ERRORS, CULTURES, limit=0.2),
    coverage=0.95,
    culture_age_rmse=1.0,
    calibrated_range=(0.9, 5.5),
)
WORSE = {
    "range": {"calibrated_range": (2.0, 5.5)},
    "error": {"rmsep": 0.31},
    "bias": {"bias": bias_test(ERRORS + 0.15, CULTURES, limit=0.16)},
    "coverage": {"coverage": 0.89},
    "null model": {"culture_age_rmse": 0.4},
}
UNKNOWN = {
    "range": {"calibrated_range": None},
    "error": {"rmsep": None},
    "bias": {"bias": None},
    "coverage": {"coverage": None},
    "null model": {"culture_age_rmse": None},
}


def test_a_good_sensor_meets_every_criterion():
    found = criteria(TARGET, GOOD)

    assert [one.name for one in found] == list(WORSE)
    assert all_met(found)


@pytest.mark.parametrize("name", WORSE)
def test_each_criterion_fails_by_itself(name):
    found = {one.name: one for one in criteria(TARGET, replace(GOOD, **WORSE[name]))}

    assert found[name].is_met is False
    assert all(one.is_met for other, one in found.items() if other != name)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_cannot_be_judged_is_not_met(name):
    found = {one.name: one for one in criteria(TARGET, replace(GOOD, **UNKNOWN[name]))}

    assert found[name].verdict == "cannot be judged"
    assert not all_met(list(found.values()))


def test_what_is_not_asked_is_not_judged():
    assert criteria(Target("glucose", "g/L", max_rmsep=0.3), GOOD)[0].name == "error"
    assert len(criteria(Target("glucose", "g/L", max_rmsep=0.3), GOOD)) == 1
