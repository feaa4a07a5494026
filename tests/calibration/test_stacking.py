"""Campaigns become one set: one axis, one unit, only spectra that can teach something."""

from dataclasses import replace

import numpy as np
import pytest

from pat.calibration import calibration_set
from pat.campaign import Analyte, Campaign
from pat.errors import AxisError, CalibrationError, InputError
from pat.spectra import AxisKind
from tests.alignment.campaigns import make_campaign

AXIS = np.linspace(400.0, 1800.0, 29)


def campaign(
    name: str = "run", *, axis: np.ndarray = AXIS, n: int = 3, slope: float = 2.0, **more: object
) -> Campaign:
    """Return a campaign of n samples a day apart whose spectra are straight lines."""
    days = [{"vessel": "V1", "time": f"2024-05-0{day + 1}T08:00Z"} for day in range(n)]
    assays = [{**day, "value": 1.0 + number} for number, day in enumerate(days)]
    lines = np.array([slope * axis + number for number in range(n)])
    return make_campaign(days, assays, axis=axis, intensities=lines, id=name, **more)


def test_a_sample_is_the_mean_of_its_spectra() -> None:
    times = ["2024-05-01T08:00Z", "2024-05-01T08:05Z"]
    spectra = [{"vessel": "V1", "time": time} for time in times]
    two = make_campaign(
        spectra,
        [{"vessel": "V1", "time": times[0], "value": 4.0}],
        axis=AXIS,
        intensities=np.array([AXIS, 3 * AXIS]),
    )

    cal = calibration_set([two])

    np.testing.assert_allclose(cal.intensities, [2 * AXIS])
    assert cal.values["glucose"].to_list() == [4.0]


def test_another_campaigns_spectra_come_onto_the_axis_of_the_first() -> None:
    finer = np.linspace(1900.0, 300.0, 161)

    cal = calibration_set([campaign("a"), campaign("b", axis=finer)])

    np.testing.assert_array_equal(cal.axis, AXIS)
    np.testing.assert_allclose(cal.intensities[3:], cal.intensities[:3], rtol=1e-12)
    assert list(cal.samples["culture"].unique()) == ["a/V1", "b/V1"]
    assert [source for source, _ in cal.sources] == ["a", "b"]


def test_the_axis_is_cut_to_what_every_campaign_covers() -> None:
    shorter = np.linspace(600.0, 1700.0, 111)

    cal = calibration_set([campaign("a"), campaign("b", axis=shorter)])

    assert cal.axis.min() >= 600
    assert cal.axis.max() <= 1700
    np.testing.assert_allclose(cal.intensities[0], 2 * cal.axis)


def test_axes_that_share_too_little_are_refused() -> None:
    elsewhere = np.linspace(1500.0, 3000.0, 50)

    with pytest.raises(AxisError, match="b: expected an axis that shares at least 50%"):
        calibration_set([campaign("a"), campaign("b", axis=elsewhere)])


def test_axes_of_another_kind_are_refused() -> None:
    other = campaign("b")
    other = replace(other, spectra=replace(other.spectra, axis_kind=AxisKind.WAVELENGTH))

    with pytest.raises(AxisError, match=r"raman_shift_cm1.*got wavelength_nm"):
        calibration_set([campaign("a"), other])


def test_values_come_in_the_units_of_the_first_campaign() -> None:
    in_mg = {"glucose": Analyte("glucose", "mg/L", sel=200.0)}
    in_g = {"glucose": Analyte("glucose", "g/L", sel=0.1)}

    cal = calibration_set([campaign("a", analytes=in_g), campaign("b", analytes=in_mg)])

    np.testing.assert_allclose(cal.values["glucose"], [1, 2, 3, 0.001, 0.002, 0.003])
    assert cal.sel["glucose"] == pytest.approx(np.sqrt((0.1**2 + 0.2**2) / 2))


def test_units_that_measure_something_else_are_refused() -> None:
    in_cells = {"glucose": Analyte("glucose", "1e6/mL")}

    with pytest.raises(InputError, match="b, glucose"):
        calibration_set([campaign("a"), campaign("b", analytes=in_cells)])


def test_dead_spectra_are_left_out_and_listed() -> None:
    three = campaign()
    intensities = three.spectra.intensities.copy()
    intensities[0] = 7.0
    intensities[1, 3] = np.nan

    cal = calibration_set([replace(three, spectra=replace(three.spectra, intensities=intensities))])

    assert len(cal) == 1
    assert [one.key for one in cal.unpaired["glucose"]] == [
        "V1, 2024-05-01T08:00Z",
        "V1, 2024-05-02T08:00Z",
    ]
    assert {one.reason for one in cal.unpaired["glucose"]} == {
        "every spectrum of it is dead or not finite"
    }


def test_a_sample_without_a_process_value_is_left_out_and_listed() -> None:
    online = [
        {"vessel": "V1", "time": "2024-05-01T07:50Z", "pH": 7.1},
        {"vessel": "V1", "time": "2024-05-02T07:00Z", "pH": 7.0},
        {"vessel": "V1", "time": "2024-05-03T07:59Z", "pH": 6.9},
    ]

    cal = calibration_set([campaign(online=online)], process_names=["pH"])

    assert cal.process["pH"].to_list() == [7.1, 6.9]
    assert len(cal) == 2
    (left_out,) = cal.unpaired["glucose"]
    assert "no pH since 2024-05-02T07:00Z" in left_out.reason


def test_a_process_value_that_nobody_recorded_is_refused() -> None:
    with pytest.raises(InputError, match=r"run: expected online values out of \[\]; got pH"):
        calibration_set([campaign()], process_names=["pH"])


def test_an_unknown_analyte_is_named_with_those_there_are() -> None:
    with pytest.raises(InputError, match="out of glucose; got lactose"):
        calibration_set([campaign()], analytes=["lactose"])


def test_two_campaigns_of_one_id_are_refused() -> None:
    with pytest.raises(InputError, match="run twice"):
        calibration_set([campaign(), campaign()])


def test_where_nothing_pairs_the_first_reason_is_told() -> None:
    spectra = [{"vessel": "V1", "time": "2024-05-01T08:00Z"}]
    late = make_campaign(spectra, [{"vessel": "V1", "time": "2024-05-01T10:00Z", "value": 4.0}])

    with pytest.raises(CalibrationError, match=r"1 assays are unpaired \(first: V1, .*nearest"):
        calibration_set([late])


def test_a_real_campaign_stacks_whole(shared_data) -> None:
    from pat.readers import read_campaign

    cal = calibration_set([read_campaign(shared_data / "mixtures-785")])

    assert len(cal) == 53
    assert list(cal.analytes) == ["glucose", "acetate", "magnesium_sulfate"]
    assert len(set(cal.groups)) == 53
