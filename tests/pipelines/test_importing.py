"""`pat import` turns a laboratory's folder into a campaign that trains without an edit."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.campaign import Campaign
from pat.errors import CampaignError, InputError
from pat.readers import read_campaign
from pipelines import check, importing, train
from tests.importing.laboratory import mixed_folder, scan, table

SAMPLES = Path(__file__).parents[2] / "data_samples" / "ambr24"


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return read_campaign(SAMPLES)


def test_a_mix_of_spc_a_flex2_export_and_a_feed_log_becomes_the_campaign_it_was_made_from(
    campaign: Campaign, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vessels = ["V01", "V02"]
    given = mixed_folder(campaign, tmp_path / "run", vessels=vessels)

    importing.run([given], out=tmp_path / "cho", timezone="Europe/Zurich")

    made = read_campaign(tmp_path / "cho")
    keys = campaign.spectra.keys
    order = keys[keys["vessel"].isin(vessels)].sort_values(["vessel", "time"]).index
    was = campaign.spectra.take(order.to_numpy())
    assert list(made.spectra.keys["time"]) == list(was.keys["time"])
    np.testing.assert_allclose(made.spectra.intensities, was.intensities, rtol=1e-6)  # float32
    columns = ["vessel", "time", "analyte"]
    assays = campaign.assays[campaign.assays["vessel"].isin(vessels)].set_index(columns)["value"]
    found = made.assays.set_index(columns)["value"]
    assert len(found) == 2 * 14 * 2
    # The analyser prints two decimals; what is measured in the original has as many.
    pd.testing.assert_series_equal(
        found.sort_index(), assays.loc[found.index].sort_index(), atol=0.006
    )
    assert made.events is not None
    kinds = campaign.events["kind"].isin(["feed", "bolus"])  # type: ignore[index]
    feeds = campaign.events[kinds & campaign.events["vessel"].isin(vessels)]  # type: ignore[index]
    assert len(made.events) == len(feeds)
    printed = capsys.readouterr().out
    assert re.search(r"glucose +g/L +28 +0 ", printed)  # paired and unpaired
    assert "next: pat check" in printed
    check.run(tmp_path / "cho")


@pytest.mark.slow
@pytest.mark.mlflow
def test_what_was_imported_trains_without_an_edit(campaign: Campaign, tmp_path: Path) -> None:
    vessels = campaign.vessels["vessel"].tolist()[:8]
    given = mixed_folder(campaign, tmp_path / "run", vessels=vessels)
    importing.run([given], out=tmp_path / "cho", timezone="Europe/Zurich")

    train.run(
        [tmp_path / "cho"],
        analytes=["glucose"],
        effort="quick",
        tracking_uri=f"sqlite:///{tmp_path / 'mlflow.db'}",
        json=tmp_path / "facts.json",
    )

    [facts] = json.loads((tmp_path / "facts.json").read_text())
    assert facts["skipped"] is None
    assert facts["paired"] == 8 * 14
    assert facts["beats_nulls"]


def test_an_existing_folder_is_never_written_into(tmp_path: Path) -> None:
    scan(tmp_path / "in", "V01__20240501T100000Z.csv")
    kept = table(tmp_path / "out" / "note.txt", "mine")

    with pytest.raises(InputError, match="does not exist yet"):
        importing.run([tmp_path / "in"], out=tmp_path / "out")

    assert [path.name for path in (tmp_path / "out").iterdir()] == [kept.name]


@pytest.mark.parametrize(
    "file, text, words",
    [
        ("feeds.csv", "vessel,time,kind\nV01,someday,feed\n", "row 2"),
        ("columns.toml", '[[table]]\nfiles = "x"\nholds = "everything"\n', "expected one of"),
        ("campaign.toml", 'timezone = "Mars"\n', "timezone"),
    ],
)
def test_nothing_is_left_where_no_campaign_can_be_made(
    tmp_path: Path, file: str, text: str, words: str
) -> None:
    scan(tmp_path / "in", "V01__20240501T100000Z.csv")
    table(tmp_path / "in" / file, text)

    with pytest.raises(InputError, match=words):
        importing.run([tmp_path / "in"], out=tmp_path / "out")

    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_hours_in_one_file_and_times_in_another_ask_for_the_inoculation(tmp_path: Path) -> None:
    scan(tmp_path / "in", "V01__20240501T100000Z.csv")
    table(tmp_path / "in" / "assays.csv", "vessel,elapsed_h,glucose [g/L]\nV01,1,5\n")

    with pytest.raises(CampaignError, match="inoculated"):
        importing.run([tmp_path / "in"], out=tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "option, value, words",
    [("timezone", "Mars/Base", "IANA"), ("name", "(", "regular expression")],
)
def test_a_wrong_option_is_one_clear_message(
    tmp_path: Path, option: str, value: str, words: str
) -> None:
    scan(tmp_path / "in", "V01__20240501T100000Z.csv")

    with pytest.raises(InputError, match=words):
        importing.run([tmp_path / "in"], out=tmp_path / "out", **{option: value})  # type: ignore[arg-type]
