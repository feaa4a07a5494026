"""What exclude.csv names does not count, and an exclusion that names nothing is told."""

import pandas as pd

from pat.readers import read_campaign
from tests.readers.folders import ASSAYS, SPECTRA, TOML, faults, folder, only_fault

HEADER = "file,vessel,elapsed_h,analyte,reason,who\n"
TWO = TOML + '\n[analytes.lactate]\nunit = "g/L"\n'


def reasons(frame):
    return [None if pd.isna(reason) else reason for reason in frame["excluded"]]


def read(path, rows, files=None):
    return read_campaign(folder(path, {"exclude.csv": HEADER + rows, **(files or {})}))


def test_a_spectrum_is_kept_with_the_reason_of_its_exclusion(tmp_path):
    campaign = read(tmp_path, "spectra,V01,24,,bubble,Kim\n")

    assert reasons(campaign.spectra.keys) == [None, "bubble", None]
    assert reasons(campaign.assays) == [None, None, None]
    assert campaign.warnings == ()


def test_an_assay_is_excluded_for_one_analyte_or_for_all(tmp_path):
    files = {
        "campaign.toml": TWO,
        "assays.csv": "vessel,elapsed_h,glucose,lactate\nV01,0,6,1\nV01,24,4,2\n",
    }

    campaign = read(tmp_path, "assays,V01,0,lactate,dilution,Kim\nassays,V01,24,,clot,Kim\n", files)

    assert reasons(campaign.assays) == [None, "dilution", "clot", "clot"]


def test_an_exclusion_that_matches_nothing_is_a_warning(tmp_path):
    campaign = read(tmp_path, "spectra,V01,23,,bubble,\n")

    assert reasons(campaign.spectra.keys) == [None, None, None]
    assert "exclude.csv, row 2: nothing in spectra" in campaign.warnings[0]


def test_a_time_that_prints_the_same_is_the_same(tmp_path):
    spectra = SPECTRA.replace("V01,24,", "V01,24.00001,")

    campaign = read(tmp_path, "spectra,V01,24,,bubble,\n", {"spectra.csv": spectra})

    assert reasons(campaign.spectra.keys)[1] == "bubble"


def test_exclusions_are_on_the_clock_of_the_file_they_speak_of(tmp_path):
    toml = TOML.replace("[analytes", "[clock]\nassays = 3600\n\n[analytes")

    campaign = read(
        tmp_path, "assays,V01,24,,clot,\nspectra,V01,24,,bubble,\n", {"campaign.toml": toml}
    )

    assert reasons(campaign.assays) == [None, "clot", None]
    assert reasons(campaign.spectra.keys) == [None, "bubble", None]
    assert campaign.assays["elapsed_h"].tolist() == [1.0, 25.0, 1.0]


def test_a_time_names_a_row_that_was_given_by_elapsed_hours(tmp_path):
    files = {"vessels.csv": "vessel,inoculated\nV01,2024-05-01T10:00Z\nV02,2024-05-01T10:00Z\n"}
    rows = "file,vessel,time,reason\nspectra,V01,2024-05-02T10:00:00Z,bubble\n"

    campaign = read_campaign(folder(tmp_path, {**files, "exclude.csv": rows}))

    assert reasons(campaign.spectra.keys) == [None, "bubble", None]


def test_one_scan_of_several_can_be_excluded(tmp_path):
    spectra = "vessel,elapsed_h,scan,400,401\nV01,0,1,1,2\nV01,0,2,3,4\n"
    files = {"spectra.csv": spectra, "assays.csv": None, "events.csv": None}
    rows = "file,vessel,elapsed_h,scan,reason\nspectra,V01,0,2,cosmic\n"

    one = read_campaign(folder(tmp_path / "a", {**files, "exclude.csv": rows}))
    both = read(tmp_path / "b", "spectra,V01,0,,cosmic,\n", files)

    assert reasons(one.spectra.keys) == [None, "cosmic"]
    assert reasons(both.spectra.keys) == ["cosmic", "cosmic"]


def test_an_exclusion_that_is_one_rows_very_key_means_that_row_alone(tmp_path):
    assays = "vessel,elapsed_h,replicate,glucose\nV01,24,,4.2\nV01,24,2,4.3\n"
    line = "assays,V01,24,glucose,clot,Kim\n"

    campaign = read(tmp_path / "a", line, {"assays.csv": assays})
    both = read(tmp_path / "b", line, {"assays.csv": assays.replace("24,,", "24,1,")})

    assert reasons(campaign.assays) == [None, "clot"][::-1]
    assert reasons(both.assays) == ["clot", "clot"]


def test_samples_are_excluded_by_name(tmp_path):
    files = {
        "spectra.csv": SPECTRA.replace("elapsed_h", "sample"),
        "assays.csv": ASSAYS.replace("elapsed_h", "sample"),
        "events.csv": None,
        "exclude.csv": "file,vessel,sample,reason\nspectra,V01,24,bubble\n",
    }

    assert reasons(read_campaign(folder(tmp_path, files)).spectra.keys) == [None, "bubble", None]


def test_a_re_assay_is_a_new_row_and_the_old_one_is_excluded(tmp_path):
    campaign = read(
        tmp_path, "assays,V01,24,glucose,re-assayed,Kim\n", {"assays.csv": ASSAYS + "V01,24,4.4\n"}
    )

    assert reasons(campaign.assays) == [None, "re-assayed", None, None]
    assert campaign.assays["value"].tolist() == [6.5, 4.25, 6.1, 4.4]


def test_each_old_assay_takes_an_exclusion_of_its_own(tmp_path):
    files = {"assays.csv": ASSAYS + "V01,24,4.4\nV01,24,4.5\n"}
    line = "assays,V01,24,glucose,re-assayed,Kim\n"

    (fault,) = faults(tmp_path / "a", {**files, "exclude.csv": HEADER + line})
    campaign = read(tmp_path / "b", line + line, files)

    assert "duplicate key" in fault.message
    assert reasons(campaign.assays) == [None, "re-assayed", None, "re-assayed", None]


def test_a_whole_vessel_can_be_excluded_and_that_is_told(tmp_path):
    campaign = read(tmp_path, "spectra,V01,,,contaminated,Kim\n")

    assert reasons(campaign.spectra.keys) == ["contaminated", "contaminated", None]
    assert "excludes 2 spectra of V01" in campaign.warnings[0]


def test_a_file_of_exclusions_may_have_none(tmp_path):
    assert read(tmp_path, "").warnings == ()


def test_what_is_wrong_with_an_exclusion_is_a_fault(tmp_path):
    rows = HEADER + "spectra,V1,0,,a,\nassays,V01,0,glukose,b,\nassays,V01,0,,,\nonline,V01,0,,c,\n"

    found = faults(tmp_path, {"exclude.csv": rows})

    assert {(fault.row, fault.column) for fault in found} == {
        (2, "vessel"),
        (3, "analyte"),
        (4, "reason"),
        (5, "file"),
    }


def test_an_exclusion_needs_a_vessel(tmp_path):
    fault = only_fault(tmp_path, {"exclude.csv": HEADER + "spectra,,0,,bubble,\n"})

    assert (fault.row, fault.column) == (2, "vessel")
