"""A folder of any make becomes a campaign, and what does not is named with its reason."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.errors import InputError
from pat.importing import Account, Request, draft_campaign
from pat.importing.folder import write_draft
from pat.readers import read_campaign
from pat.readers.naming import name_pattern
from tests.importing.laboratory import AXIS, imported, scan, table, utc

DAY = "2024-05-01T10:00:00Z"
ASSAYS = f"vessel,time,glucose [g/L]\nV01,{DAY},5.5\nV02,{DAY},<0.1\n"


def two_scans(folder: Path) -> Path:
    scan(folder, "V01__20240501T100000Z.csv", 1.0)
    scan(folder, "V02__20240501T100000Z.csv", 2.0)
    return folder


def reasons(account: Account) -> dict[str, str]:
    return {refusal.file: refusal.reason for refusal in account.refused}


def test_spectra_and_assays_become_a_campaign(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "assays.csv", ASSAYS)

    campaign = imported(given, tmp_path / "out").campaign

    assert campaign.spectra.keys["vessel"].tolist() == ["V01", "V02"]
    assert campaign.info.analytes["glucose"].unit == "g/L"
    assert campaign.assays["value"].tolist()[0] == 5.5
    assert campaign.assays["censored"].tolist()[1] == "<"


def test_originals_are_copied_byte_for_byte_and_listed_with_their_digest(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "assays.csv", ASSAYS)
    before = {path.name: path.read_bytes() for path in given.iterdir()}
    out = tmp_path / "out"

    made = imported(given, out)

    spectrum = "V01__20240501T100000Z.csv"
    assert (out / "spectra" / spectrum).read_bytes() == before[spectrum]
    assert (out / "originals" / "assays.csv").read_bytes() == before["assays.csv"]
    listed = pd.read_csv(out / "sources.csv").set_index("file")
    assert set(listed.index) == set(before)
    sha = {source.name: source.sha256() for source, _ in made.draft.sources}
    assert listed["sha256"].to_dict() == sha
    assert {path.name: path.read_bytes() for path in given.iterdir()} == before


def test_a_file_of_several_spectra_becomes_rows_of_one_table(tmp_path: Path) -> None:
    given = tmp_path / "in"
    titles = ",".join(map(str, AXIS))
    rows = "".join(f"V01,2024-05-01T1{i}:00:00Z," + ",".join(map(str, AXIS + i)) + "\n"
                   for i in range(3))  # fmt: skip
    table(given / "all.csv", f"vessel,time,{titles}\n{rows}")

    made = imported(given, tmp_path / "out")

    assert (tmp_path / "out" / "spectra.parquet").is_file()
    np.testing.assert_array_equal(made.campaign.spectra.intensities[2], AXIS + 2)
    assert made.campaign.spectra.keys["source_file"].tolist() == ["all.csv"] * 3


def test_the_axis_of_most_files_is_kept_and_the_others_are_refused(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    scan(given, "V01__20240502T100000Z.csv", axis=AXIS + 7)

    made = imported(given, tmp_path / "out")

    assert len(made.campaign.spectra) == 2
    assert "campaign of its own" in reasons(made.account)["V01__20240502T100000Z.csv"]


def test_a_copy_of_a_file_is_refused(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    copy = given / "backup" / "V01__20240501T100000Z.csv"
    copy.parent.mkdir()
    copy.write_bytes((given / copy.name).read_bytes())

    made = imported(given, tmp_path / "out")

    assert len(made.campaign.spectra) == 2
    assert any("a copy of" in reason for reason in reasons(made.account).values())


def test_two_spectra_of_one_moment_are_numbered_as_scans(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    scan(given / "second", "V01__20240501T100000Z.csv", 1.5)

    made = imported(given, tmp_path / "out")

    scans = made.campaign.spectra.keys.set_index("source_file")["scan"]
    assert scans.notna().sum() == 1
    assert any("numbered as scans" in note for note in made.account.notes)


def test_files_without_vessel_or_time_are_named(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    scan(given, "scan-17.csv")
    table(given / "notes.txt", "shake well\n")

    why = reasons(imported(given, tmp_path / "out").account)

    assert "no vessel; no time" in why["scan-17.csv"]
    assert "notes.txt" in why


def test_an_index_table_names_files_before_their_own_names(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    scan(given, "scan-17.csv", 3.0)
    table(given / "index.csv", f"file,vessel,time\nscan-17.csv,V03,{DAY}\n")

    made = imported(given, tmp_path / "out")

    assert set(made.campaign.spectra.keys["vessel"]) == {"V01", "V02", "V03"}


def test_a_pattern_and_a_map_name_the_files_of_a_carousel(tmp_path: Path) -> None:
    given = tmp_path / "in"
    scan(given, "P1 2024-05-01 1000.csv", 1.0)
    scan(given, "P2 2024-05-01 1000.csv", 2.0)
    places = table(
        tmp_path / "map.csv",
        "channel,vessel,inoculated\nP1,V07,2024-05-01T00:00:00Z\nP2,V08,2024-05-01T00:00:00Z\n",
    )
    pattern = name_pattern(r"(?P<channel>P\d) (?P<time>.*)\.csv")

    made = imported(given, tmp_path / "out", timezone="UTC", pattern=pattern, vessels=places)

    assert made.campaign.spectra.keys["vessel"].tolist() == ["V07", "V08"]
    assert made.campaign.spectra.keys["elapsed_h"].tolist() == [10.0, 10.0]


def test_rows_of_vessels_without_spectra_are_refused_with_the_name_that_was_meant(
    tmp_path: Path,
) -> None:
    given = two_scans(tmp_path / "in")
    text = f"vessel,time,kind,amount,unit\nV1,{DAY},feed,1,mL\nV02,{DAY},feed,1,mL\n"
    table(given / "events.csv", text)

    made = imported(given, tmp_path / "out")

    assert "did you mean 'V01'" in reasons(made.account)["events.csv"]
    assert made.campaign.events is not None
    assert made.campaign.events["vessel"].tolist() == ["V02"]


def test_samples_find_their_vessel_and_time_in_a_table(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "assays.csv", "sample,glucose [g/L]\nA17,5.5\nA18,4.5\n")
    table(
        given / "samples.csv",
        f"source_sample,vessel,time\nA17,V01,{DAY}\nA18,V02,{DAY}\n",
    )

    campaign = imported(given, tmp_path / "out").campaign

    assert campaign.assays["vessel"].tolist() == ["V01", "V02"]
    assert campaign.assays["time"].tolist() == [utc("2024-05-01T10:00:00")] * 2


def test_samples_of_no_vessel_are_listed_with_what_to_add(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "assays.csv", "sample,glucose [g/L]\nA17,5.5\nV02-D1,4.5\nV01-D1,3.5\n")

    made = imported(given, tmp_path / "out")

    assert "A17" in reasons(made.account)["assays.csv"]
    assert any("source_sample" in wanted for wanted in made.account.wanted)
    assert any("when were V02-D1, V01-D1 drawn" in wanted for wanted in made.account.wanted)


def test_an_analyte_without_a_unit_says_where_to_write_it(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "assays.csv", f"vessel,time,glucose\nV01,{DAY},5.5\nV02,{DAY},4.5\n")

    without = imported(given, tmp_path / "out")
    table(given / "campaign.toml", 'id = "cho-7"\n\n[analytes.glucose]\nunit = "g/L"\n')
    stated = imported(given, tmp_path / "out2")

    assert any("[analytes.glucose]" in w for w in without.account.wanted)
    assert stated.campaign.id == "cho-7"
    assert stated.campaign.assays["value"].tolist() == [5.5, 4.5]


def test_a_table_of_unclear_content_is_refused_with_the_way_out(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "run7.csv", f"vessel,time,x\nV01,{DAY},1\n")

    why = reasons(imported(given, tmp_path / "out").account)["run7.csv"]

    assert 'holds = "online"' in why


def test_a_feed_log_with_an_unreadable_row_stops_the_import(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "feeds.csv", "vessel,time,kind\nV01,someday,feed\n")

    with pytest.raises(InputError, match=r"feeds\.csv: row 2"):
        draft_campaign(Request([given], id="x"), account=Account())


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_folder_without_files_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(InputError, match="expected files"):
        draft_campaign(Request([tmp_path / name], id="x"), account=Account())


def test_many_files_become_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pat.importing.folder.MANY_FILES", 1)
    monkeypatch.setattr("pat.importing.folder.FILES_AT_ONCE", 1)
    given, out = two_scans(tmp_path / "in"), tmp_path / "out"
    draft = draft_campaign(Request([given], id="x"), account=Account())
    out.mkdir()

    write_draft(draft, out)

    assert sorted(path.name for path in out.iterdir()) == ["campaign.toml", "sources.csv",
                                                           "spectra.parquet"]  # fmt: skip
    read = read_campaign(out).spectra
    np.testing.assert_array_equal(
        read.intensities, draft.files[0].content.read().intensities * [[1], [2]]
    )


def test_spectra_and_tables_may_be_of_two_time_zones(tmp_path: Path) -> None:
    given = tmp_path / "in"
    scan(given, "V01__20240501T080000.csv")
    table(given / "columns.toml", '[spectra]\ntimezone = "UTC"\n')
    table(given / "events.csv", "vessel,time,kind\nV01,2024-05-01 10:00,feed\n")

    campaign = imported(given, tmp_path / "out", timezone="Europe/Berlin").campaign

    assert campaign.events is not None
    assert campaign.spectra.keys["time"][0] == campaign.events["time"][0]


def test_numbers_with_another_decimal_sign_are_told(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    text = f"vessel;time;glucose [g/L];lactate [g/L]\nV01;{DAY};5.5;0,5\nV02;{DAY};4.5;0,6\n"
    table(given / "assays.csv", text)

    notes = imported(given, tmp_path / "out").account.notes

    assert any("no number but '5.5', '4.5'" in note for note in notes)


def test_replicates_of_one_file_are_kept_and_rows_of_overlapping_files_count_once(
    tmp_path: Path,
) -> None:
    given = two_scans(tmp_path / "in")
    row = f"V01,{DAY},glucose,5.5,g/L"
    text = f"vessel,time,analyte,value,unit,replicate\n{row},1\n{row},2\n"
    table(given / "assays week 1.csv", text)
    table(given / "assays week 2.csv", f"{text}V02,{DAY},glucose,4.5,g/L,1\n")

    made = imported(given, tmp_path / "out")

    assert made.campaign.assays["value"].tolist() == [5.5, 5.5, 4.5]
    assert any("2 values come again in another file" in note for note in made.account.notes)


def test_equal_values_at_two_ages_are_two_assays(tmp_path: Path) -> None:
    given = tmp_path / "in"
    titles = ",".join(map(str, AXIS))
    rows = "".join(f"V01,{age}," + ",".join(map(str, AXIS + age)) + "\n" for age in (1, 2))
    table(given / "all.csv", f"vessel,elapsed_h,{titles}\n{rows}")
    table(given / "assays.csv", "vessel,elapsed_h,glucose [g/L]\nV01,1,5.5\nV01,2,5.5\n")

    campaign = imported(given, tmp_path / "out").campaign

    assert campaign.assays["elapsed_h"].tolist() == [1.0, 2.0]


def test_a_table_of_kinds_of_spectra_is_no_log_of_events(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "truth.csv", f"vessel,time,kind,power\nV01,{DAY},culture,1\n")

    made = imported(given, tmp_path / "out")

    assert made.campaign.events is None
    assert "cannot tell what it holds" in reasons(made.account)["truth.csv"]


def test_an_inoculation_in_the_log_gives_the_age_of_its_culture(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    text = "vessel,time,kind\nV01,2024-05-01T04:00Z,inoculation\n"
    table(given / "events.csv", text)

    keys = imported(given, tmp_path / "out").campaign.spectra.keys.set_index("vessel")

    assert keys["elapsed_h"]["V01"] == 6.0
    assert keys["elapsed_h"]["V02"] == 0.0  # from its first spectrum


def test_titles_of_vessels_and_tags_make_a_table_of_online_values(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "PI export.csv", f"Report;PI\n\nTimestamp;V01.pH;V02.pH\n{DAY};7,1;7,2\n")

    online = imported(given, tmp_path / "out").campaign.online

    assert online[["vessel", "pH"]].values.tolist() == [["V01", 7.1], ["V02", 7.2]]


def test_files_that_nobody_names_say_how_to_name_them(tmp_path: Path) -> None:
    scan(tmp_path / "in", "scan-17.csv")

    with pytest.raises(InputError, match=r"--name REGEX.*index\.csv"):
        draft_campaign(Request([tmp_path / "in"], id="x"), account=Account())


def test_a_column_with_a_unit_is_an_analyte_though_half_of_it_was_not_determined(
    tmp_path: Path,
) -> None:
    given = two_scans(tmp_path / "in")
    table(given / "assays.csv", f"vessel;time;glucose [g/L]\nV01;{DAY};5,5\nV02;{DAY};n.d.\n")

    made = imported(given, tmp_path / "out")

    assert made.campaign.assays["value"].tolist() == [5.5]
    assert any("'n.d.' in row 3" in note for note in made.account.notes)


def test_a_column_of_words_is_told(tmp_path: Path) -> None:
    given = two_scans(tmp_path / "in")
    text = f"vessel,time,glucose [g/L],operator\nV01,{DAY},5.5,Ann\nV02,{DAY},4.5,Bo\n"
    table(given / "assays.csv", text)

    made = imported(given, tmp_path / "out")

    assert any("operator is left out" in note and "'Ann'" in note for note in made.account.notes)
