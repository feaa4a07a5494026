"""A calibration set is cut along cultures, by names that people write, or it says why not."""

from dataclasses import replace

import numpy as np
import pytest

from pat.calibration import CalibrationSet
from pat.errors import InputError
from tests.calibration.sets import make_set


@pytest.fixture
def cal() -> CalibrationSet:
    return make_set(6, 3, campaigns=("spring", "autumn"))


@pytest.mark.parametrize(
    ("name", "cultures"),
    [
        ("V02", {"autumn/V02"}),
        ("spring/V03", {"spring/V03"}),
        ("autumn/*", {"autumn/V02", "autumn/V04", "autumn/V06"}),
    ],
)
def test_a_holdout_is_named_by_vessel_culture_or_campaign(
    cal: CalibrationSet, name: str, cultures: set[str]
) -> None:
    mask = cal.holdout_mask([name])

    assert set(cal.cultures[mask]) == cultures
    assert not set(cal.cultures[~mask]) & cultures


def test_several_names_hold_out_all_of_them(cal: CalibrationSet) -> None:
    assert cal.holdout_mask(["V01", "autumn/V02"]).sum() == 6


def test_no_name_holds_out_nothing(cal: CalibrationSet) -> None:
    assert not cal.holdout_mask([]).any()


@pytest.mark.parametrize("name", ["V99", "spring/V02", "summer/*", "v01", "spring"])
def test_an_unknown_holdout_is_named_with_what_there_is(cal: CalibrationSet, name: str) -> None:
    with pytest.raises(InputError, match=f"spring/V01.*got '{name.replace('*', '.')}"):
        cal.holdout_mask([name])


def test_a_holdout_leaves_something_to_train_on(cal: CalibrationSet) -> None:
    with pytest.raises(InputError, match="leaves cultures to train on"):
        cal.holdout_mask(["spring/*", "autumn/*"])


def test_a_holdout_does_not_cut_a_seed_train_in_two(cal: CalibrationSet) -> None:
    samples = cal.samples.assign(group="spring/train-1")

    with pytest.raises(InputError, match="spring/train-1"):
        replace(cal, samples=samples).holdout_mask(["V01"])


def test_selected_rows_stay_together(cal: CalibrationSet) -> None:
    mask = cal.holdout_mask(["V04"])

    part = cal.select(mask)

    assert len(part) == 3
    np.testing.assert_array_equal(part.intensities, cal.intensities[mask])
    np.testing.assert_array_equal(part.values["glucose"], cal.values["glucose"][mask])
    assert set(part.cultures) == {"autumn/V04"}
    assert list(part.samples.index) == [0, 1, 2]


def test_the_error_of_averaged_assays_is_that_of_one_over_root_n(cal: CalibrationSet) -> None:
    readings = cal.readings.assign(glucose=4)

    averaged = replace(cal, readings=readings, sel={"glucose": 0.3})

    assert averaged.value_sd("glucose") == pytest.approx(0.15)
    assert cal.value_sd("glucose") is None
