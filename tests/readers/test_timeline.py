"""Time and elapsed_h follow from each other, and are never mixed without an inoculation."""

import numpy as np
import pandas as pd
import pytest

from pat.readers import read_campaign
from tests.readers.folders import ASSAYS, SPECTRA, TOML, faults, folder, only_fault

TIMED_SPECTRA = (
    "vessel,time,400,401\nV01,2024-05-01T10:00Z,1,2\nV01,2024-05-02T10:00Z,3,4\n"
    "V02,2024-05-01T10:00Z,5,6\n"
)
VESSELS = "vessel,inoculated\nV01,2024-05-01T09:00Z\nV02,2024-05-01T10:30Z\n"


def test_elapsed_hours_count_from_the_inoculation_and_may_be_negative(tmp_path):
    campaign = read_campaign(
        folder(tmp_path, {"spectra.csv": TIMED_SPECTRA, "vessels.csv": VESSELS})
    )

    assert campaign.spectra.keys["elapsed_h"].tolist() == [1.0, 25.0, -0.5]
    assert campaign.assays["time"].tolist() == [
        pd.Timestamp("2024-05-01T09:00Z"),
        pd.Timestamp("2024-05-02T09:00Z"),
        pd.Timestamp("2024-05-01T10:30Z"),
    ]
    assert campaign.warnings == ()


def test_without_an_inoculation_elapsed_hours_count_from_the_first_spectrum_or_assay(tmp_path):
    assays = "vessel,time,glucose\nV01,2024-05-01T08:00Z,1\nV02,2024-05-01T12:00Z,2\n"

    campaign = read_campaign(
        folder(tmp_path, {"spectra.csv": TIMED_SPECTRA, "assays.csv": assays, "events.csv": None})
    )

    assert campaign.spectra.keys["elapsed_h"].tolist() == [2.0, 26.0, 0.0]
    assert campaign.assays["elapsed_h"].tolist() == [0.0, 2.0]
    assert campaign.vessels["inoculated"].isna().all()
    assert "no time of inoculation for V01, V02" in campaign.warnings[0]


def test_spectra_of_the_instrument_start_no_culture(tmp_path):
    dark = "vessel,time,kind,400,401\nV01,2024-04-30T10:00Z,dark,0,0\nV01,2024-05-01T10:00Z,,1,2\n"

    campaign = read_campaign(
        folder(tmp_path, {"spectra.csv": dark, "assays.csv": None, "events.csv": None})
    )

    assert campaign.spectra.keys["elapsed_h"].tolist() == [-24.0, 0.0]


def test_time_here_and_elapsed_hours_there_need_an_inoculation(tmp_path):
    found = faults(tmp_path, {"spectra.csv": TIMED_SPECTRA, "events.csv": None})

    assert [(fault.file, fault.column) for fault in found] == [("vessels.csv", "inoculated")]
    assert "spectra.csv gives time and assays.csv gives elapsed_h" in found[0].message
    assert "V01, V02" in found[0].message


def test_only_the_vessels_without_inoculation_are_named(tmp_path):
    vessels = "vessel,inoculated\nV01,2024-05-01T09:00Z\nV02,\n"

    fault = only_fault(tmp_path, {"spectra.csv": TIMED_SPECTRA, "vessels.csv": vessels})

    assert "V01" not in fault.message
    assert "V02" in fault.message


def test_what_is_paired_by_sample_needs_no_common_clock(tmp_path):
    spectra = TIMED_SPECTRA.replace("time,", "time,sample,").replace("Z,", "Z,S1,")
    assays = ASSAYS.replace("elapsed_h,", "elapsed_h,sample,").replace("0,", "0,S1,", 1)
    lines = "vessel,elapsed_h,sample,glucose\nV01,0,S1,6\nV02,0,S1,6\n"

    campaign = read_campaign(
        folder(tmp_path, {"spectra.csv": spectra, "assays.csv": lines, "events.csv": None})
    )

    assert assays
    assert campaign.assays["sample"].tolist() == ["S1", "S1"]


def test_given_hours_that_contradict_time_and_inoculation_are_a_fault(tmp_path):
    both = SPECTRA.replace("elapsed_h,", "elapsed_h,time,")
    both = both.replace("V01,0,", "V01,1.0,2024-05-01T10:00Z,")
    both = both.replace("V01,24,", "V01,24,2024-05-02T10:00Z,")
    both = both.replace("V02,0,", "V02,-0.5,2024-05-01T10:00Z,")

    fault = only_fault(tmp_path, {"spectra.csv": both, "vessels.csv": VESSELS})

    assert (fault.file, fault.row, fault.column) == ("spectra.csv", 3, "elapsed_h")
    assert "expected 25 h from time and inoculation; got 24 h" in fault.message


def test_given_hours_that_agree_but_for_rounding_are_kept(tmp_path):
    spectra = "vessel,time,elapsed_h,400,401\nV01,2024-05-01T10:00Z,1.01,1,2\n"
    files = {"spectra.csv": spectra, "vessels.csv": VESSELS, "assays.csv": None, "events.csv": None}

    keys = read_campaign(folder(tmp_path, files)).spectra.keys

    assert keys["elapsed_h"].tolist() == [1.01]
    assert keys["time"].tolist() == [pd.Timestamp("2024-05-01T10:00Z")]


@pytest.mark.parametrize("source", ["spectra", "assays"])
def test_seconds_of_clock_are_added_once(tmp_path, source):
    toml = TOML.replace("[analytes", f"[clock]\n{source} = 3600\n\n[analytes")

    campaign = read_campaign(folder(tmp_path, {"campaign.toml": toml}))

    spectra, assays = campaign.spectra.keys["elapsed_h"], campaign.assays["elapsed_h"]
    assert spectra.tolist() == ([1.0, 25.0, 1.0] if source == "spectra" else [0.0, 24.0, 0.0])
    assert assays.tolist() == ([1.0, 25.0, 1.0] if source == "assays" else [0.0, 24.0, 0.0])


def test_the_clock_moves_times_but_not_the_inoculation(tmp_path):
    toml = TOML.replace("[analytes", "[clock]\nspectra = -1800.5\n\n[analytes")

    campaign = read_campaign(
        folder(
            tmp_path,
            {"campaign.toml": toml, "spectra.csv": TIMED_SPECTRA, "vessels.csv": VESSELS},
        )
    )

    assert campaign.spectra.keys["time"][0] == pd.Timestamp("2024-05-01T09:29:59.5Z")
    assert campaign.spectra.keys["elapsed_h"][0] == pytest.approx(1 - 1800.5 / 3600)
    assert campaign.vessels["inoculated"][0] == pd.Timestamp("2024-05-01T09:00Z")


def test_local_times_are_those_of_the_campaigns_zone(tmp_path):
    toml = TOML.replace("axis =", 'timezone = "Europe/Berlin"\naxis =')
    spectra = TIMED_SPECTRA.replace("Z", "")
    assays = "vessel,time,glucose\nV01,2024-05-01T08:00Z,1\n"
    files = {
        "campaign.toml": toml,
        "spectra.csv": spectra,
        "assays.csv": assays,
        "events.csv": None,
    }

    campaign = read_campaign(folder(tmp_path, files))

    assert campaign.spectra.keys["time"][0] == pd.Timestamp("2024-05-01T08:00Z")
    assert campaign.spectra.keys["elapsed_h"][0] == 0.0


def test_the_night_the_clocks_change_is_a_fault_that_names_its_rows(tmp_path):
    toml = TOML.replace("axis =", 'timezone = "Europe/Berlin"\naxis =')
    hours = [f"V01,2024-10-27 0{hour}:30,{hour},1\n" for hour in range(5)]
    files = {
        "campaign.toml": toml,
        "spectra.csv": "vessel,time,400,401\n" + "".join(hours) + "V02,2024-10-27 02:30,1,1\n",
        "assays.csv": None,
        "events.csv": None,
    }

    fault = only_fault(tmp_path, files)

    assert (fault.row, fault.column) == (4, "time")
    assert "comes twice in Europe/Berlin" in fault.message
    assert "also in row 7" in fault.message


def test_times_without_offset_or_zone_are_one_fault(tmp_path):
    fault = only_fault(
        tmp_path,
        {"spectra.csv": TIMED_SPECTRA.replace("Z", ""), "assays.csv": None, "events.csv": None},
    )

    assert fault.row == 2
    assert "rows 3 to 4" in fault.message


def test_every_row_needs_a_place_in_time_or_a_sample(tmp_path):
    fault = only_fault(tmp_path, {"spectra.csv": SPECTRA.replace("V01,24,", "V01,,")})

    assert (fault.file, fault.row) == ("spectra.csv", 3)
    assert "expected elapsed_h; got an empty cell" in fault.message


def test_hours_survive_the_way_through_times_to_the_microsecond(tmp_path):
    spectra = SPECTRA.replace("V01,24,", "V01,24.123456789,")

    campaign = read_campaign(folder(tmp_path, {"spectra.csv": spectra, "vessels.csv": VESSELS}))

    keys = campaign.spectra.keys
    assert keys["elapsed_h"][1] == 24.123456789
    back = (keys["time"][1] - pd.Timestamp("2024-05-01T09:00Z")) / pd.Timedelta(hours=1)
    assert np.isclose(back, 24.123456789, rtol=0, atol=1e-9)


BOTH = "vessel,time,elapsed_h,400,401\nV01,2024-05-01T10:00Z,5,1,2\nV01,2024-05-01T11:00Z,6,3,4\n"


def test_rows_with_both_time_and_elapsed_hours_tell_the_inoculation(tmp_path):
    assays = "vessel,elapsed_h,glucose\nV01,5.1,2\n"

    campaign = read_campaign(
        folder(tmp_path, {"spectra.csv": BOTH, "assays.csv": assays, "events.csv": None})
    )

    assert campaign.assays["time"].tolist() == [pd.Timestamp("2024-05-01T10:06Z")]
    assert not any("inoculation" in warning for warning in campaign.warnings)


def test_assays_by_time_get_the_culture_age_that_the_spectra_state(tmp_path):
    assays = "vessel,time,glucose\nV01,2024-05-01T11:30Z,2\n"

    campaign = read_campaign(
        folder(tmp_path, {"spectra.csv": BOTH, "assays.csv": assays, "events.csv": None})
    )

    assert campaign.assays["elapsed_h"].tolist() == [6.5]


def test_a_row_whose_elapsed_hours_contradict_the_other_rows_is_a_fault(tmp_path):
    wrong = BOTH + "V01,2024-05-01T12:00Z,8,5,6\n"
    assays = "vessel,time,glucose\nV01,2024-05-01T11:30Z,2\n"

    fault = only_fault(tmp_path, {"spectra.csv": wrong, "assays.csv": assays, "events.csv": None})

    assert (fault.file, fault.row, fault.column) == ("spectra.csv", 4, "elapsed_h")
    assert "expected 7 h" in fault.message
