"""Assays that cannot be used are refused by vessel, row and unit; what is flagged is excluded."""

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tests.importing.laboratory import Imported, imported, scan, table

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
