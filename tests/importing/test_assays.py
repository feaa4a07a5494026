"""Assays that cannot be used are refused by vessel, row and unit; what is flagged is excluded."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from pat.importing import Account, Request, draft_campaign
from tests.importing.laboratory import FLEX2, Imported, imported, scan, table

DAY = "2024-05-01T10:00:00Z"


def with_assays(folder: Path, text: str) -> Imported:
    scan(folder / "in", "V01__20240501T100000Z.csv", 1.0)
    scan(folder / "in", "V02__20240501T100000Z.csv", 2.0)
    table(folder / "in" / "assays.csv", text)
    return imported(folder / "in", folder / "out")


def test_a_vessel_without_spectra_is_named_and_the_likely_one_suggested(tmp_path: Path) -> None:
    made = with_assays(tmp_path, f"vessel,time,glucose [g/L]\nv01,{DAY},5\nV02,{DAY},6\n")

    assert made.campaign.assays["vessel"].tolist() == ["V02"]
    [refusal] = made.account.refused
    assert "1 values of vessel v01, which has no spectra" in refusal.reason
    assert "V01" in refusal.reason
    assert not made.account.wanted


def test_a_table_without_vessel_and_sample_is_asked_for_one(tmp_path: Path) -> None:
    made = with_assays(tmp_path, f"time,glucose [g/L]\n{DAY},5\n")

    [refusal] = made.account.refused
    assert "expected a column vessel or sample" in refusal.reason


@pytest.mark.parametrize("title", ["lactate [foo/L]", "lactate", "Glukose (1. Lauf)"])
def test_the_section_that_a_missing_unit_asks_for_can_be_pasted(tmp_path: Path, title: str) -> None:
    made = with_assays(tmp_path, f"vessel,time,{title}\nV01,{DAY},5\nV02,{DAY},6\n")

    [wanted] = made.account.wanted
    section, _, setting = wanted[wanted.index("[analytes.") :].partition(" unit")
    told = tomllib.loads(f"{section}\nunit{setting.partition(' in a campaign.toml')[0]}")
    assert told == {"analytes": {title: {"unit": "g/L"}}}


def test_what_an_analyser_flagged_is_a_row_of_assays_and_excluded_with_its_flag(
    tmp_path: Path,
) -> None:
    made = with_assays(tmp_path, f"vessel,time,glucose [g/L]\nV01,{DAY},5.5*\nV02,{DAY},6\n")

    [excluded] = pd.read_csv(tmp_path / "out" / "exclude.csv").itertuples()
    assert (excluded.file, excluded.vessel, excluded.analyte) == ("assays", "V01", "glucose")
    assert excluded.reason == "flagged: *"
    assays = made.campaign.assays.set_index("vessel")
    assert assays["value"].to_dict() == {"V01": 5.5, "V02": 6.0}
    assert assays["excluded"].notna().to_dict() == {"V01": True, "V02": False}


def flex2(path: Path, glucose: str, *, analysed: str) -> None:
    cells = {"Date & Time": analysed, "Sample ID": "V01-D0", "Gluc": glucose,
             "Sample Time": "05/13/2024 10:00:00 AM"}  # fmt: skip
    table(path, ",".join(FLEX2) + "\n" + ",".join(cells.get(t, "") for t in FLEX2) + "\n")


def test_a_sample_measured_again_in_another_export_is_a_replicate(tmp_path: Path) -> None:
    scan(tmp_path / "in", "V01__20240513T100000Z.csv")
    # Numbered by the time of analysis, not by the names of the files.
    late, early = "05/13/2024 11:20:00 AM", "05/13/2024 10:20:00 AM"
    flex2(tmp_path / "in" / "SampleResults2024-05-14_080000.csv", "5.2", analysed=late)
    flex2(tmp_path / "in" / "SampleResults2024-05-15_080000.csv", "5.0", analysed=early)

    made = imported(tmp_path / "in", tmp_path / "out", timezone="UTC")

    values = made.campaign.assays
    assert dict(zip(values["replicate"], values["value"], strict=True)) == {"1": 5.0, "2": 5.2}
    assert "assays: 2 values of samples measured again, numbered as replicates" in (
        made.account.notes
    )


def test_two_values_that_nothing_tells_apart_are_left_out_by_file_and_row(tmp_path: Path) -> None:
    rows = f"V01,{DAY},5\nV01,{DAY},6\nV02,{DAY},7\n"
    made = with_assays(tmp_path, "vessel,time,glucose [g/L]\n" + rows)

    assert made.campaign.assays["vessel"].tolist() == ["V02"]
    [refusal] = made.account.refused
    assert refusal.file == "assays.csv"
    assert refusal.reason.startswith("rows 2 to 3 give different values of one sample (vessel V01")


def test_an_index_of_files_may_tell_times_as_people_write_them(tmp_path: Path) -> None:
    for number in (1, 2):
        scan(tmp_path / "in", f"scan{number}.csv", float(number))
    index = "Datei;Reaktor;Datum;Uhrzeit\nscan1.csv;V01;01.05.2024;10:00\n"
    table(tmp_path / "in" / "index.csv", index + "scan2.csv;V01;3/4/2024;10:00\n")

    account = Account()
    request = Request([tmp_path / "in"], id="demo", timezone="Europe/Zurich")
    [file] = draft_campaign(request, account=account).files

    [name] = file.names
    assert str(name.time) == "2024-05-01 08:00:00+00:00"
    assert "day and month are certain" in account.refused[0].reason
