"""A written campaign reads back as it was simulated, or nothing is written."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pat.alignment import pair
from pat.errors import InputError, StoreError
from pat.readers import read_campaign
from pat.simulator import files
from pat.simulator.campaign import simulate_campaign
from pat.simulator.files import write_simulated_campaign
from pat.simulator.mess import MessKind
from pat.simulator.mess_files import local_times
from pat.simulator.settings import AUTUMN_START, CampaignSettings
from tests.simulator.made_up import made_up_cultures

SETTINGS = CampaignSettings(seed=5, axis=np.arange(700.0, 1101.0))
CULTURES = made_up_cultures(3, days=8)


@pytest.fixture(scope="module")
def simulated():
    return simulate_campaign(CULTURES, settings=SETTINGS)


def written(folder, *kinds, **changes):
    settings = replace(SETTINGS, mess=kinds, **changes)
    made = simulate_campaign(CULTURES, settings=settings)
    write_simulated_campaign(made, folder, mess=kinds)
    return made, read_campaign(folder)


def test_the_folder_reads_back_as_it_was_simulated(simulated, tmp_path):
    write_simulated_campaign(simulated, tmp_path / "made")
    read = read_campaign(tmp_path / "made")

    assert np.array_equal(read.spectra.intensities, simulated.campaign.spectra.intensities)
    assert read.spectra.keys["time"].tolist() == simulated.campaign.spectra.keys["time"].tolist()
    keys = ["time", "vessel", "analyte"]
    pd.testing.assert_frame_equal(
        read.assays[[*keys, "value"]].sort_values(keys, ignore_index=True),
        simulated.campaign.assays[[*keys, "value"]].sort_values(keys, ignore_index=True),
    )
    assert read.online.shape == simulated.campaign.online.shape
    assert read.warnings == ()


def test_every_assay_of_a_tidy_campaign_pairs_with_its_spectrum(tmp_path):
    _, read = written(tmp_path / "made")

    pairing = pair(read)
    assert len(pairing.samples) == 24
    assert pairing.values.notna().all(axis=None)
    assert not any(pairing.unpaired.values())
    assert not pairing.unpaired_spectra


def test_the_truth_is_beside_it_in_the_order_of_time(simulated, tmp_path):
    write_simulated_campaign(simulated, tmp_path / "made", without_fault=simulated.truth[:5])

    truth = pd.read_parquet(tmp_path / "made" / "truth.parquet")
    calm = pd.read_parquet(tmp_path / "made" / "truth_without_fault.parquet")
    assert truth["vessel"].tolist() == simulated.truth["vessel"].tolist()
    assert truth["true.titre_g_per_l"].to_numpy() == pytest.approx(
        simulated.truth["true.titre_g_per_l"].to_numpy(), rel=1e-6
    )
    assert len(calm) == 5


def test_two_writings_agree_to_the_byte(simulated, tmp_path):
    for name in ("one", "two"):
        write_simulated_campaign(simulated, tmp_path / name)

    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_lactate_in_mmol_reads_back_in_grams(simulated, tmp_path):
    _, read = written(tmp_path / "made", MessKind.MMOL)

    text = (tmp_path / "made" / "assays.csv").read_text()
    assert "mmol/L" in text
    assert "g/L" in text
    keys = ["time", "vessel", "analyte"]
    merged = read.assays.merge(simulated.campaign.assays, on=keys)
    # 0.01 mmol/L of lactate are 0.0009 g/L.
    assert merged["value_x"].to_numpy() == pytest.approx(merged["value_y"].to_numpy(), abs=1e-3)


def test_local_times_across_the_change_read_back_in_utc(tmp_path):
    made, read = written(tmp_path / "made", MessKind.LOCAL_TIME, start=AUTUMN_START)

    text = (tmp_path / "made" / "assays.csv").read_text()
    assert "Z" not in text
    assert "T10:00:00" in text
    assert "T09:00:00" in text
    assert set(read.assays["time"]) == set(made.campaign.assays["time"])
    assert set(read.events["time"]) == set(made.campaign.events["time"].dt.floor("s"))


def test_only_the_hour_that_comes_twice_carries_its_offset():
    hours = ["2024-10-26T23:59:59Z", "2024-10-27T00:30Z", "2024-10-27T01:30Z", "2024-10-27T02:00Z"]

    assert local_times(pd.Series(pd.to_datetime(hours, utc=True, format="ISO8601"))).tolist() == [
        "2024-10-27T01:59:59",
        "2024-10-27T02:30:00+02:00",
        "2024-10-27T02:30:00+01:00",
        "2024-10-27T03:00:00",
    ]


def test_censored_cells_with_replicates_in_mmol_keep_their_sign(tmp_path):
    kinds = (MessKind.CENSORED, MessKind.REPLICATES, MessKind.MMOL)
    made, read = written(tmp_path / "made", *kinds)

    assert (read.assays["censored"] == "<").sum() == (made.campaign.assays["censored"] == "<").sum()
    assert set(read.assays["replicate"]) == {"1", "2", "3"}


def test_every_kind_of_mess_can_be_read(tmp_path):
    _, read = written(tmp_path / "made", *MessKind, start=AUTUMN_START)

    assert len(read.spectra) > 24


def test_a_folder_that_exists_is_left_alone(simulated, tmp_path):
    there = tmp_path / "there"
    there.mkdir()

    with pytest.raises(InputError, match="expected a folder that does not exist yet"):
        write_simulated_campaign(simulated, there)
    assert list(tmp_path.iterdir()) == [there]
    assert not list(there.iterdir())


def test_when_the_disk_fails_nothing_is_left(simulated, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_truth", full)
    with pytest.raises(StoreError, match="No space left"):
        write_simulated_campaign(simulated, tmp_path / "made")
    assert not list(tmp_path.iterdir())


def test_a_file_in_the_place_of_the_parent_is_said(simulated, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match="expected a place to write to"):
        write_simulated_campaign(simulated, tmp_path / "file" / "made")
