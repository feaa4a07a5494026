"""Each kind of mess is there when asked for, is what it says, and is off by default."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pat.errors import InputError
from pat.simulator.campaign import simulate_campaign
from pat.simulator.mess import MEANING, MessKind, mess_kinds
from pat.simulator.mess_campaign import CHANGE
from pat.simulator.settings import AUTUMN_START, CampaignSettings
from tests.simulator.made_up import made_up_cultures

AXIS = np.arange(700.0, 1101.0)
PLAIN = CampaignSettings(seed=3, axis=AXIS)
CULTURES = made_up_cultures(6, days=8)


def simulate(*kinds, **changes):
    return simulate_campaign(CULTURES, settings=replace(PLAIN, mess=kinds, **changes))


@pytest.fixture(scope="module")
def tidy():
    return simulate()


def test_an_unknown_kind_is_refused_and_the_known_ones_are_named():
    with pytest.raises(InputError, match=r"among .*carousel.*; got muddle"):
        mess_kinds(["carousel", "muddle"])


def test_kinds_come_once_each_and_every_kind_has_its_meaning():
    assert mess_kinds(["blanks", "mmol", "blanks"]) == (MessKind.BLANKS, MessKind.MMOL)
    assert set(MEANING) == set(MessKind)


def test_by_default_all_is_tidy(tidy):
    campaign = tidy.campaign

    assert (campaign.spectra.keys["kind"] == "culture").all()
    assert campaign.spectra.keys["sample"].isna().all()
    assert campaign.assays[["censored", "method", "replicate", "sample"]].isna().all(axis=None)
    assert campaign.assays["value"].notna().all()
    assert (tidy.truth["collected"] == 1.0).all()


def test_low_values_are_censored_at_their_limits(tidy):
    messy = simulate(MessKind.CENSORED).campaign.assays

    below = messy["censored"] == "<"
    truth = tidy.campaign.assays["value"].to_numpy()
    assert below.any()
    assert np.array_equal(below, truth < messy["limit"].fillna(-1.0).to_numpy())
    assert messy.loc[~below, "value"].tolist() == tidy.campaign.assays.loc[~below, "value"].tolist()


def test_some_cells_and_samples_are_missing(tidy):
    missing = len(tidy.campaign.assays) - len(simulate(MessKind.MISSING).campaign.assays)

    # 7 % of 144 are 10; binomial spread 3, samples lost by threes.
    assert 1 <= missing <= 30


def test_replicates_spread_by_the_methods_error(tidy):
    messy = simulate(MessKind.REPLICATES).campaign.assays

    assert len(messy) == 3 * len(tidy.campaign.assays)
    assert set(messy["replicate"]) == {"1", "2", "3"}
    titre = messy[(messy["analyte"] == "titre") & (messy["elapsed_h"] == 168.0)]
    pooled = np.sqrt(titre.groupby("vessel")["value"].var().mean())
    # 12 degrees of freedom: 95 % lie within 0.6 and 1.4 of the true spread, 0.04 * 1.3 + 0.05.
    assert 0.02 < pooled < 0.15


def test_the_second_method_reads_high_and_the_first_one_counts():
    messy = simulate(MessKind.SECOND_METHOD).campaign
    glucose = messy.assays[messy.assays["analyte"] == "glucose"]
    both = glucose.pivot_table(index=["vessel", "time"], columns="method", values="value").dropna()

    assert messy.info.analytes["glucose"].method == "enzymatic"
    assert 5 <= len(both) <= 30
    assert (both["hplc"] / both["enzymatic"]).mean() == pytest.approx(1.06, abs=0.03)


def test_clocks_of_assays_events_and_online_values_differ_by_minutes(tidy):
    messy = simulate(MessKind.CLOCK_OFFSET).campaign

    for name, (low, high) in {"assays": (8, 14), "online": (2, 6), "events": (1, 4)}.items():
        after, before = getattr(messy, name), getattr(tidy.campaign, name)
        offset = (after["time"] - before["time"]).dt.total_seconds() / 60.0
        assert offset.max() == offset.min()
        assert low <= abs(offset.iloc[0]) <= high
    pd.testing.assert_series_equal(messy.spectra.keys["time"], tidy.campaign.spectra.keys["time"])


def test_the_spectrometers_clock_is_not_put_back():
    tidy = simulate(start=AUTUMN_START).campaign.spectra.keys
    messy = simulate(MessKind.SUMMER_TIME, start=AUTUMN_START).campaign.spectra.keys

    late = (messy["time"] - tidy["time"]).dt.total_seconds() / 3600.0
    after = tidy["time"] >= pd.Timestamp(CHANGE)
    assert after.any()
    assert not after.all()
    assert np.array_equal(late, after.astype(float))


def test_two_vessels_carry_each_others_name(tidy):
    messy = simulate(MessKind.SWAPPED_VESSELS).campaign.spectra
    calm = tidy.campaign.spectra

    changed = messy.keys["vessel"] != calm.keys["vessel"]
    pairs = set(zip(calm.keys["vessel"][changed], messy.keys["vessel"][changed], strict=True))
    assert len(pairs) == 2
    one, other = pairs
    assert one == other[::-1]
    assert np.array_equal(messy.intensities, calm.intensities)


def test_the_carousel_carries_one_to_two_percent_over(tidy):
    messy = simulate(MessKind.CAROUSEL)

    truth, calm = messy.truth, tidy.truth
    names = ["true.glucose_g_per_l", "true.titre_g_per_l"]
    shares = truth["carry_over"].to_numpy()[1:, np.newaxis]
    own, before = calm[names].to_numpy()[1:], calm[names].to_numpy()[:-1]
    assert np.all((shares >= 0.01) & (shares <= 0.02))
    assert truth[names].to_numpy()[1:] == pytest.approx(own + shares * (before - own))
    assert truth["carry_over"][0] == 0.0


def test_blanks_darks_and_references_stand_between_without_a_vessel(tidy):
    messy = simulate(MessKind.BLANKS, axis=np.arange(300.0, 1701.0)).campaign.spectra

    extra = messy.keys["kind"] != "culture"
    assert messy.keys.loc[extra, "vessel"].isna().all()
    per_kind = messy.keys.loc[extra, "kind"].value_counts()
    assert per_kind.to_dict() == {"dark": 8, "blank": 8, "reference": 8}
    assert not messy.keys.loc[extra].duplicated("time").any()
    dark, blank, reference = (
        np.median(messy.intensities[(messy.keys["kind"] == kind).to_numpy()], axis=0)
        for kind in ("dark", "blank", "reference")
    )
    sapphire, water = 118, 1340
    assert np.abs(dark).max() < 60
    assert blank[water] == pytest.approx(12_500, rel=0.1)
    assert reference[sapphire] > 20 * abs(reference[water])


def test_spiked_aliquots_have_their_own_sample_on_both_sides():
    messy = simulate(MessKind.SPIKES)

    spectra = messy.campaign.spectra.keys.query("kind == 'spike'")
    assays = messy.campaign.assays[messy.campaign.assays["sample"].notna()]
    assert len(spectra) >= 1
    assert set(spectra["sample"]) == set(assays["sample"])
    assert set(assays["analyte"]) == {"glucose", "lactate", "titre"}
    spiked = messy.truth[messy.truth["kind"] == "spike"]
    assert (spiked["true.glucose_g_per_l"] > 3.0).all()


def test_the_exposure_is_halved_in_the_second_half(tidy):
    messy = simulate(MessKind.EXPOSURE_CHANGE).campaign.spectra

    ratio = messy.intensities.mean(axis=1) / tidy.campaign.spectra.intensities.mean(axis=1)
    assert messy.keys["exposure_s"].unique().tolist() == [10.0, 5.0]
    expected = messy.keys["exposure_s"] / 10.0
    assert ratio == pytest.approx(expected.to_numpy(), rel=0.01)


def test_bands_move_by_one_while_the_axis_stays(tidy):
    messy = simulate(MessKind.AXIS_SHIFT)

    by = messy.truth["shift_cm1"] - tidy.truth["shift_cm1"]
    assert set(by.round(9)) == {0.0, 1.0}
    assert np.array_equal(messy.campaign.spectra.axis, tidy.campaign.spectra.axis)


def test_one_spectrum_in_twenty_is_badly_collected():
    many = simulate_campaign(
        made_up_cultures(30, days=10),
        settings=replace(PLAIN, mess=(MessKind.BAD_COLLECTION,), axis=np.arange(900.0, 911.0)),
    )

    bad = many.truth["collected"] < 1.0
    assert bad.mean() == pytest.approx(0.05, abs=0.04)
    assert many.truth.loc[bad, "collected"].between(0.1, 0.5).all()


def test_two_successive_spectra_of_a_vessel_are_the_same_dead_one(tidy):
    messy = simulate(MessKind.DEAD_DUPLICATE).campaign.spectra

    dead = (messy.intensities == 0.0).all(axis=1)
    assert dead.sum() == 2
    assert len(set(messy.keys.loc[dead, "vessel"])) == 1
    assert messy.keys.loc[dead, "time"].diff().iloc[1] == pd.Timedelta(days=1)


def test_a_late_file_stands_last_and_tells_how_late(tidy):
    messy = simulate(MessKind.LATE_FILE).campaign.spectra

    assert messy.keys["time"].iloc[-1] < messy.keys["time"].iloc[-2]
    assert messy.keys["stored_late_h"].iloc[-1] >= 30.0
    assert (messy.keys["stored_late_h"].iloc[:-1] == 0.0).all()
    assert sorted(messy.intensities.sum(axis=1)) == sorted(
        tidy.campaign.spectra.intensities.sum(axis=1)
    )


@pytest.mark.parametrize("kind", list(MessKind))
def test_mess_is_the_same_for_the_same_seed(kind):
    one, two = (simulate(kind, start=AUTUMN_START).campaign for _ in range(2))

    assert np.array_equal(one.spectra.intensities, two.spectra.intensities)
    pd.testing.assert_frame_equal(one.spectra.keys, two.spectra.keys)
    pd.testing.assert_frame_equal(one.assays, two.assays)


def test_all_kinds_go_together():
    everything = simulate(*MessKind, start=AUTUMN_START).campaign

    assert len(everything.spectra) > 48
