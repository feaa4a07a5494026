"""Assays are read wide or long, censored cells apart, in the units of campaign.toml."""

import numpy as np
import pandas as pd
import pytest

from pat.readers import read_campaign
from tests.readers.folders import ASSAYS, TOML, faults, folder, only_fault

TWO = TOML + '\n[analytes.lactate]\nunit = "g/L"\nmolar_mass = 90.08\n'


def assays(path, files):
    return read_campaign(folder(path, files)).assays


def test_an_empty_cell_was_not_measured(tmp_path):
    read = assays(tmp_path, {"assays.csv": ASSAYS.replace("4.25", "")})

    assert read["value"].tolist() == [6.5, 6.1]
    assert read["row"].tolist() == [2, 4]


def test_wide_and_long_tables_say_the_same(tmp_path):
    wide = "vessel,elapsed_h,glucose,lactate\nV01,0,6.5,0.5\nV01,24,4.25,<0.1\n"
    long = (
        "vessel,elapsed_h,analyte,value,unit\n"
        "V01,0,glucose,6.5,g/L\nV01,0,lactate,0.5,g/L\n"
        "V01,24,glucose,4250,mg/L\nV01,24,lactate,<100,mg/L\n"
    )
    one = assays(tmp_path / "a", {"campaign.toml": TWO, "assays.csv": wide})
    other = assays(tmp_path / "b", {"campaign.toml": TWO, "assays.csv": long})

    pd.testing.assert_frame_equal(one.drop(columns="row"), other.drop(columns="row"))


@pytest.mark.parametrize(
    ("cell", "sign", "limit"), [("<0.1", "<", 0.1), (">30", ">", 30.0), (" < 0.1 ", "<", 0.1)]
)
def test_a_censored_cell_has_a_limit_and_no_value(tmp_path, cell, sign, limit):
    read = assays(tmp_path, {"assays.csv": ASSAYS.replace("4.25", cell)})

    assert read["censored"].tolist()[1] == sign
    assert read["limit"][1] == limit
    assert np.isnan(read["value"][1])
    assert read["censored"].isna().tolist() == [True, False, True]


@pytest.mark.parametrize("cell", ["NA", "n.d.", "-", "<", "<LOD", "1,5", "=<0.1", "nan", "inf"])
def test_what_is_neither_number_nor_limit_is_a_fault(tmp_path, cell):
    text = ASSAYS.replace("4.25", f'"{cell}"')

    fault = only_fault(tmp_path, {"assays.csv": text})

    assert (fault.file, fault.row, fault.column) == ("assays.csv", 3, "glucose")
    assert repr(cell) in fault.message


def test_millimoles_become_grams_with_the_molar_mass(tmp_path):
    long = "vessel,elapsed_h,analyte,value,unit\nV01,0,lactate,10,mmol/L\nV01,24,lactate,>50,mM\n"

    read = assays(tmp_path, {"campaign.toml": TWO, "assays.csv": long})

    assert read["value"][0] == pytest.approx(0.9008, rel=1e-12)
    assert read["limit"][1] == pytest.approx(4.504, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("mmol/L", "without molar_mass"),
        ("degC", "do not measure the same"),
        ("bananas", "got 'bananas'"),
        ("", "the value has no unit"),
    ],
)
def test_a_unit_that_cannot_be_converted_is_a_fault(tmp_path, unit, words):
    long = f"vessel,elapsed_h,analyte,value,unit\nV01,0,glucose,6,g/L\nV01,24,glucose,4,{unit}\n"

    fault = only_fault(tmp_path, {"assays.csv": long})

    assert (fault.row, fault.column) == (3, "unit")
    assert words in fault.message


def test_the_unit_of_a_cell_that_was_not_measured_does_not_matter(tmp_path):
    long = "vessel,elapsed_h,analyte,value,unit\nV01,0,glucose,6,g/L\nV01,24,glucose,,\n"

    assert len(assays(tmp_path, {"assays.csv": long})) == 1


def test_a_long_table_without_a_unit_column_is_in_the_units_of_campaign_toml(tmp_path):
    long = "vessel,elapsed_h,analyte,value\nV01,0,glucose,6\n"

    assert assays(tmp_path, {"assays.csv": long})["value"].tolist() == [6.0]


def test_a_long_table_needs_both_of_its_columns(tmp_path):
    fault = only_fault(tmp_path, {"assays.csv": "vessel,elapsed_h,analyte\nV01,0,glucose\n"})

    assert "expected a column value" in fault.message


def test_an_analyte_that_campaign_toml_does_not_name_is_a_warning(tmp_path):
    wide = (
        ASSAYS.replace("glucose", "glucose,Glucose2")
        .replace("\nV", ",1\nV")
        .replace(",1\n", "\n", 1)
    )
    text = "vessel,elapsed_h,glucose,gluc0se\nV01,0,6.5,1\n"

    campaign = read_campaign(folder(tmp_path, {"assays.csv": text}))

    assert wide
    assert campaign.assays["analyte"].unique().tolist() == ["glucose"]
    (warning,) = campaign.warnings
    assert "[analytes.gluc0se]" in warning
    assert "did you mean 'glucose'?" in warning


def test_an_unnamed_analyte_of_a_long_table_is_a_warning(tmp_path):
    long = "vessel,elapsed_h,analyte,value,unit\nV01,0,glucose,6,g/L\nV01,0,titre,1,bananas\n"

    campaign = read_campaign(folder(tmp_path, {"assays.csv": long}))

    assert campaign.assays["analyte"].tolist() == ["glucose"]
    assert "[analytes.titre]" in campaign.warnings[0]


def test_a_named_analyte_that_was_never_measured_is_a_warning(tmp_path):
    campaign = read_campaign(folder(tmp_path, {"campaign.toml": TWO}))

    assert "lactate" in campaign.warnings[0]


def test_other_columns_are_kept(tmp_path):
    text = "vessel,elapsed_h,glucose,operator\nV01,0,6.5,Kim\nV01,24,4,Lee\n"

    read = assays(tmp_path, {"assays.csv": text})

    assert read["operator"].tolist() == ["Kim", "Lee"]


def test_replicates_share_a_key_under_numbers_of_their_own(tmp_path):
    text = "vessel,elapsed_h,replicate,glucose\nV01,0,1,6.5\nV01,0,2,6.6\n"

    read = assays(tmp_path, {"assays.csv": text})

    assert read["replicate"].tolist() == ["1", "2"]


def test_the_same_cell_twice_is_a_fault_that_says_what_to_do(tmp_path):
    fault = only_fault(tmp_path, {"assays.csv": ASSAYS + "V01,24,4.3\n"})

    assert (fault.file, fault.row) == ("assays.csv", 5)
    assert "vessel V01, elapsed_h 24, analyte glucose is in row 3 already" in fault.message
    assert "replicate" in fault.message
    assert "exclude.csv" in fault.message


def test_two_rows_of_one_sample_may_measure_different_analytes(tmp_path):
    text = "vessel,elapsed_h,glucose,lactate\nV01,0,6.5,\nV01,0,,0.5\n"

    read = assays(tmp_path, {"campaign.toml": TWO, "assays.csv": text})

    assert read["value"].tolist() == [6.5, 0.5]


METHODS = "vessel,elapsed_h,method,glucose\nV01,0,HPLC,6.5\nV01,0,strip,6.9\nV01,24,strip,4\n"


def test_two_methods_are_a_fault_until_one_is_picked(tmp_path):
    fault = only_fault(tmp_path / "a", {"assays.csv": METHODS})
    assert (fault.row, fault.column) == (3, "method")
    assert "2 methods (HPLC, strip)" in fault.message
    assert "[analytes.glucose] method" in fault.message

    picked = TOML + 'method = "strip"\n'
    campaign = read_campaign(
        folder(tmp_path / "b", {"assays.csv": METHODS, "campaign.toml": picked})
    )

    assert campaign.assays["value"].tolist() == [6.9, 4.0]
    assert "1 assays by HPLC" in campaign.warnings[0]


def test_a_method_that_no_assay_has_is_a_fault(tmp_path):
    picked = TOML + 'method = "NMR"\n'

    fault = only_fault(tmp_path, {"assays.csv": METHODS, "campaign.toml": picked})

    assert "picks the method NMR; got HPLC, strip" in fault.message


def test_an_empty_method_beside_another_is_a_second_method(tmp_path):
    text = METHODS.replace("24,strip", "24,").replace("V01,0,strip,6.9\n", "")

    assert "(none stated)" in only_fault(tmp_path, {"assays.csv": text}).message


def test_the_method_of_campaign_toml_may_be_stated_there_alone(tmp_path):
    assert len(assays(tmp_path, {"campaign.toml": TOML + 'method = "HPLC"\n'})) == 3


def test_a_hundred_bad_cells_are_told_in_a_few_lines(tmp_path):
    rows = "".join(f"V01,{hour},bad{hour}\n" for hour in range(100))

    found = faults(tmp_path, {"assays.csv": "vessel,elapsed_h,glucose\n" + rows})

    assert len(found) == 11
    assert "90 more" in found[-1].message
