"""A simulated campaign holds what was planned, the same every time, and the truth beside it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pat.alignment import pair, process_values
from pat.errors import InputError
from pat.simulator.assays import methods
from pat.simulator.campaign import campaign_truth, simulate_campaign
from pat.simulator.disturbances import Disturbances
from pat.simulator.faults import Fault, FaultKind
from pat.simulator.settings import START, CampaignSettings
from tests.simulator.made_up import made_up_culture, made_up_cultures

AXIS = np.arange(450.0, 1801.0)
SETTINGS = CampaignSettings(seed=5, axis=AXIS)
CULTURES = made_up_cultures(4)


@pytest.fixture(scope="module")
def simulated():
    return simulate_campaign(CULTURES, settings=SETTINGS)


def test_there_is_one_spectrum_and_one_assay_of_each_analyte_a_sample(simulated):
    campaign = simulated.campaign

    keys = campaign.spectra.keys
    assert keys.groupby("vessel").size().tolist() == [3, 3, 3, 3]
    counts = campaign.assays.groupby(["vessel", "time", "analyte"]).size()
    assert len(counts) == 4 * 3 * 3
    assert (counts == 1).all()
    assert set(campaign.assays["analyte"]) == {"glucose", "lactate", "titre"}
    assert {a.unit for a in campaign.info.analytes.values()} == {"g/L"}


def test_a_spectrum_ends_when_its_sample_is_drawn(simulated):
    keys = simulated.campaign.spectra.keys
    ends = keys["time"] + pd.to_timedelta(keys["acquisition_s"], unit="s")

    drawn = simulated.campaign.assays.query("analyte == 'glucose'")
    assert sorted(zip(keys["vessel"], ends, strict=True)) == sorted(
        zip(drawn["vessel"], drawn["time"], strict=True)
    )
    assert drawn["time"].min() == pd.Timestamp(START)


def test_time_and_elapsed_hours_tell_the_same(simulated):
    campaign = simulated.campaign
    for table in (campaign.spectra.keys, campaign.assays, campaign.online, campaign.events):
        elapsed = (table["time"] - pd.Timestamp(START)) / pd.Timedelta(hours=1)
        assert elapsed.to_numpy() == pytest.approx(table["elapsed_h"].to_numpy(), abs=1e-9)


def test_intensities_are_whole_counts_below_saturation(simulated):
    intensities = simulated.campaign.spectra.intensities

    assert np.array_equal(intensities, np.rint(intensities))
    assert intensities.min() > 0
    assert intensities.max() < simulated.campaign.info.saturation


def test_two_runs_agree_to_the_bit(simulated):
    again = simulate_campaign(CULTURES, settings=SETTINGS)

    assert np.array_equal(again.campaign.spectra.intensities,
                          simulated.campaign.spectra.intensities)  # fmt: skip
    pd.testing.assert_frame_equal(again.campaign.assays, simulated.campaign.assays)
    pd.testing.assert_frame_equal(again.campaign.online, simulated.campaign.online)
    pd.testing.assert_frame_equal(again.truth, simulated.truth, check_exact=True)


def test_another_seed_gives_another_campaign(simulated):
    other = simulate_campaign(CULTURES, settings=replace(SETTINGS, seed=6))

    same = other.campaign.spectra.intensities == simulated.campaign.spectra.intensities
    assert same.mean() < 0.01
    assert other.campaign.id != simulated.campaign.id


def test_a_vessel_measures_the_same_whichever_others_there_are(simulated):
    alone = simulate_campaign(CULTURES[2:3], settings=SETTINGS)

    rows = (simulated.campaign.spectra.keys["vessel"] == "V03").to_numpy()
    assert np.array_equal(
        alone.campaign.spectra.intensities, simulated.campaign.spectra.intensities[rows]
    )


def test_denser_spectra_leave_those_of_the_samples_as_they_are(simulated):
    dense = simulate_campaign(CULTURES, settings=replace(SETTINGS, every_min=90.0))

    keys = dense.campaign.spectra.keys
    merged = keys.reset_index().merge(
        simulated.campaign.spectra.keys.reset_index(), on=["vessel", "time"]
    )
    assert len(merged) == 12
    # Blocks of other sizes may differ in the last bit before rounding to counts.
    differences = (
        dense.campaign.spectra.intensities[merged["index_x"]]
        - simulated.campaign.spectra.intensities[merged["index_y"]]
    )
    assert np.abs(differences).max() <= 1.0
    assert np.mean(differences != 0) < 1e-3


def test_in_a_round_each_vessel_is_visited_once_in_the_interval():
    dense = simulate_campaign(CULTURES, settings=replace(SETTINGS, every_min=90.0))

    keys = dense.campaign.spectra.keys
    assert not keys.duplicated(["vessel", "time"]).any()
    v02 = keys[(keys["vessel"] == "V02")]
    # 72 h hold 48 rounds. V02's turn is 22.5 min after each begins, which at 0, 24 and 48 h is
    # too near a sample: within 15 min and an acquisition of 12.5.
    assert len(v02) == 48 - 3 + 3
    assert keys["time"].is_monotonic_increasing
    assert sorted(keys["position"].unique()) == [1, 2, 3, 4]


def test_a_fault_changes_its_vessel_from_its_hour_on_and_nothing_else(simulated):
    fault = Fault(FaultKind.WINDOW_CHANGE, "V02", 20.0, 0.5)
    cultures = [
        replace(culture, faults=(fault,)) if culture.vessel == "V02" else culture
        for culture in CULTURES
    ]
    faulty = simulate_campaign(cultures, settings=SETTINGS).campaign

    calm = simulated.campaign.spectra
    changed = (faulty.spectra.intensities != calm.intensities).any(axis=1)
    expected = (calm.keys["vessel"] == "V02") & (calm.keys["elapsed_h"] > 20.0)
    assert changed.tolist() == expected.tolist()


def test_truth_holds_the_states_in_front_of_the_probe(simulated):
    truth = simulated.truth.set_index(["vessel", "time"])
    keys = simulated.campaign.spectra.keys

    aligned = truth.loc[list(zip(keys["vessel"], keys["time"], strict=True))]
    v04 = (keys["vessel"] == "V04").to_numpy()
    middles = np.maximum(aligned["middle_h"].to_numpy()[v04], 0.0)
    expected = CULTURES[3].at(middles)["glucose_g_per_l"]
    assert aligned["true.glucose_g_per_l"].to_numpy()[v04] == pytest.approx(expected.to_numpy())


def test_truth_alone_is_the_truth_of_the_campaign(simulated):
    truth = campaign_truth(CULTURES, settings=SETTINGS)

    pd.testing.assert_frame_equal(truth, simulated.truth, check_exact=True)


def test_with_everything_off_spectra_are_linear_in_the_states():
    calm = replace(SETTINGS, disturbances=Disturbances.none())
    made = simulate_campaign(CULTURES, settings=calm)

    states = ["glucose_g_per_l", "lactate_g_per_l", "titre_g_per_l", "tcd_1e6_per_ml",
              "glutamine_mmol_per_l", "glutamate_mmol_per_l", "ammonium_mmol_per_l"]  # fmt: skip
    known = np.column_stack([made.truth[[f"true.{name}" for name in states]], np.ones(12)])
    spectra = made.campaign.spectra.intensities
    fitted = known @ np.linalg.lstsq(known, spectra, rcond=None)[0]
    # Whole counts leave at most half a count; two samples a parameter spread it.
    assert np.abs(fitted - spectra).max() < 1.0


def test_online_values_are_hourly_with_units(simulated):
    campaign = simulated.campaign

    assert campaign.online.groupby("vessel").size().tolist() == [73] * 4
    assert set(campaign.info.online) == set(campaign.online.columns[3:])
    assert {"ph", "do", "temperature", "volume", "o2_flow"} <= set(campaign.info.online)
    assert campaign.info.online["do"].unit == "%"


def test_vessels_carry_their_factors(simulated):
    vessels = simulated.campaign.vessels

    assert vessels["vessel"].tolist() == ["V01", "V02", "V03", "V04"]
    assert {"seed_density", "feed_rate", "glucose_set_point"} <= set(vessels.columns)


def test_further_analytes_can_be_assayed():
    chosen = replace(SETTINGS, methods=methods(["ammonium", "vcd"]))
    campaign = simulate_campaign(CULTURES, settings=chosen).campaign

    assert campaign.info.analytes["ammonium"].unit == "mmol/L"
    assert set(campaign.assays["analyte"]) == {"ammonium", "vcd"}


def test_no_vessel_is_refused():
    with pytest.raises(InputError, match="expected at least one vessel; got none"):
        simulate_campaign([], settings=SETTINGS)


def test_a_culture_without_samples_has_no_spectra_but_those_of_the_round():
    bare = made_up_culture(days=2)
    bare = replace(bare, plan=replace(bare.plan, sample_hours=()))

    made = simulate_campaign([bare], settings=replace(SETTINGS, every_min=60.0)).campaign

    assert len(made.spectra) == 48
    assert len(made.assays) == 0


def test_denser_spectra_leave_one_spectrum_for_each_assay():
    dense = simulate_campaign(CULTURES, settings=replace(SETTINGS, every_min=10.0)).campaign

    pairing = pair(dense)
    assert len(dense.spectra) > 1000
    assert [len(rows) for rows in pairing.spectra_rows] == [1] * 12


def test_a_value_of_the_control_system_is_at_hand_for_every_spectrum(simulated):
    keys = simulated.campaign.spectra.keys
    known = process_values(simulated.campaign.online, keys, names=["ph"])

    assert known["ph"].notna().all()
