"""Instrument files with an index: the index says what each is, the files hold the spectra."""

import numpy as np
import pandas as pd
import pytest

from pat.readers import read_campaign, write_campaign, write_spectrum_file
from pat.spectra import AxisKind, Spectra
from tests.readers.folders import TOML, faults, folder, only_fault
from tests.readers.same import assert_same_campaign

INDEX = "file,vessel,elapsed_h,probe\na.csv,V01,0,P1\nsub/b.txt,V01,24,P1\nc.csv,V02,0,P2\n"
A, B, C = "400,1\n401,2\n402,3\n", "400\t4\n401\t5\n402\t6\n", "title\n400;7\n401;8\n402;9,5\n"
FILES = {
    "spectra.csv": None,
    "spectra/index.csv": INDEX,
    "spectra/a.csv": A,
    "spectra/sub/b.txt": B,
    "spectra/c.csv": C,
}


def test_each_file_is_the_spectrum_of_its_row(tmp_path):
    campaign = read_campaign(folder(tmp_path, FILES))

    assert campaign.spectra.intensities.tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9.5]]
    keys = campaign.spectra.keys
    assert keys["vessel"].tolist() == ["V01", "V01", "V02"]
    assert keys["probe"].tolist() == ["P1", "P1", "P2"]
    assert keys["source_file"].tolist() == [
        "spectra/a.csv", "spectra/sub/b.txt", "spectra/c.csv"
    ]  # fmt: skip
    assert campaign.warnings == ()


def test_what_a_file_tells_beside_the_index_is_kept(tmp_path):
    files = {**FILES, "spectra/a.csv": "# exposure_s: 10.5\n# probe: P9\n# vessel: V77\n" + A}

    keys = read_campaign(folder(tmp_path, files)).spectra.keys

    assert np.array_equal(keys["exposure_s"], [10.5, np.nan, np.nan], equal_nan=True)
    assert keys["probe"].tolist() == ["P1", "P1", "P2"]
    assert keys["vessel"].tolist() == ["V01", "V01", "V02"]


def test_spc_files_stand_beside_text(tmp_path):
    pytest.importorskip("spc_io")
    place = folder(tmp_path, {**FILES, "spectra/index.csv": INDEX.replace("a.csv", "a.spc")})
    spectrum = Spectra(
        np.array([400.0, 401.0, 402.0]), np.array([[1.0, 2.0, 3.0]]), pd.DataFrame(index=[0]),
        AxisKind.WAVENUMBER,
    )  # fmt: skip
    write_spectrum_file(spectrum, place / "spectra" / "a.spc")
    (place / "spectra" / "a.csv").unlink()

    campaign = read_campaign(place)

    assert campaign.spectra.intensities[0].tolist() == [1.0, 2.0, 3.0]
    assert campaign.spectra.axis_kind is AxisKind.RAMAN_SHIFT


def test_files_that_the_index_does_not_list_are_told(tmp_path):
    campaign = read_campaign(folder(tmp_path, {**FILES, "spectra/d.csv": A}))

    assert "does not list d.csv" in campaign.warnings[0]


def test_a_printed_axis_is_the_same_axis(tmp_path):
    files = {**FILES, "spectra/c.csv": "400.004,7\n401,8\n401.996,9\n"}

    assert read_campaign(folder(tmp_path, files)).spectra.axis.tolist() == [400.0, 401.0, 402.0]


@pytest.mark.parametrize(
    "other",
    [
        "400.1,7\n401.1,8\n402.1,9\n",
        "401,7\n402,8\n403,9\n",
        "400,7\n401,8\n",
        "402,7\n401,8\n400,9\n",
        "400,7\n401,8\n402,9\n403,9\n",
    ],
)
def test_another_axis_is_a_fault_that_names_both(tmp_path, other):
    fault = only_fault(tmp_path, {**FILES, "spectra/c.csv": other})

    assert (fault.file, fault.row, fault.column) == ("spectra/index.csv", 4, "file")
    assert "expected the axis of a.csv, 400 to 402 in 3 channels" in fault.message


def test_an_axis_in_nanometres_is_not_one_in_wavenumbers(tmp_path):
    other = "wavelength (nm),counts\n800,1\n801,2\n802,3\n"

    fault = only_fault(tmp_path, {**FILES, "spectra/c.csv": other})

    assert "expected the axis raman_shift_cm1 of campaign.toml; got wavelength_nm" in fault.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.csv", "there is no file spectra/none.csv"),
        ("../assays.csv", "inside spectra/"),
        ("/etc/passwd", "inside spectra/"),
        ("", "got an empty cell"),
        ("sub/b.txt", "each file once"),
        ("index.csv", "expected"),
    ],
)
def test_a_file_that_cannot_be_had_is_a_fault_at_its_row(tmp_path, name, words):
    index = INDEX.replace("c.csv", name)

    found = faults(tmp_path, {**FILES, "spectra/index.csv": index})

    assert [(fault.file, fault.row) for fault in found] == [("spectra/index.csv", 4)]
    assert words in found[0].message


def test_every_bad_file_is_named_not_only_the_first(tmp_path):
    files = {**FILES, "spectra/a.csv": "nothing\n", "spectra/c.csv": A + "400,1\n"}

    found = faults(tmp_path, files)

    assert [fault.row for fault in found] == [2, 4]
    assert "a.csv" in found[0].message


def test_a_file_of_several_spectra_is_a_fault(tmp_path):
    wide = "vessel,elapsed_h,400,401,402\nV01,0,1,2,3\nV01,1,1,2,3\n"

    fault = only_fault(tmp_path, {**FILES, "spectra/c.csv": wide})

    assert "expected one spectrum; got 2" in fault.message


def test_local_times_in_the_index_have_the_zone_of_the_campaign(tmp_path):
    toml = TOML.replace("axis =", 'timezone = "Europe/Berlin"\naxis =')
    index = "file,vessel,time\na.csv,V01,2024-07-01 12:00\n"
    files = {**FILES, "campaign.toml": toml, "spectra/index.csv": index, "assays.csv": None,
             "events.csv": None}  # fmt: skip

    campaign = read_campaign(folder(tmp_path, files))

    assert campaign.spectra.keys["time"][0] == pd.Timestamp("2024-07-01T10:00Z")


def test_a_folder_of_files_is_written_as_one_table_that_remembers_them(tmp_path):
    campaign = read_campaign(folder(tmp_path, FILES))

    write_campaign(campaign, tmp_path / "again")

    again = read_campaign(tmp_path / "again")
    assert_same_campaign(again, campaign)
    assert (
        again.spectra.keys["source_file"].tolist() == campaign.spectra.keys["source_file"].tolist()
    )


def test_the_digest_covers_the_instrument_files(tmp_path):
    place = folder(tmp_path, FILES)
    digest = read_campaign(place).digest

    (place / "spectra" / "a.csv").write_text(A.replace("1\n", "1.5\n", 1))

    assert read_campaign(place).digest != digest
