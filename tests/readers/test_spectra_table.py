"""The wide table of spectra: channels are columns named by numbers, all else is kept."""

import numpy as np
import pandas as pd
import pytest

from pat.readers import read_campaign
from pat.spectra import KEY_COLUMNS, Kind
from tests.readers.folders import SPECTRA, faults, folder, only_fault

ALONE = {"assays.csv": None, "events.csv": None}


def spectra(path, text):
    return read_campaign(folder(path, {**ALONE, "spectra.csv": text})).spectra


def test_a_falling_axis_is_kept_as_it_is(tmp_path):
    read = spectra(tmp_path, "vessel,elapsed_h,402.5,401,400\nV01,0,1,2,3\n")

    assert read.axis.tolist() == [402.5, 401.0, 400.0]
    assert read.intensities.tolist() == [[1.0, 2.0, 3.0]]


@pytest.mark.parametrize("axis", ["400,402,401", "402,400,401", "400,401,401.0"])
def test_an_axis_that_turns_back_is_a_fault(tmp_path, axis):
    text = f"vessel,elapsed_h,{axis}\nV01,0,1,2,3\n"

    fault = only_fault(tmp_path, {**ALONE, "spectra.csv": text})

    assert (fault.file, fault.row) == ("spectra.csv", 1)
    assert "channels rising or falling" in fault.message


def test_metadata_columns_are_kept_with_their_types(tmp_path):
    text = (
        "vessel,elapsed_h,scan,kind,probe,exposure_s,accumulations,serial,400,401\n"
        "V01,0,1,,P1,10.5,3,007,1,2\nV01,0,2,spike,P1,,3,007,1,2\n"
    )

    keys = spectra(tmp_path, text).keys

    assert keys["scan"].tolist() == ["1", "2"]
    assert keys["kind"].tolist() == [Kind.CULTURE, Kind.SPIKE]
    assert np.array_equal(keys["exposure_s"], [10.5, np.nan], equal_nan=True)
    assert keys["accumulations"].dtype == "int64"
    assert keys["serial"].tolist() == ["007", "007"]


def test_channels_without_a_number_in_a_row_are_nan_or_infinite(tmp_path):
    read = spectra(tmp_path, "vessel,elapsed_h,1,2,3,4\nV01,0,,nan,inf,-inf\n")

    assert np.array_equal(read.intensities[0], [np.nan, np.nan, np.inf, -np.inf], equal_nan=True)


@pytest.mark.parametrize("quote", [True, False])
def test_a_channel_that_is_no_number_is_a_fault_at_its_row_and_column(tmp_path, quote):
    cell = '"over"' if quote else "over"

    fault = only_fault(tmp_path, {"spectra.csv": SPECTRA.replace("14", cell)})

    assert (fault.file, fault.row, fault.column) == ("spectra.csv", 3, "401")
    assert "'over'" in fault.message


def test_the_quick_way_and_the_careful_way_read_the_same(tmp_path):
    careful = SPECTRA.replace("V02", '"V02"')

    quick, slow = spectra(tmp_path / "a", SPECTRA), spectra(tmp_path / "b", careful)

    assert np.array_equal(quick.intensities, slow.intensities)
    pd.testing.assert_frame_equal(quick.keys, slow.keys)


@pytest.mark.parametrize("text", [SPECTRA + "\n\n", SPECTRA.replace("V02", "\nV02"),
                                  SPECTRA.replace("\n", "\r\n"), "\n" + SPECTRA,
                                  SPECTRA.replace("\n", ",\n"), SPECTRA + ",,,,\n"])  # fmt: skip
def test_blank_lines_and_line_endings_change_nothing(tmp_path, text):
    read = spectra(tmp_path, text)

    assert read.intensities.tolist() == [[10, 11, 12], [13, 14, 15], [16, 17, 18]]
    assert read.keys["vessel"].tolist() == ["V01", "V01", "V02"]


def test_faults_name_the_line_below_blank_ones_too(tmp_path):
    text = SPECTRA.replace("V02,0,", "\n\nV02,x,")

    assert only_fault(tmp_path, {"spectra.csv": text}).row == 6


def test_the_same_key_twice_is_a_fault(tmp_path):
    fault = only_fault(tmp_path, {"spectra.csv": SPECTRA + "V01,24,1,2,3\n"})

    assert fault.row == 5
    assert "vessel V01, elapsed_h 24 is in row 3 already" in fault.message
    assert "column scan" in fault.message


@pytest.mark.parametrize("kind", ["blank", "dark", "reference"])
def test_spectra_of_the_instrument_need_no_vessel(tmp_path, kind):
    text = SPECTRA.replace("elapsed_h,", "elapsed_h,kind,").replace(",0,", ",0,,")
    text = text.replace("V01,24,", f",,{kind},")

    campaign = read_campaign(folder(tmp_path, {**ALONE, "spectra.csv": text}))

    assert campaign.spectra.keys["vessel"].isna().tolist() == [False, True, False]
    assert campaign.vessels["vessel"].tolist() == ["V01", "V02"]


@pytest.mark.parametrize("kind", ["", "spike", "standard"])
def test_spectra_of_a_culture_need_a_vessel(tmp_path, kind):
    text = f"vessel,elapsed_h,kind,400,401\n,0,{kind},1,2\nV01,0,,1,2\n"

    fault = only_fault(tmp_path, {**ALONE, "spectra.csv": text})

    assert (fault.row, fault.column) == (2, "vessel")


def test_an_unknown_kind_is_a_fault(tmp_path):
    text = "vessel,elapsed_h,kind,400,401\nV01,0,Culture,1,2\n"

    fault = only_fault(tmp_path, {**ALONE, "spectra.csv": text})

    assert (fault.row, fault.column) == (2, "kind")
    assert "culture, spike, standard, blank, dark, reference" in fault.message


def test_a_column_excluded_is_pointed_to_its_file(tmp_path):
    text = "vessel,elapsed_h,excluded,400,401\nV01,0,yes,1,2\n"

    assert "exclude.csv" in only_fault(tmp_path, {**ALONE, "spectra.csv": text}).message


def parquet(path, frame):
    place = folder(path, {**ALONE, "spectra.csv": None})
    frame.to_parquet(place / "spectra.parquet")
    return place


def test_a_parquet_file_may_type_its_keys(tmp_path):
    frame = pd.DataFrame(
        {
            "vessel": pd.Series([1, 2], dtype="int64"),
            "time": pd.to_datetime(["2024-05-01T12:00+02:00", "2024-05-02T12:00+02:00"]),
            "scan": [1.0, 2.0],
            "probe": pd.Series(["a", "b"], dtype="category"),
            "400": np.array([1, 2], dtype="uint16"),
            "401": np.array([0.5, np.nan], dtype="float32"),
        }
    )

    read = read_campaign(parquet(tmp_path, frame)).spectra

    assert read.keys["vessel"].tolist() == ["1", "2"]
    assert read.keys["scan"].tolist() == ["1", "2"]
    assert read.keys["time"][0] == pd.Timestamp("2024-05-01T10:00Z")
    assert read.keys["probe"].tolist() == ["a", "b"]
    assert np.array_equal(read.intensities, [[1, 0.5], [2, np.nan]], equal_nan=True)


def test_the_index_of_a_parquet_file_is_no_column(tmp_path):
    frame = pd.DataFrame({"vessel": ["V01"], "elapsed_h": [0.0], "400": [1.0], "401": [2.0]})
    frame.index = pd.Index([7])

    keys = read_campaign(parquet(tmp_path, frame)).spectra.keys

    assert keys.columns.tolist() == [*KEY_COLUMNS, "excluded"]


@pytest.mark.parametrize("channel", [["x"], [True], [None]])
def test_a_parquet_channel_that_holds_no_numbers_is_a_fault(tmp_path, channel):
    frame = pd.DataFrame({"vessel": ["V01"], "elapsed_h": [0.0], "400": [1.0], "401": channel})
    place = parquet(tmp_path, frame)

    with pytest.raises(Exception, match=r"expected numbers.*401"):
        read_campaign(place)


def test_a_parquet_file_without_rows_is_a_fault(tmp_path):
    frame = pd.DataFrame({"vessel": ["V01"], "elapsed_h": [0.0], "400": [1.0], "401": [1.0]})

    with pytest.raises(Exception, match="no rows"):
        read_campaign(parquet(tmp_path, frame.iloc[:0]))


def test_many_duplicates_are_told_in_a_few_lines(tmp_path):
    lines = "".join(f"V01,{hour},1,2\n" for hour in [*range(50), *range(50)])

    found = faults(tmp_path, {**ALONE, "spectra.csv": "vessel,elapsed_h,400,401\n" + lines})

    assert len(found) == 11


def test_how_long_an_acquisition_took_is_a_number_that_is_not_negative(tmp_path):
    lines = "vessel,elapsed_h,acquisition_s,400,401\nV01,0,60 s,1,2\nV01,24,-5,3,4\nV02,0,,5,6\n"

    found = faults(tmp_path, {"spectra.csv": lines})

    assert [(fault.row, fault.column) for fault in found] == [
        (2, "acquisition_s"),
        (3, "acquisition_s"),
    ]
    assert "got '60 s'" in found[0].message
