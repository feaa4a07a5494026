"""`pat check` shows what a campaign holds and trains nothing; every doubt is named once."""

import json
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pat.errors import CampaignError, InputError
from pat.readers import read_campaign
from pipelines import check, simulate
from pipelines.check_words import reasons
from pipelines.proposed_toml import likely_axis, proposed_toml


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
    assert "need a fitted model, so `pat train` alone can list them" in said


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
    assert text.count("data:image/svg+xml") == 7
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert page.stat().st_size < 6e6
    assert "so pat train alone can list them." in text


def test_a_broken_folder_names_every_fault_in_the_json_too(campaign: Path, tmp_path: Path) -> None:
    assays = pd.read_csv(campaign / "assays.csv", dtype=str)
    assays.loc[2, "vessel"] = "nobody"
    assays.to_csv(campaign / "assays.csv", index=False)
    toml = campaign / "campaign.toml"
    toml.write_text(toml.read_text().replace('unit = "g/L"', 'unit = "parsec"', 1))

    with pytest.raises(CampaignError) as raised:
        check.run(campaign, json=tmp_path / "facts.json")

    facts = json.loads((tmp_path / "facts.json").read_text())
    assert len(facts["faults"]) == len(raised.value.faults) >= 1
    assert {fault["file"] for fault in facts["faults"]} == {f.file for f in raised.value.faults}


def test_what_was_excluded_is_listed_with_its_reason(campaign: Path, tmp_path: Path) -> None:
    drawn = pd.read_csv(campaign / "assays.csv", dtype=str).iloc[0]
    (campaign / "exclude.csv").write_text(
        "file,vessel,time,analyte,reason,who\n"
        f"assays,{drawn['vessel']},{drawn['time']},glucose,pipetting,A\n"
    )

    facts = facts_of(campaign, tmp_path)

    assert [one["reason"] for one in facts["excluded"]] == ["pipetting"]
    assert facts["excluded"][0]["key"].startswith(drawn["vessel"])
    assert facts["analytes"][0]["excluded"] == 1


def test_two_vessels_with_each_others_spectra_are_named(tmp_path: Path, capsys) -> None:
    folder = tmp_path / "swapped"
    simulate.run(folder, vessels=12, days=10, seed=1)
    spectra = pd.read_parquet(folder / "spectra.parquet")
    names = {"V01": "V03", "V03": "V01"}
    late = pd.to_datetime(spectra["time"], utc=True) >= pd.Timestamp("2024-05-04T00:00Z")
    spectra.loc[late, "vessel"] = spectra.loc[late, "vessel"].replace(names)
    spectra.to_parquet(folder / "spectra.parquet")

    facts = facts_of(folder, tmp_path)

    assert {tuple(s["vessels"]) for s in facts["suspects"]} == {("V01", "V03")}
    assert "suspect, swapped: V01, V03" in capsys.readouterr().out


def test_spectra_alone_are_shown_and_not_sent_to_training(campaign: Path, capsys) -> None:
    (campaign / "assays.csv").unlink()

    check.run(campaign)

    said = capsys.readouterr().out
    assert "20 x no assay of vessel (such as" in said
    assert "nothing is paired" in said
    assert "pat train" not in said


def test_reasons_that_differ_in_particulars_are_counted_together() -> None:
    told = [
        {"key": f"V{n}", "reason": f"the only spectra within 15 min lie on the other side of the "
         f"feed at 2024-05-0{n}T10:00Z"}
        for n in (1, 2)
    ] + [{"key": "V3", "reason": "no spectrum within 15 min (nearest: 41 min)"}]  # fmt: skip

    (text,) = reasons("glucose unpaired", told)

    assert text.splitlines()[0] == "glucose unpaired: 3"
    assert text.splitlines()[1].startswith("2 x the only spectra within 15 min lie on the other")
    assert text.splitlines()[2] == "V3: no spectrum within 15 min (nearest: 41 min)"


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


@pytest.mark.parametrize(
    ("axis", "level", "kind", "intensity"),
    [
        ((100, 3400), 5e4, "raman_shift_cm1", "counts"),
        ((800, 1000), 5e4, "wavelength_nm", "counts"),
        ((950, 1830), 0.4, "wavenumber_cm1", "absorbance"),
        ((1000, 2500), 0.4, "wavelength_nm", "absorbance"),
        ((4000, 10000), 0.4, "wavenumber_cm1", "absorbance"),
    ],
)
def test_the_axis_is_guessed_from_its_channels(axis, level, kind, intensity) -> None:
    guess = likely_axis(np.linspace(*axis, 500), np.full((3, 500), level))

    assert guess == (kind, intensity)


def test_the_axis_is_guessed_from_a_table_with_decimal_commas(tmp_path: Path) -> None:
    rows = ["vessel;time;400,5;401;401,5", "V1;2024-05-01;0,11;0,12;0,13"]
    (tmp_path / "spectra.csv").write_text("\n".join(rows), encoding="utf-8")

    proposed = tomllib.loads(proposed_toml(tmp_path))

    assert (proposed["axis"], proposed["intensity"]) == ("wavenumber_cm1", "absorbance")


def test_an_empty_folder_still_gets_a_proposal(tmp_path: Path) -> None:
    assert tomllib.loads(proposed_toml(tmp_path))["axis"] == "?"


@pytest.mark.parametrize(
    "name",
    [
        "bioreactors-small",
        "mixtures-785",
        "mixtures-plate",
        "fermentation-mir-calibration",
        "fermentation-mir-run",
    ],
)
def test_the_proposal_for_a_real_folder_says_what_its_owner_wrote(
    shared_data: Path, name: str
) -> None:
    written = tomllib.loads((shared_data / name / "campaign.toml").read_text())

    proposed = tomllib.loads(proposed_toml(shared_data / name))

    assert {k: proposed[k] for k in ("id", "axis", "intensity")} == {
        k: written[k] for k in ("id", "axis", "intensity")
    }
    assert list(proposed["analytes"]) == list(written["analytes"])


def test_a_report_into_a_folder_that_is_not_there_is_refused_first(campaign: Path) -> None:
    with pytest.raises(InputError, match="expected an existing folder"):
        check.run(campaign, report=campaign / "no" / "page.html")


@pytest.mark.parametrize(
    ("name", "suspect"),
    [
        ("bioreactors-small", []),
        ("mixtures-785", ["badly collected"] * 17),
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
