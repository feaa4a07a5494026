"""`pat check` shows what a campaign holds and trains nothing; every doubt is named once."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.errors import CampaignError, InputError
from pat.readers import read_campaign
from pipelines import check, simulate
from pipelines.proposed_toml import proposed_toml


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("check") / "small"
    simulate.run(folder, vessels=4, days=5, seed=3)
    return folder


@pytest.fixture
def campaign(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "small"))


def facts_of(campaign: Path, tmp_path: Path) -> dict:
    check.run(campaign, json=tmp_path / "facts.json")
    return json.loads((tmp_path / "facts.json").read_text())


def test_a_sound_campaign_has_pairs_and_no_doubts(campaign: Path, tmp_path: Path, capsys) -> None:
    facts = facts_of(campaign, tmp_path)

    assert [a["paired"] for a in facts["analytes"]] == [20, 20, 20]
    assert facts["suspects"] == facts["clocks"] == facts["warnings"] == []
    said = capsys.readouterr().out
    assert "20 culture; 100 to 3424 in 3325 channels" in said
    assert f"next: pat train {campaign}" in said


def test_an_assay_without_a_spectrum_is_listed_with_its_reason(
    campaign: Path, tmp_path: Path, capsys
) -> None:
    spectra = pd.read_parquet(campaign / "spectra.parquet")
    spectra.iloc[1:].to_parquet(campaign / "spectra.parquet")

    facts = facts_of(campaign, tmp_path)

    (unpaired,) = facts["analytes"][0]["unpaired"]
    assert unpaired["reason"].startswith("no spectrum within 15 min")
    assert "glucose unpaired: 1" in capsys.readouterr().out


def test_a_dead_spectrum_is_a_suspect_with_its_vessel(campaign: Path, tmp_path: Path) -> None:
    spectra = pd.read_parquet(campaign / "spectra.parquet")
    channels = [c for c in spectra.columns if c.replace(".", "").isdigit()]
    spectra.loc[2, channels] = 7
    spectra.to_parquet(campaign / "spectra.parquet")

    facts = facts_of(campaign, tmp_path)

    (suspect,) = facts["suspects"]
    assert suspect["kind"] == "dead"
    assert suspect["rows"] == [2]


def test_a_clock_that_is_an_hour_off_is_reported_with_the_line_to_paste(
    campaign: Path, tmp_path: Path, capsys
) -> None:
    assays = pd.read_csv(campaign / "assays.csv", dtype=str)
    shifted = pd.to_datetime(assays["time"]) + pd.Timedelta(hours=1)
    assays["time"] = shifted.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    assays.to_csv(campaign / "assays.csv", index=False)

    facts = facts_of(campaign, tmp_path)

    assert any(np.isclose(abs(clock["seconds"]), 3600, atol=900) for clock in facts["clocks"])
    assert "[clock]" in capsys.readouterr().out


def test_the_page_opens_offline_and_has_its_pictures(campaign: Path, tmp_path: Path) -> None:
    page = tmp_path / "check.html"

    check.run(campaign, report=page)

    text = page.read_text()
    assert text.count("data:image/svg+xml") == 6
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert page.stat().st_size < 6e6


def test_a_folder_without_campaign_toml_is_given_one_to_paste(
    campaign: Path, tmp_path: Path, capsys
) -> None:
    (campaign / "campaign.toml").unlink()

    with pytest.raises(CampaignError, match="Paste the lines above"):
        check.run(campaign)

    proposed = capsys.readouterr().out
    assert "[analytes.glucose]" in proposed
    assert "[online.ph]" in proposed
    answered = proposed.replace('unit = "?"', 'unit = "g/L"').replace('"?"', '"simulated"')
    (campaign / "campaign.toml").write_text(answered)
    assert set(read_campaign(campaign).info.analytes) == {"glucose", "lactate", "titre"}


def test_the_proposal_reads_long_tables_and_other_separators(tmp_path: Path) -> None:
    (tmp_path / "assays.csv").write_text(
        "vessel;time;analyte;value;unit\nV1;2024-05-01;VCD (total);1,5;1e6/mL\n", encoding="utf-8"
    )

    assert '[analytes."VCD (total)"]' in proposed_toml(tmp_path)


def test_a_report_into_a_folder_that_is_not_there_is_refused_first(campaign: Path) -> None:
    with pytest.raises(InputError, match="expected an existing folder"):
        check.run(campaign, report=campaign / "no" / "page.html")


@pytest.mark.parametrize(
    ("name", "suspect"),
    [
        ("bioreactors-small", []),
        ("mixtures-785", []),
        ("mixtures-plate", ["saturated"]),
        ("fermentation-mir-calibration", []),
        ("fermentation-mir-run", ["dead"]),
    ],
)
def test_real_campaigns_show_their_true_suspects_and_no_others(
    shared_data: Path, tmp_path: Path, name: str, suspect: list[str]
) -> None:
    facts = facts_of(shared_data / name, tmp_path)

    assert [s["kind"] for s in facts["suspects"]] == suspect
