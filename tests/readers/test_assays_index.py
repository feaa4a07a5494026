"""Analysers' exports with an index: the index says which sample is what, the exports the values."""

import numpy as np
import pandas as pd
import pytest

from pat.readers import read_campaign, write_campaign
from tests.readers.folders import TOML, faults, folder, only_fault
from tests.readers.same import assert_same_campaign

FLEX2 = """\
Date & Time,Sample ID,Sample Type,Gln,Gluc,Lac,Chemistry Dilution Ratio,Sample Time,Operator,
2/18/2021  10:28:04 AM,S1,Default,0.50,6.5,< 0.10,1:1,2/18/2021  9:00:00 AM,me,
2/19/2021  10:33:17 AM,S2,Default,0.58,4.25,0.5,1:1,2/19/2021  9:00:00 AM,me,
2/18/2021  11:00:00 AM,S3,Default,0.58,>30.0,0.4,1:1,2/18/2021  9:00:00 AM,me,
"""
COUNTS = """\
SAMPLE ID,STATUS,LIVE (cells/ml),VIABILITY (%)
S1,OK,1 250 000,98
S2,Warning: clusters,2 500 000,97
S3,OK,900 000,99
"""
INDEX = "source_sample,vessel,elapsed_h\nS1,V01,0\nS2,V01,24\nS3,V02,0\n"
FILES = {
    "assays.csv": None,
    "campaign.toml": TOML + '[analytes.lactate]\nunit = "g/L"\n[analytes.VCD]\nunit = "1e6/mL"\n',
    "assays/index.csv": INDEX,
    "assays/SampleResults2021-02-20_120000.csv": FLEX2,
    "assays/counts.csv": COUNTS,
}
LAB = "source_sample,glucose (mmol/L),remark\nS1,10,ok\nS2,5,\n"


def of(campaign, analyte):
    assays = campaign.assays[campaign.assays["analyte"] == analyte]
    return assays.sort_values(["vessel", "elapsed_h"], ignore_index=True)


def test_each_value_is_of_the_vessel_and_age_of_its_sample_in_the_units_of_the_campaign(tmp_path):
    campaign = read_campaign(folder(tmp_path, FILES))

    glucose, density = of(campaign, "glucose"), of(campaign, "VCD")
    assert glucose["vessel"].tolist() == ["V01", "V01", "V02"]
    assert glucose["elapsed_h"].tolist() == [0, 24, 0]
    assert glucose["value"].tolist()[:2] == [6.5, 4.25]
    assert density["value"].tolist() == [1.25, 2.5, 0.9]
    assert set(glucose["method"]) == {"Nova BioProfile FLEX2"}
    assert glucose["source_file"][0] == "assays/SampleResults2021-02-20_120000.csv"
    assert glucose["source_row"].tolist() == [2, 3, 4]


def test_limits_are_kept_as_limits(tmp_path):
    campaign = read_campaign(folder(tmp_path, FILES))

    lactate, glucose = of(campaign, "lactate").iloc[0], of(campaign, "glucose").iloc[2]
    assert (lactate["censored"], lactate["limit"]) == ("<", 0.10)
    assert (glucose["censored"], glucose["limit"]) == (">", 30.0)
    assert np.isnan([lactate["value"], glucose["value"]]).all()


def test_what_the_analyser_flagged_is_excluded_and_told(tmp_path):
    campaign = read_campaign(folder(tmp_path, FILES))

    density = of(campaign, "VCD")
    assert density["excluded"].isna().tolist() == [True, False, True]
    assert density["excluded"][1] == "flagged by the analyser: Warning: clusters"
    assert any("1 values flagged by the analyser" in words for words in campaign.warnings)


def test_the_time_is_when_the_sample_was_drawn_where_only_the_export_tells(tmp_path):
    toml = FILES["campaign.toml"].replace("axis =", 'timezone = "Europe/Berlin"\naxis =')
    vessels = "vessel,inoculated\nV01,2021-02-18 06:00\nV02,2021-02-18 06:00\n"
    index = INDEX.replace(",0\n", ",\n").replace(",24\n", ",\n")
    files = {**FILES, "campaign.toml": toml, "assays/index.csv": index, "vessels.csv": vessels}

    campaign = read_campaign(folder(tmp_path, files))

    glucose = of(campaign, "glucose")
    assert glucose["time"][0] == pd.Timestamp("2021-02-18T08:00Z")
    assert glucose["elapsed_h"].tolist() == [3, 27, 3]
    assert glucose["measured_at"][0] == "2021-02-18T09:28:04Z"
    assert of(campaign, "VCD")["elapsed_h"].tolist() == [3, 27, 3]  # its export tells no time


def test_a_sample_without_any_time_is_a_fault_at_its_row(tmp_path):
    index = INDEX.replace("S2,V01,24", "S2,V01,")
    files = {**FILES, "assays/index.csv": index, "assays/SampleResults2021-02-20_120000.csv": None}

    fault = only_fault(tmp_path, files)

    assert (fault.file, fault.row) == ("assays/index.csv", 3)
    assert "counts.csv does not tell when the sample was drawn" in fault.message


def test_amounts_become_masses_by_molar_mass_only(tmp_path):
    files = {**FILES, "assays/SampleResults2021-02-20_120000.csv": None, "assays/lab.csv": LAB}

    fault = only_fault(tmp_path / "without", files)
    toml = files["campaign.toml"].replace('"g/L"\n', '"g/L"\nmolar_mass = 180.156\n', 1)
    with_mass = read_campaign(folder(tmp_path / "with", {**files, "campaign.toml": toml}))

    assert (fault.file, fault.row, fault.column) == ("assays/lab.csv", 2, "glucose (mmol/L)")
    assert "mmol/L cannot become g/L without molar_mass" in fault.message
    assert of(with_mass, "glucose")["value"].tolist() == pytest.approx([1.80156, 0.90078])


def test_all_faults_of_all_files_come_in_one_report(tmp_path):
    files = {
        **FILES,
        "assays/index.csv": INDEX.replace("S3,V02", "S3,V09"),
        "assays/lab.csv": LAB.replace("S2,5", "S2,much"),
        "assays/exclude/broken.csv": "nothing\nat all\n",
    }

    found = {(fault.file, fault.row) for fault in faults(tmp_path, files)}

    assert ("assays/index.csv", 4) in found  # the vessel
    assert ("assays/lab.csv", 3) in found  # the cell
    assert ("assays/lab.csv", 2) in found  # the unit
    assert ("assays/exclude/broken.csv", None) in found


def test_two_analysers_for_one_analyte_are_a_fault_until_method_picks_one(tmp_path):
    other = "source_sample,glucose (g/L)\nS1,6.1\nS2,4.0\n"
    files = {**FILES, "assays/hplc.csv": other}

    fault = only_fault(tmp_path / "both", files)
    toml = FILES["campaign.toml"].replace('"g/L"\n', '"g/L"\nmethod = "Nova BioProfile FLEX2"\n', 1)
    picked = read_campaign(folder(tmp_path / "one", {**files, "campaign.toml": toml}))

    assert "glucose is measured by 2 methods" in fault.message
    assert fault.file == "assays/index.csv"
    assert of(picked, "glucose")["value"].tolist()[:2] == [6.5, 4.25]


def test_a_sample_measured_again_is_a_replicate_and_the_old_one_can_be_excluded(tmp_path):
    again = FLEX2 + "2/18/2021  12:00:00 PM,S1,Default,0.5,7.5,0.2,1:1,2/18/2021  9:00:00 AM,me,\n"
    exclude = "file,vessel,elapsed_h,analyte,replicate,reason,who\nassays,V01,0,glucose,1,old,me\n"
    files = {**FILES, "assays/SampleResults2021-02-20_120000.csv": again, "exclude.csv": exclude}

    glucose = of(read_campaign(folder(tmp_path, files)), "glucose")

    first = glucose[glucose["elapsed_h"] == 0].query("vessel == 'V01'")
    assert first["replicate"].tolist() == ["1", "2"]
    assert first["value"].tolist() == [6.5, 7.5]
    assert first["excluded"].tolist()[0] == "old"
    assert first["excluded"].isna().tolist() == [False, True]


def test_a_name_that_was_used_on_another_day_is_a_fault_until_rows_tell_the_samples_apart(tmp_path):
    used = FLEX2.replace(",S2,", ",S1,")
    files = {**FILES, "assays/SampleResults2021-02-20_120000.csv": used, "assays/counts.csv": None}
    index = "source_sample,vessel,elapsed_h,row\nS1,V01,0,2\nS1,V01,24,3\nS3,V02,0,\n"

    found = faults(tmp_path / "one", files)
    told = read_campaign(folder(tmp_path / "two", {**files, "assays/index.csv": index}))

    assert [(fault.file, fault.row) for fault in found] == [("assays/index.csv", 2)]
    assert "more than 24 h apart" in found[0].message
    assert of(told, "glucose")["value"].tolist()[:2] == [6.5, 4.25]


def test_values_that_were_exported_twice_count_once(tmp_path):
    files = {**FILES, "assays/SampleResults2021-02-21_120000.csv": FLEX2}

    campaign = read_campaign(folder(tmp_path, files))

    assert len(of(campaign, "glucose")) == 3
    assert any("stand in another export too" in words for words in campaign.warnings)


def test_samples_that_only_one_side_knows_are_told(tmp_path):
    files = {**FILES, "assays/index.csv": INDEX.replace("S2,", "S 2,")}

    warnings = "\n".join(read_campaign(folder(tmp_path, files)).warnings)

    assert "does not list 1 samples of the exports; left out: S2" in warnings
    assert "no export has S 2; did you mean 'S2'?" in warnings


def test_an_index_that_names_no_sample_of_the_exports_is_a_fault(tmp_path):
    index = "source_sample,vessel,elapsed_h\nA,V01,0\nB,V02,0\n"

    fault = only_fault(tmp_path, {**FILES, "assays/index.csv": index})

    assert "expected a sample of the exports (S1, S2, S3)" in fault.message


def test_a_sample_named_twice_is_a_fault(tmp_path):
    found = faults(tmp_path, {**FILES, "assays/index.csv": INDEX + "S1,V02,24\n"})

    assert (found[0].file, found[0].row) == ("assays/index.csv", 5)
    assert "expected each source_sample once" in found[0].message


def test_exports_without_an_index_and_beside_a_table_are_faults(tmp_path):
    alone = only_fault(tmp_path / "a", {**FILES, "assays/index.csv": None})
    both = faults(tmp_path / "b", {**FILES, "assays.csv": "vessel,elapsed_h,glucose\nV01,0,1\n"})

    assert alone.file == "assays/index.csv"
    assert "expected this file beside the exports" in alone.message
    assert "expected the assays once" in both[0].message


def test_a_campaign_of_exports_is_written_as_one_table_that_reads_back_the_same(tmp_path):
    campaign = read_campaign(folder(tmp_path, FILES))

    write_campaign(campaign, tmp_path / "again")

    assert_same_campaign(read_campaign(tmp_path / "again"), campaign)


def test_the_digest_changes_with_an_export(tmp_path):
    one = read_campaign(folder(tmp_path / "one", FILES)).digest
    changed = {**FILES, "assays/counts.csv": COUNTS.replace("1 250", "1 251")}
    two = read_campaign(folder(tmp_path / "two", changed)).digest

    assert one != two
