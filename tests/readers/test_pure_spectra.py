"""A user's pure spectra are read, scaled to one unit and drawn on another axis."""

import numpy as np
import pytest

from pat.campaign import Analyte
from pat.errors import CampaignError, InputError
from pat.readers.pure_spectra import read_pure_spectra

GLUCOSE = {"glucose": Analyte("glucose", "g/L", molar_mass=180.16)}


def written(folder, text):
    path = folder / "pure.csv"
    path.write_text(text)
    return path


def test_amounts_are_divided_out_and_the_axis_may_differ(tmp_path):
    path = written(tmp_path, "component,amount,unit,400,402,404\nglucose,10,g/L,10,30,50\n")

    drawn = read_pure_spectra(path).drawn_on(
        np.array([399.0, 401.0, 403.0]), np.array([401.0, 403.0]), GLUCOSE
    )

    assert drawn.loc["glucose"].tolist() == pytest.approx([0.0, 2.0, 4.0])


def test_a_falling_axis_and_another_unit_are_converted(tmp_path):
    path = written(tmp_path, "component,unit,404,402,400\nglucose,mmol/L,5,3,1\n")

    drawn = read_pure_spectra(path).drawn_on(
        np.array([400.0, 404.0]), np.array([400.0, 404.0]), GLUCOSE
    )

    # One g/L is 5.551 mmol/L.
    assert drawn.loc["glucose"].tolist() == pytest.approx([5.551, 27.753], rel=1e-3)


def test_an_axis_that_does_not_reach_what_the_sensor_reads_is_refused(tmp_path):
    pure = read_pure_spectra(written(tmp_path, "component,400,402\nglucose,1,2\n"))

    with pytest.raises(
        InputError, match=r"over the 400 to 410 that the sensor reads; got 400 to 402"
    ):
        pure.drawn_on(np.arange(400.0, 411.0), np.arange(400.0, 411.0), GLUCOSE)


def test_a_unit_of_another_kind_is_refused(tmp_path):
    pure = read_pure_spectra(written(tmp_path, "component,unit,400,402\nglucose,degC,1,2\n"))

    with pytest.raises(InputError, match=r"pure.csv, glucose"):
        pure.drawn_on(np.array([400.0]), np.array([400.0]), GLUCOSE)


def test_every_fault_of_the_file_is_told_at_once(tmp_path):
    text = "component,amount,400,402\nglucose,0,1,2\nglucose,1,,3\n,1,1,1\n"

    with pytest.raises(CampaignError) as error:
        read_pure_spectra(written(tmp_path, text))

    said = str(error.value)
    for part in ("each component once", "above 0", "in every channel", "expected a name"):
        assert part in said


@pytest.mark.parametrize("text", ["name,400,402\nglucose,1,2\n", "component,amount\nglucose,1\n"])
def test_a_table_without_components_or_channels_is_refused(tmp_path, text):
    with pytest.raises(CampaignError, match="expected a column"):
        read_pure_spectra(written(tmp_path, text))


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_pure_spectra(tmp_path / "no.csv")


def test_a_spectrum_without_bands_is_refused(tmp_path):
    path = written(tmp_path, "component,400,402,404\nglucose,1,2,3\nwater,7,7,7\n")

    with pytest.raises(CampaignError, match="expected bands; got one intensity in all channels"):
        read_pure_spectra(path)
