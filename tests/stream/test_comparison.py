"""An assay is compared with the prediction of its sample, else the nearest one in time."""

from datetime import timedelta
from typing import Any

import pytest

from pat.stream.comparison import assay_beside, compared
from tests.stream.drop import TEN


def assay(minute: float | None = 0.0, **cells: Any) -> dict[str, Any]:
    time = None if minute is None else TEN + timedelta(minutes=minute)
    return {
        "vessel": "V01", "time": time, "elapsed_h": None, "sample": None, "analyte": "glucose",
        "value": 4.0, "unit": "g/L", **cells,
    }  # fmt: skip


def prediction(minute: float | None = 0.0, **cells: Any) -> dict[str, Any]:
    time = None if minute is None else TEN + timedelta(minutes=minute)
    return {
        "vessel": "V01", "time": time, "elapsed_h": None, "sample": None, "analyte": "glucose",
        "value": 4.5, "lower": 3.9, "upper": 5.1, "unit": "g/L", "quality": "good",
        "kind": "culture", "sensor": "a", "sensor_digest": "a", **cells,
    }  # fmt: skip


def test_the_nearest_prediction_of_each_sensor_is_taken() -> None:
    rows = [
        prediction(-14, value=1.0),
        prediction(3, value=2.0),
        prediction(-8, value=3.0, sensor="b", sensor_digest="b"),
    ]

    found = {each.sensor: each.predicted for each in compared(assay(), rows, molar_mass=None)}

    assert found == {"a": 2.0, "b": 3.0}


def test_the_sample_s_own_prediction_comes_first() -> None:
    rows = [prediction(0, value=1.0), prediction(60, value=2.0, sample="S1")]

    [found] = compared(assay(sample="S1"), rows, molar_mass=None)

    assert found.predicted == 2.0


def test_it_is_compared_in_the_sensor_s_unit() -> None:
    [found] = compared(assay(value=4000.0, unit="mg/L"), [prediction()], molar_mass=None)
    [by_mass] = compared(assay(value=25.0, unit="mmol/L"), [prediction()], molar_mass=180.16)

    assert found.difference == pytest.approx(0.5)
    assert found.is_inside
    assert by_mass.assay == pytest.approx(4.504)


def test_what_cannot_be_converted_or_was_censored_is_not_compared() -> None:
    assert list(compared(assay(unit="mmol/L"), [prediction()], molar_mass=None)) == []
    assert list(compared(assay(value=float("nan")), [prediction()], molar_mass=None)) == []


def test_an_assay_beside_a_prediction_is_the_nearest_within_the_window() -> None:
    assays = [assay(-15.0, value=1.0), assay(16.0, value=2.0), assay(-3.0, value=3.0)]

    assert assay_beside(prediction(), assays, within_min=15) == assays[2]
    assert assay_beside(prediction(), assays[:2], within_min=15) == assays[0]
    assert assay_beside(prediction(), assays[1:2], within_min=15) is None


def test_an_aliquot_is_compared_by_its_sample_alone() -> None:
    spike = prediction(0, kind="spike", sample="S1+2")

    assert assay_beside(spike, [assay()], within_min=15) is None
    assert assay_beside(spike, [assay(None, sample="S1+2")], within_min=15) is not None


def test_hours_of_culture_do_where_times_are_not_told() -> None:
    assays = [assay(None, elapsed_h=24.2), assay(None, elapsed_h=24.6)]

    assert assay_beside(prediction(None, elapsed_h=24.0), assays, within_min=15) == assays[0]
