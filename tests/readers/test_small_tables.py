"""vessels.csv, online and events: what they may leave out, and what they may not."""

import numpy as np
import pandas as pd
import pytest

from pat.readers import read_campaign
from tests.readers.folders import TOML, faults, folder, only_fault

VESSELS = (
    "vessel,inoculated,group,feed_rate,clone\n"
    "V01,2024-05-01T10:00Z,A,0.5,007\nV02,2024-05-01T10:00Z,,1,008\n"
)


def test_vessels_carry_their_group_and_their_factors(tmp_path):
    vessels = read_campaign(folder(tmp_path, {"vessels.csv": VESSELS})).vessels

    assert vessels.columns.tolist() == ["vessel", "inoculated", "group", "feed_rate", "clone"]
    assert vessels["group"].tolist() == ["A", "V02"]
    assert vessels["feed_rate"].tolist() == [0.5, 1.0]
    assert vessels["clone"].tolist() == ["007", "008"]
    assert vessels["inoculated"].dtype == "datetime64[us, UTC]"


def test_groups_are_unique_over_campaigns(tmp_path):
    campaign = read_campaign(folder(tmp_path, {"vessels.csv": VESSELS}))

    assert campaign.group_of() == {"V01": "demo/A", "V02": "demo/V02"}


def test_a_vessel_is_listed_once(tmp_path):
    fault = only_fault(tmp_path, {"vessels.csv": "vessel\nV01\nV02\nV01\n"})

    assert (fault.file, fault.row, fault.column) == ("vessels.csv", 4, "vessel")
    assert "rows 2, 4" in fault.message


def test_a_vessel_needs_a_name(tmp_path):
    found = faults(tmp_path, {"vessels.csv": "vessel,group\nV01,A\n,A\nV02,B\n"})

    assert [(fault.row, fault.column) for fault in found] == [(3, "vessel")]


def test_a_vessel_that_the_list_lacks_is_a_fault_wherever_it_stands(tmp_path):
    online = "vessel,elapsed_h,pH\nV02,0,7\n"
    exclude = "file,vessel,elapsed_h,reason\nspectra,V02,0,bubble\n"
    files = {"vessels.csv": "vessel\nV01\n", "online.csv": online, "exclude.csv": exclude}

    found = faults(tmp_path, files)

    assert {fault.file for fault in found} == {
        "spectra.csv", "assays.csv", "online.csv", "exclude.csv"
    }  # fmt: skip
    assert all("vessels.csv does not list it" in fault.message for fault in found)


def test_online_values_are_numbers_by_vessel_and_time(tmp_path):
    text = "vessel,elapsed_h,pH,DO\nV01,0,7.1,\nV01,0.5,7.05,41\n"

    online = read_campaign(folder(tmp_path, {"online.csv": text})).online

    assert online.columns.tolist() == ["vessel", "time", "elapsed_h", "pH", "DO"]
    assert np.array_equal(online["DO"], [np.nan, 41.0], equal_nan=True)


def test_online_values_may_come_as_parquet(tmp_path):
    place = folder(tmp_path)
    frame = pd.DataFrame({"vessel": ["V01"], "elapsed_h": [0.5], "pH": [7.1], "phase": ["fed"]})
    frame.to_parquet(place / "online.parquet")

    campaign = read_campaign(place)

    assert campaign.online["pH"].tolist() == [7.1]
    assert "phase" in campaign.warnings[0]


def test_a_column_of_words_among_online_values_is_left_out_with_a_warning(tmp_path):
    text = "vessel,elapsed_h,pH,phase\nV01,0,7.1,batch\nV01,1,7.1,fed\n"

    campaign = read_campaign(folder(tmp_path, {"online.csv": text}))

    assert "phase" not in campaign.online
    assert "phase" in campaign.warnings[0]


def test_a_word_among_the_numbers_of_an_online_column_is_a_fault(tmp_path):
    text = "vessel,elapsed_h,pH\nV01,0,7.1\nV01,1,Bad\nV01,2,Bad\n"

    fault = only_fault(tmp_path, {"online.csv": text})

    assert (fault.row, fault.column) == (3, "pH")
    assert "also in row 4" in fault.message


def test_an_online_tag_that_campaign_toml_names_must_hold_numbers(tmp_path):
    text = "vessel,elapsed_h,pH\nV01,0,off\n"
    toml = TOML + '\n[online.pH]\nunit = "1"\n'

    assert only_fault(tmp_path, {"online.csv": text, "campaign.toml": toml}).column == "pH"


def test_an_online_tag_without_a_column_is_a_warning(tmp_path):
    text = "vessel,elapsed_h,pH\nV01,0,7.1\n"
    toml = TOML + '\n[online.DO]\nunit = "%"\n'

    campaign = read_campaign(folder(tmp_path, {"online.csv": text, "campaign.toml": toml}))

    assert "DO" in campaign.warnings[0]


def test_one_time_of_one_vessel_comes_once_in_the_online_values(tmp_path):
    text = "vessel,elapsed_h,pH\nV01,0,7.1\nV02,0,7.1\nV01,0,7.2\n"

    fault = only_fault(tmp_path, {"online.csv": text})

    assert (fault.file, fault.row) == ("online.csv", 4)
    assert "vessel V01, elapsed_h 0 is in row 2 already" in fault.message


def test_a_campaign_without_online_values_has_an_empty_table(tmp_path):
    online = read_campaign(folder(tmp_path)).online

    assert online.empty
    assert online.columns.tolist() == ["vessel", "time", "elapsed_h"]


def test_events_have_a_kind_and_a_unit_with_every_amount(tmp_path):
    text = "vessel,elapsed_h,kind,amount,unit,pump\nV01,5,feed,0.2,L,3\nV01,6,sample,,,\n"

    events = read_campaign(folder(tmp_path, {"events.csv": text})).events

    assert events is not None
    assert events["kind"].tolist() == ["feed", "sample"]
    assert np.array_equal(events["amount"], [0.2, np.nan], equal_nan=True)
    assert events["pump"].tolist()[0] == 3.0


@pytest.mark.parametrize(
    ("line", "column"),
    [("V01,5,,0.2,L", "kind"), ("V01,5,feed,0.2,", "unit"), ("V01,5,feed,much,L", "amount")],
)
def test_an_event_at_fault_is_named(tmp_path, line, column):
    text = f"vessel,elapsed_h,kind,amount,unit\n{line}\n"

    fault = only_fault(tmp_path, {"events.csv": text})

    assert (fault.file, fault.row, fault.column) == ("events.csv", 2, column)


def test_a_campaign_without_events_file_says_so(tmp_path):
    assert read_campaign(folder(tmp_path, {"events.csv": None})).events is None


def test_a_broken_list_of_vessels_does_not_make_every_vessel_unknown(tmp_path):
    files = {"vessels.csv": "culture\nV01\n", "assays.csv": "vessel,elapsed_h,glucose\nV03,0,1\n"}

    assert only_fault(tmp_path, files).file == "vessels.csv"
