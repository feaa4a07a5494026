"""Text of many columns: axis and intensities are taken by their titles, never by their place."""

import numpy as np
import pytest

from pat.errors import FileFormatError
from pat.readers import read_spectrum_file
from pat.spectra import AxisKind


def read(folder, text, name="s.txt", **options):
    (folder / name).write_text(text)
    return read_spectrum_file(folder / name, **options)


BWTEK = """File Version;BWSpec4.11_1
Date;2023-01-31 16:32:22
model;BTC162E
intigration times(ms);7000
average number;5
laser_wavelength;784,82
Pixel;Wavelength;Raman Shift;Dark;Raw data #1;Dark Subtracted #1;
0;   ;   ;1,0;2,0;1,0;
1;800,00;241,75;1,0;3,5;2,5;
2;801,00;257,36;1,0;4,5;3,5;
"""


def test_a_raman_shift_goes_before_a_wavelength_and_pixels_without_either_are_left(tmp_path):
    back = read(tmp_path, BWTEK)

    assert back.axis.tolist() == [241.75, 257.36]
    assert back.intensities.tolist() == [[2.5, 3.5]]
    assert back.axis_kind is AxisKind.RAMAN_SHIFT


def test_the_header_tells_of_the_measurement(tmp_path):
    keys = read(tmp_path, BWTEK, timezone="Europe/Berlin").keys.iloc[0]

    assert keys["time"].isoformat() == "2023-01-31T15:32:22+00:00"
    assert (keys["exposure_s"], keys["accumulations"]) == (7.0, 5.0)
    assert (keys["laser_nm"], keys["instrument"]) == (784.82, "BTC162E")


@pytest.mark.parametrize(
    ("laser", "kind"), [("784.82", AxisKind.RAMAN_SHIFT), ("532.10", AxisKind.WAVENUMBER)]
)
def test_a_wavenumber_is_a_raman_shift_where_laser_and_wavelength_say_so(tmp_path, laser, kind):
    text = f"Laser Wavelength,{laser}\nPixel,Wavelength,Wavenumber,Processed\n"

    back = read(tmp_path, text + "0,799.00,226.11,NA\n1,800.00,241.75,1\n2,801.00,257.36,2\n")

    assert back.axis_kind is kind
    assert back.axis.tolist() == [241.75, 257.36]  # pixel 0 lies outside the region of interest


def test_every_other_column_is_a_spectrum_where_the_first_is_the_axis(tmp_path):
    text = "X-Axis\tA(0)\tA(1)\nrel. 1/cm\tCCD cts\tCCD cts\n100\t1\t2\n101\t3\t4\n"

    back = read(tmp_path, text)

    assert back.intensities.tolist() == [[1.0, 3.0], [2.0, 4.0]]
    assert back.keys["scan"].tolist() == ["0", "1"]


def test_units_of_an_axis_that_is_not_known_are_refused(tmp_path):
    with pytest.raises(FileFormatError, match=r"rel\. 1/cm or nm; got 'ev'"):
        read(tmp_path, "X-Axis\tA(0)\tA(1)\neV\tcts\tcts\n1\t1\t2\n2\t3\t4\n")


def test_a_map_is_a_spectrum_a_point(tmp_path):
    lines = [f"{x}\t5\t{shift}\t{x * shift}" for x in (1, 2, 3) for shift in (300, 200, 100)]

    back = read(tmp_path, "\n".join(["#X\t\t#Y\t\t#Wave\t\t#Intensity", *lines]))

    assert back.axis.tolist() == [300.0, 200.0, 100.0]
    assert np.array_equal(back.intensities, np.outer([1, 2, 3], back.axis))
    assert back.keys["position_x_um"].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("gone", [3, 5])
def test_a_map_that_lacks_a_channel_is_refused(tmp_path, gone):
    lines = [f"{x}\t5\t{shift}\t1" for x in (1, 2, 3) for shift in (300, 200, 100)]
    del lines[gone]

    with pytest.raises(FileFormatError, match="every point with the same channels"):
        read(tmp_path, "\n".join(["#X\t#Y\t#Wave\t#Intensity", *lines]))


def test_a_matrix_begins_with_its_axis(tmp_path):
    axis = np.arange(100, 110)
    text = "\n".join("\t".join(map(str, row)) for row in (["", *axis], [0, *axis], [1.5, *axis]))

    back = read(tmp_path, text)

    assert np.array_equal(back.axis, axis)
    assert np.array_equal(back.intensities, [axis, axis])
    assert back.keys["series_1"].tolist() == [0.0, 1.5]


def test_names_beside_a_matrix_are_kept_and_never_taken_for_a_vessel(tmp_path):
    axis = ",".join(map(str, range(100, 110)))
    text = f"{axis},polymer,sample\n{axis},HDPE,a\n"

    keys = read(tmp_path, text, "s.csv").keys.iloc[0]

    assert keys["polymer"] == "HDPE"
    assert keys["sample_told"] == "a"
    assert keys[["vessel", "sample"]].isna().all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("100 1 2\n101 3 4\n", "titles that say which of them are; got 3"),
        ("Pixel;Wavelength;Dark\n1;800;1\n2;801;2\n", "expected a column of intensities"),
        ("Raman Shift;a;b\n100;1;2\n101;1\n", "expected 3 columns in every line"),
        ("Raman Shift;a;b\n100;1;2\n101;x;2\n", "expected numbers in 3 columns"),
        ("Raman Shift;a;b\n100;1;2\n100;1;2\n", "rising or falling"),
        ("Raman Shift;a;b\n", "found none"),
        ("Wavelength;a;b\n300;1;2\n301;1;2\n", "ultraviolet or visible"),
    ],
)
def test_columns_that_are_not_said_or_not_whole_are_refused(tmp_path, text, words):
    with pytest.raises(FileFormatError, match=words) as caught:
        read(tmp_path, text)

    assert str(caught.value).startswith("s.txt: ")


def test_only_files_of_andor_need_no_titles(tmp_path):
    text = "100,1,2,\n101,3,4,\n"

    assert read(tmp_path, text, "s.asc").intensities.tolist() == [[1.0, 3.0], [2.0, 4.0]]
    with pytest.raises(FileFormatError, match="titles"):
        read(tmp_path, text, "s.csv")
