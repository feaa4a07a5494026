"""`pat simulate` writes a whole campaign for a seed, or one clear message."""

import numpy as np
import pandas as pd
import pytest

from pat.errors import InputError
from pat.readers import read_campaign
from pipelines.simulate import run


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulate") / "made"
    run(folder, vessels=3, days=4, seed=7)
    return folder


def test_a_campaign_has_one_spectrum_an_assay_and_its_truth(made):
    campaign = read_campaign(made)

    assert campaign.id == "made"
    assert len(campaign.spectra) == 12
    assert len(campaign.assays) == 36
    assert campaign.spectra.n_channels == 3325
    truth = pd.read_parquet(made / "truth.parquet")
    assert len(truth) == 12
    assert (truth["true.glucose_g_per_l"] >= 0).all()
    first = (made / "assays.csv").read_text().splitlines()[0]
    assert first == "vessel,time,glucose,lactate,titre"


def test_the_same_seed_gives_the_same_bytes(made, tmp_path):
    run(tmp_path / "made", vessels=3, days=4, seed=7)

    for file in sorted(made.iterdir()):
        assert file.read_bytes() == (tmp_path / "made" / file.name).read_bytes(), file.name


def test_it_says_what_was_written_and_what_comes_next(tmp_path, capsys):
    out = tmp_path / "made"
    run(out, vessels=2, days=2, every=30.0, faults=["window_change:V02:24"], mess=["blanks"])

    said = capsys.readouterr().out
    assert "2 vessels" in said
    assert "every 30 min" in said
    assert "fault in V02 from hour 24: window_change" in said
    assert "mess blanks: blank, dark and reference spectra" in said
    assert f"pat check {out}" in said


def test_a_fault_comes_with_the_truth_of_the_run_without(tmp_path):
    run(tmp_path / "made", vessels=3, days=6, seed=7, faults=["glucose_crash:V02:60"])

    truth = pd.read_parquet(tmp_path / "made" / "truth.parquet")
    calm = pd.read_parquet(tmp_path / "made" / "truth_without_fault.parquet")
    assert truth["vessel"].tolist() == calm["vessel"].tolist()
    changed = truth["true.glucose_g_per_l"] != calm["true.glucose_g_per_l"]
    expected = (truth["vessel"] == "V02") & (truth["middle_h"] > 60.0)
    assert changed.tolist() == expected.tolist()
    assert np.array_equal(truth["gain"], calm["gain"])


def test_a_second_campaign_has_the_same_vessels_and_another_lot(tmp_path):
    run(tmp_path / "made", vessels=2, days=2, seed=7, mess=["second_campaign"])

    one, two = read_campaign(tmp_path / "made"), read_campaign(tmp_path / "made-2")
    assert one.id != two.id
    assert one.vessels["vessel"].tolist() == two.vessels["vessel"].tolist()
    lots = [pd.read_parquet(tmp_path / name / "truth.parquet")["medium.sulfate"].mean()
            for name in ("made", "made-2")]  # fmt: skip
    assert abs(lots[0] / lots[1] - 1) > 0.01


def test_another_instrument_measures_the_same_cultures_differently(made, tmp_path):
    run(tmp_path / "b", vessels=3, days=4, seed=7, instrument="B")

    one, two = read_campaign(made), read_campaign(tmp_path / "b")
    assert two.info.instrument == "B"
    assert one.assays["value"].equals(two.assays["value"])
    ratio = two.spectra.intensities[:, 350:1700] / one.spectra.intensities[:, 350:1700]
    assert np.ptp(ratio.mean(axis=0)) > 0.02


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"vessels": 0}, "at least one vessel"),
        ({"vessels": -3}, "at least one vessel"),
        ({"days": 0}, "days"),
        ({"seed": -1}, "seed"),
        ({"instrument": ""}, "instrument"),
        ({"every": 0.0}, "expected a round of at least"),
        ({"faults": ["probe_fouling:V09:24"]}, "got 'V09'"),
        ({"faults": ["probe_fouling:V01:999"]}, "expected an hour"),
        ({"faults": ["flood:V01:24"]}, "expected a kind"),
        ({"faults": ["probe_fouling"]}, "expected KIND:VESSEL:HOUR"),
        ({"mess": ["muddle"]}, "got muddle"),
    ],
)
def test_an_argument_out_of_range_is_one_message_and_nothing_is_written(
    tmp_path, arguments, message
):
    with pytest.raises(InputError, match=message):
        run(tmp_path / "made", **({"vessels": 2, "days": 2} | arguments))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("there", ["made", "made-2"])
def test_a_folder_that_exists_stops_before_anything_is_written(tmp_path, there):
    (tmp_path / there).mkdir()

    with pytest.raises(InputError, match="does not exist yet"):
        run(tmp_path / "made", vessels=2, days=2, mess=["second_campaign"])
    assert [path.name for path in tmp_path.iterdir()] == [there]


def test_two_campaigns_are_offered_to_training_under_a_name(tmp_path, capsys):
    run(tmp_path / "made", vessels=2, days=2, mess=["second_campaign"])

    line = f"pat train {tmp_path / 'made'} {tmp_path / 'made-2'} --name made"
    assert line in capsys.readouterr().out


def test_a_run_that_ends_before_the_clocks_are_put_back_is_refused(tmp_path):
    with pytest.raises(InputError, match="at least 7 days"):
        run(tmp_path / "made", vessels=2, days=6, mess=["summer_time"])
    assert not (tmp_path / "made").exists()


def test_local_times_of_a_long_campaign_can_be_read(tmp_path):
    run(tmp_path / "made", vessels=12, days=7, mess=["local_time", "clock_offset"], seed=2)

    read = read_campaign(tmp_path / "made")
    assert "+02:00" in (tmp_path / "made" / "events.csv").read_text()
    assert read.events is not None
