"""Bad spectra are told before a training, and leave it only when that was asked for."""

import dataclasses

import numpy as np

from pat.readers import read_campaign, write_campaign
from pipelines.training_suspects import look_for_suspects
from tests.alignment.campaigns import make_campaign

AXIS = np.arange(1400.0, 1900.0, 4.0)


def mixtures(folder):
    """Write nine mixtures of two scans; M0 is badly collected, a scan of M1 is dead."""
    rng = np.random.default_rng(0)
    rows = [{"vessel": f"M{k // 2}", "sample": f"M{k // 2}", "scan": k % 2} for k in range(18)]
    water = np.outer(np.r_[0.2, 0.2, np.ones(16)], 90 * np.exp(-(((AXIS - 1640) / 55) ** 2)))
    intensities = 300 + water + rng.normal(size=water.shape)
    intensities[2] = 7.0
    assays = [{"vessel": f"M{k}", "sample": f"M{k}", "value": 1.0 + k} for k in range(9)]
    write_campaign(make_campaign(rows, assays, intensities=intensities, axis=AXIS), folder)
    return folder


def test_suspects_are_told_with_what_to_type_and_stay_in(tmp_path, capsys):
    folder = mixtures(tmp_path / "run")
    campaign = read_campaign(folder)

    (looked_at,), told = look_for_suspects([campaign], [folder], exclude=False)

    printed = capsys.readouterr().out
    assert looked_at is campaign
    assert [f"note: {words}" for words in told] == printed.splitlines()
    assert "suspect, badly collected: M0: 2 spectra" in printed
    assert "suspect, dead: M1: 1 spectrum" in printed
    assert "2 of these spectra will be trained on; --exclude-suspects" in printed
    assert not (folder / "exclude.csv").exists()


def test_asked_to_exclude_them_it_writes_why_and_trains_without(tmp_path, capsys):
    folder = mixtures(tmp_path / "run")

    (looked_at,), _ = look_for_suspects([read_campaign(folder)], [folder], exclude=True)

    assert "3 suspects were added to" in capsys.readouterr().out
    reasons = looked_at.spectra.keys["excluded"]
    assert np.flatnonzero(reasons.notna()).tolist() == [0, 1, 2]
    assert reasons[0].startswith("badly collected: the water 1640 cm-1 band is ")
    assert "pat train --exclude-suspects" in (folder / "exclude.csv").read_text()


def test_a_saturated_spectrum_is_excluded_and_a_channel_that_always_saturates_excludes_none(
    tmp_path, capsys
):
    folder = mixtures(tmp_path / "run")
    campaign = read_campaign(folder)
    spectra = campaign.spectra.intensities.copy()
    spectra[:, 4] = 5000.0
    spectra[9, 60:70] = 5000.0
    campaign = dataclasses.replace(
        campaign,
        info=dataclasses.replace(campaign.info, saturation=5000.0),
        spectra=dataclasses.replace(campaign.spectra, intensities=spectra),
    )

    look_for_suspects([campaign], [folder], exclude=True)

    assert "leave these channels out" in capsys.readouterr().out
    excluded = read_campaign(folder).spectra.keys["excluded"]
    assert excluded[9].startswith("saturated: 10 channels in")
    assert 0 < excluded.notna().sum() < 6


def test_a_second_training_finds_no_more(tmp_path, capsys):
    folder = mixtures(tmp_path / "run")
    look_for_suspects([read_campaign(folder)], [folder], exclude=True)
    capsys.readouterr()

    look_for_suspects([read_campaign(folder)], [folder], exclude=True)

    assert capsys.readouterr().out == ""
    assert (folder / "exclude.csv").read_text().count("\n") == 4
