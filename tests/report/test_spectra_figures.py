"""Figures of a campaign show its vessels and stand what real campaigns hold."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pat.alignment import pair
from pat.campaign import Analyte, Campaign, CampaignInfo
from pat.report import pairing_figures, spectra_figures
from pat.spectra import Spectra
from tests.report.test_sensor_figures import words


@pytest.fixture
def campaign() -> Campaign:
    hours = np.tile(np.arange(4) * 24.0, 3)
    vessels = np.repeat(["V1", "V2", "01"], 4)
    keys = pd.DataFrame({"vessel": vessels, "elapsed_h": hours, "campaign": "c"})
    intensities = np.random.default_rng(0).normal(100, 1, (12, 50))
    columns = {"vessel": vessels, "elapsed_h": hours, "analyte": "glucose", "value": 1.0}
    assays = pd.DataFrame(columns).assign(
        time=pd.Series(pd.NaT, index=range(12), dtype="datetime64[us, UTC]"),
        sample=pd.Series(np.nan, index=range(12), dtype="str"),
        censored=pd.Series(np.nan, index=range(12), dtype="str"),
        limit=np.nan,
        method=pd.Series(np.nan, index=range(12), dtype="str"),
        replicate=pd.Series(np.nan, index=range(12), dtype="str"),
        excluded=pd.Series(np.nan, index=range(12), dtype="str"),
        row=range(2, 14),
    )
    return Campaign(
        info=CampaignInfo("c", analytes={"glucose": Analyte("glucose", "g/L")}),
        spectra=Spectra(np.linspace(400, 1800, 50), intensities, keys),
        assays=assays,
        vessels=pd.DataFrame({"vessel": ["V1", "V2", "01"], "group": ["V1", "V2", "01"]}),
        online=pd.DataFrame(columns=["vessel", "time", "elapsed_h"]),
        events=None,
        warnings=(),
        digest="",
    )


def test_every_vessel_has_a_panel(campaign: Campaign) -> None:
    svg = spectra_figures.spectra_by_vessel(campaign.spectra, axis_label="x", intensity="counts")

    assert {"V1", "V2", "01", "counts"} <= set(words(svg).split())


def test_spectra_without_an_age_have_no_picture_by_age(campaign: Campaign) -> None:
    keys = campaign.spectra.keys.assign(elapsed_h=np.nan)
    ageless = replace(campaign.spectra, keys=keys)

    assert spectra_figures.spectra_by_age(ageless, axis_label="x", intensity="counts") is None
    assert spectra_figures.intensity_by_age(ageless, intensity="counts") is None


def test_broken_channels_and_whole_dead_vessels_do_not_stop_the_picture(campaign: Campaign) -> None:
    intensities = campaign.spectra.intensities.copy()
    intensities[:4] = np.nan
    intensities[5, 3] = np.inf
    broken = replace(campaign.spectra, intensities=intensities)

    assert "V1" in words(
        spectra_figures.spectra_by_vessel(broken, axis_label="x", intensity="counts")
    )
    assert spectra_figures.spectra_by_age(broken, axis_label="x", intensity="counts")


@pytest.mark.parametrize("spike", [0.0, 1e6])
def test_the_scale_shows_the_spectra_and_not_the_laser_line(spike: float) -> None:
    spectra = np.tile(np.linspace(100, 200, 200), (5, 1))
    spectra[:, 3] += spike

    low, high = spectra_figures.shown_range(spectra)

    assert low < 110
    assert 190 < high < 300


def test_two_hundred_thousand_marks_become_a_picture_and_not_a_flood(campaign: Campaign) -> None:
    n = 20_000
    keys = pd.DataFrame({"vessel": ["V1"] * n, "elapsed_h": np.linspace(0, 300, n)})
    spectra = Spectra(np.linspace(400, 1800, 3), np.ones((n, 3)), keys)
    dense = replace(campaign, spectra=spectra)

    assert len(pairing_figures.pairing_map(dense, pair(dense))) < 300_000
    assert len(spectra_figures.intensity_by_age(spectra, intensity="counts")) < 300_000


def test_the_map_without_times_is_not_drawn(campaign: Campaign) -> None:
    keys = campaign.spectra.keys.assign(elapsed_h=np.nan)
    ageless = replace(campaign, spectra=replace(campaign.spectra, keys=keys))

    assert pairing_figures.pairing_map(ageless, pair(ageless)) is None


def test_the_map_shows_feeds_and_assays_that_are_alone(campaign: Campaign) -> None:
    events = pd.DataFrame(
        {"vessel": ["V1"], "time": pd.Series([pd.NaT], dtype="datetime64[us, UTC]"),
         "elapsed_h": [30.0], "kind": ["feed"], "amount": [1.0], "unit": ["mL"]}
    )  # fmt: skip
    late = campaign.assays["elapsed_h"] + 1.0 * (campaign.assays["vessel"] == "V2")
    parted = replace(campaign, events=events, assays=campaign.assays.assign(elapsed_h=late))

    plain = words(pairing_figures.pairing_map(campaign, pair(campaign)))
    told = words(pairing_figures.pairing_map(parted, pair(parted)))

    assert "assay, unpaired" not in plain
    assert "assay, unpaired" in told
    assert "feed" in told


def test_the_map_names_every_vessel_and_what_its_marks_mean(campaign: Campaign) -> None:
    svg = pairing_figures.pairing_map(campaign, pair(campaign))

    assert {"V1", "V2", "01"} <= set(words(svg).split())
    assert "spectrum, paired" in words(svg)


def test_an_analyte_nobody_measured_has_no_picture(campaign: Campaign) -> None:
    pairing = pair(campaign)
    empty = replace(pairing, values=pairing.values * np.nan)

    assert pairing_figures.assays_by_age(empty, "glucose", unit="g/L") is None
    assert pairing_figures.assays_by_age(pairing, "glucose", unit="g/L")
