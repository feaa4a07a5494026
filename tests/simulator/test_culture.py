"""Cultures close their balances, are reproducible to the bit, and look like a fed-batch."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pat.errors import InputError
from pat.simulator.culture import Trajectory, simulate_culture, simulate_cultures
from pat.simulator.design import design
from pat.simulator.faults import parse_fault
from pat.simulator.observables import Observation
from pat.simulator.parameters import Parameters
from pat.simulator.plan import FACTOR_RANGES, Factors, VesselPlan
from pat.simulator.state import GLUCOSE_G_PER_MMOL
from pat.simulator.variation import without_variation

FEEDING = Parameters().feeding
USUAL = VesselPlan("V01", Factors())
COLUMNS = list(Observation._fields)


@pytest.fixture(scope="module")
def campaign() -> list[Trajectory]:
    """Twenty-four vessels of fourteen days."""
    return simulate_cultures(design(24, seed=1), seed=1)


@pytest.fixture(scope="module")
def usual() -> Trajectory:
    """One vessel at the usual set-points."""
    return simulate_culture(USUAL, seed=3)


def integral(knots: pd.DataFrame, values: pd.Series) -> float:
    """Return the integral over time by trapezoids; the two rows of an event add nothing."""
    return float(np.trapezoid(values, knots["elapsed_h"]))


def amounts(culture: Trajectory, kind: str) -> pd.DataFrame:
    """Return the events of one kind, with the state that each met."""
    events = culture.events[culture.events["kind"] == kind].reset_index(drop=True)
    met = culture.at(events["elapsed_h"]) if len(events) else culture.states.iloc[:0]
    return events[["amount"]].join(met)


def test_volume_is_what_was_filled_added_and_taken(campaign):
    for culture in campaign:
        table = culture.events
        added = table.loc[table["kind"].isin(["feed", "bolus"]), "amount"].sum()
        taken = table.loc[table["kind"] == "sample", "amount"].sum()
        base = culture.states["base_addition_ml"].iloc[-1]
        volume = culture.states["volume_ml"]
        assert volume.iloc[-1] == pytest.approx(volume.iloc[0] + added + base - taken, rel=1e-6)


def test_glucose_is_what_was_there_added_taken_and_eaten(campaign):
    for culture in campaign:
        knots, litres = culture.knots, culture.knots["volume_ml"] / 1000.0
        mmol = knots["glucose_g_per_l"] / GLUCOSE_G_PER_MMOL * litres
        samples = amounts(culture, "sample")
        taken = (samples["amount"] * samples["glucose_g_per_l"]).sum() / GLUCOSE_G_PER_MMOL
        added = (
            amounts(culture, "feed")["amount"].sum() * FEEDING.feed_glucose
            + amounts(culture, "bolus")["amount"].sum() * FEEDING.glucose_stock
        )
        eaten = integral(knots, knots["glucose_uptake_mmol_per_l_h"] * litres)
        balance = mmol.iloc[0] + (added - taken) / 1000.0 - mmol.iloc[-1]
        assert eaten == pytest.approx(balance, rel=1e-3)


def test_titre_is_what_was_formed_less_what_was_taken(campaign):
    for culture in campaign:
        knots, litres = culture.knots, culture.knots["volume_ml"] / 1000.0
        samples = amounts(culture, "sample")
        taken = (samples["amount"] * samples["titre_g_per_l"]).sum() / 1000.0
        formed = integral(knots, knots["product_formation_g_per_l_h"] * litres)
        left = (knots["titre_g_per_l"] * litres).iloc[-1]
        assert formed == pytest.approx(left + taken, rel=1e-3)


def test_the_glucose_that_a_foreign_organism_eats_is_in_the_balance():
    fault = parse_fault("glucose_crash:V01:190:2")
    culture = simulate_culture(USUAL, seed=1, faults=[fault])
    knots, litres = culture.knots, culture.knots["volume_ml"] / 1000.0
    last = knots["elapsed_h"] >= 313.0  # after the last sample and feed
    mmol = (knots["glucose_g_per_l"] / GLUCOSE_G_PER_MMOL * litres)[last]
    eaten = integral(knots[last], (knots["glucose_uptake_mmol_per_l_h"] * litres)[last])
    assert eaten == pytest.approx(mmol.iloc[0] - mmol.iloc[-1], rel=5e-3)


def test_a_campaign_looks_like_an_industrial_fed_batch(campaign):
    def over_vessels(column: str) -> np.ndarray:
        return np.array([culture.states[column].to_numpy() for culture in campaign])

    peaks = over_vessels("vcd_1e6_per_ml").max(axis=1)
    assert peaks.min() > 11
    assert peaks.max() < 23
    assert 13 < np.quantile(peaks, 0.1) < np.quantile(peaks, 0.9) < 21
    assert 8 < np.median(over_vessels("vcd_1e6_per_ml").argmax(axis=1)) / 24 < 11.5
    viability = over_vessels("viability_percent")
    assert np.all((viability[:, -1] > 40) & (viability[:, -1] < 85))
    titre = over_vessels("titre_g_per_l")[:, -1]
    assert titre.min() > 1.0
    assert titre.max() < 8.5
    assert titre.max() > 3 * titre.min()
    lactate = over_vessels("lactate_g_per_l")
    assert np.all((lactate.max(axis=1) > 1.5) & (lactate.max(axis=1) < 4.2))
    assert np.median(lactate[:, -1]) < 0.5
    glucose = over_vessels("glucose_g_per_l")
    assert glucose.min() > 0.4
    assert glucose.max() < 7.2
    osmolality = over_vessels("osmolality_mosm_per_kg")
    assert osmolality.min() > 255
    assert osmolality.max() < 420
    assert over_vessels("our_mmol_per_l_h").max() < 4.2
    assert max(culture.knots["volume_ml"].max() for culture in campaign) < 250.0


def test_nothing_is_negative_and_the_index_counts(campaign):
    for culture in campaign:
        assert list(culture.states.columns) == list(culture.knots.columns) == COLUMNS
        assert (culture.knots >= 0.0).all(axis=None)
        assert culture.states.index.equals(pd.RangeIndex(337))
        assert np.array_equal(culture.states["elapsed_h"], culture.hours)


@pytest.mark.parametrize(
    "column, least, greatest",
    [("titre_g_per_l", 0.35, 1.2), ("glucose_g_per_l", 0.7, 1.3), ("lactate_g_per_l", 0.2, 0.5)],
)
def test_culture_age_alone_does_not_tell_the_analytes(campaign, column, least, greatest):
    # The mean of the other vessels at the same age, one vessel left out at a time.
    values = np.array([c.at(c.plan.sample_hours)[column] for c in campaign])
    others = (values.sum(axis=0) - values) / (len(values) - 1)
    assert least < np.sqrt(np.mean((values - others) ** 2)) < greatest


def test_ph_stays_in_its_band_as_the_probe_reads_it(campaign):
    for culture in campaign:
        off = culture.states["ph_probe"] - culture.plan.factors.ph_set_point
        assert off[24:].abs().max() < 0.12


def test_growth_starts_slowly_and_ammonium_rises_late():
    plain = without_variation(Parameters())
    states = simulate_culture(USUAL, seed=0, parameters=plain).states
    growth = states["growth_rate_per_h"]
    assert growth[0] < 0.5 * growth[36]
    ammonium = states["ammonium_mmol_per_l"]
    assert ammonium[120] - ammonium[240:].min() > 0.5
    assert ammonium[336] - ammonium[240:].min() > 0.4


def test_equal_seeds_give_equal_bits_and_other_seeds_others(usual):
    again = simulate_culture(USUAL, seed=3)
    pd.testing.assert_frame_equal(again.knots, usual.knots, check_exact=True)
    pd.testing.assert_frame_equal(again.events, usual.events, check_exact=True)
    other = simulate_culture(USUAL, seed=4)
    assert not np.allclose(other.states["titre_g_per_l"], usual.states["titre_g_per_l"], rtol=1e-3)


def test_a_vessel_is_the_same_to_the_bit_whatever_stands_beside_it(usual):
    others = [VesselPlan(f"V{k:02d}", Factors(seed_density=1.0)) for k in (3, 2)]
    among = simulate_cultures([*others, USUAL], seed=3)[2]
    pd.testing.assert_frame_equal(among.knots, usual.knots, check_exact=True)


def test_a_longer_run_begins_as_the_shorter_one(usual):
    longer = simulate_culture(replace(USUAL, days=16.0), seed=3)
    common = usual.states.iloc[:337]
    pd.testing.assert_frame_equal(longer.states.iloc[:337], common, check_exact=True)


def test_the_cells_are_of_another_mood_from_each_midnight_on(usual):
    quiet = usual.knots[usual.knots["elapsed_h"].isin([48.0, 49.0])]
    assert quiet["elapsed_h"].tolist() == [48.0, 48.0, 49.0]  # no shift or feed on these days
    before, after, _ = quiet["growth_rate_per_h"]
    assert before != pytest.approx(after, rel=1e-4)
    assert quiet["vcd_1e6_per_ml"].iloc[0] == quiet["vcd_1e6_per_ml"].iloc[1]


def test_an_instant_at_an_event_is_before_it(usual):
    feeds = usual.events[usual.events["kind"] == "feed"]
    hour, amount = feeds["elapsed_h"].iloc[0], feeds["amount"].iloc[0]
    before, at, after = (usual.at(h)["volume_ml"].iloc[0] for h in (hour - 1e-6, hour, hour + 1e-6))
    assert at == pytest.approx(before, abs=1e-6)
    assert after - at > 0.99 * amount


def test_the_first_sample_is_not_yet_taken_at_hour_zero(usual):
    assert usual.at(0.0)["volume_ml"].iloc[0] == usual.states["volume_ml"].iloc[0]
    assert usual.at(1e-9)["volume_ml"].iloc[0] == pytest.approx(usual.at(0.0)["volume_ml"][0] - 3)


def test_at_whole_hours_stands_what_the_states_say(usual):
    pd.testing.assert_frame_equal(usual.at(usual.hours), usual.states, check_exact=True)


def test_between_steps_the_state_is_that_of_ten_times_finer_steps(monkeypatch, usual):
    monkeypatch.setattr("pat.simulator.vessel_run.LONGEST_STEP_H", 0.05)
    finer = simulate_culture(USUAL, seed=3)
    hours = np.random.default_rng(0).uniform(0, 336, 300)
    for column in ("vcd_1e6_per_ml", "glucose_g_per_l", "lactate_g_per_l", "titre_g_per_l"):
        scale = usual.states[column].max()
        off = np.abs(usual.at(hours)[column] - finer.at(hours)[column]).max()
        assert off < 1e-4 * scale, column


@pytest.mark.parametrize("hour", [-0.1, 336.2, np.nan])
def test_an_instant_outside_the_run_is_an_error_that_names_the_run(usual, hour):
    with pytest.raises(InputError, match="vessel V01: expected hours from 0 to 336"):
        usual.at([24.0, hour])


def test_events_are_recorded_with_what_was_given(usual):
    events = usual.events
    assert list(events.columns) == ["elapsed_h", "kind", "amount", "unit"]
    assert events["elapsed_h"].is_monotonic_increasing
    counts = events["kind"].value_counts()
    assert (counts["sample"], counts["feed"], counts["temperature_shift"]) == (14, 11, 1)
    shift = events[events["kind"] == "temperature_shift"].iloc[0]
    assert (shift["elapsed_h"], shift["amount"], shift["unit"]) == (144.0, 34.5, "degC")
    temperature = usual.states["temperature_c"]
    assert (temperature[144], temperature[145]) == (37.0, 34.5)


def test_base_is_recorded_as_the_totaliser_of_the_online_value(campaign):
    for culture in campaign:
        pulses = culture.events.loc[culture.events["kind"] == "base", "amount"].sum()
        total = culture.states["base_addition_ml"].iloc[-1]
        assert total - 0.25 < pulses <= total


def test_glucose_is_at_its_set_point_after_each_bolus(usual):
    boluses = usual.events[usual.events["kind"] == "bolus"]
    after = usual.at(boluses["elapsed_h"] + 1e-9)["glucose_g_per_l"]
    assert np.allclose(after, 5.0, atol=1e-6)


def test_before_a_fault_the_run_is_that_without_it_and_after_it_not(usual):
    hurt = simulate_culture(USUAL, seed=3, faults=[parse_fault("respiration_loss:V01:120.5")])
    pd.testing.assert_frame_equal(hurt.states[:121], usual.states[:121], check_exact=True)
    loss = hurt.states["titre_g_per_l"].iloc[-1] / usual.states["titre_g_per_l"].iloc[-1] - 1
    assert -0.45 < loss < -0.15


def test_a_fault_of_no_size_changes_next_to_nothing(usual):
    for kind in ("respiration_loss", "kla_drop", "ph_probe_offset", "missed_feed", "glucose_crash"):
        same = simulate_culture(USUAL, seed=3, faults=[parse_fault(f"{kind}:V01:100.25:0")])
        # Exact but for the steps, which end at the onset of the fault.
        assert np.allclose(same.states, usual.states, rtol=1e-5, atol=1e-5), kind


def test_faults_of_the_light_path_are_kept_and_leave_the_culture_alone(usual):
    fault = parse_fault("probe_fouling:V01:100")
    same = simulate_culture(USUAL, seed=3, faults=[fault])
    assert same.faults == (fault,)
    pd.testing.assert_frame_equal(same.knots, usual.knots, check_exact=True)


def test_each_fault_shows_where_it_should(usual):
    def hurt(text: str) -> pd.DataFrame:
        return simulate_culture(USUAL, seed=3, faults=[parse_fault(text)]).states

    healthy, late = usual.states, slice(200, None)
    assert (hurt("kla_drop:V01:96")["o2_fraction"][late] > healthy["o2_fraction"][late]).all()
    assert hurt("kla_drop:V01:96:0.95")["do_percent"].min() < 10.0
    probe = hurt("ph_probe_offset:V01:96:0.2")
    assert (probe["ph_probe"] - probe["ph_true"])[late].mean() == pytest.approx(
        (healthy["ph_probe"] - healthy["ph_true"])[late].mean() + 0.2, abs=1e-9
    )
    assert (probe["ph_true"] < healthy["ph_true"] - 0.02)[150:].mean() > 0.5
    fewer = hurt("missed_feed:V01:168:3")
    assert healthy["volume_ml"].iloc[-1] - fewer["volume_ml"].iloc[-1] == pytest.approx(
        3 * 0.032 * FEEDING.volume_ml, rel=0.2
    )
    assert hurt("glucose_crash:V01:200")["glucose_g_per_l"].min() < 0.1


def test_an_overfull_vessel_is_fed_no_more():
    greedy = VesselPlan("V01", Factors(feed_rate=8.0), days=20.0)
    assert simulate_culture(greedy, seed=1).knots["volume_ml"].max() < 253.0  # base still flows


def test_samples_that_would_empty_the_vessel_are_refused():
    thirsty = replace(USUAL, sample_ml=20.0)
    with pytest.raises(InputError, match=r"vessel V01: .* leave 100 mL .* fewer or smaller"):
        simulate_culture(thirsty, seed=1)


@pytest.mark.parametrize(
    "plans, message",
    [
        ([], "expected at least one vessel; got none"),
        ([USUAL, USUAL], "got V01 more than once"),
    ],
)
def test_no_vessels_or_one_twice_is_an_error(plans, message):
    with pytest.raises(InputError, match=message):
        simulate_cultures(plans, seed=1)


def test_a_fault_that_cannot_be_is_an_error_before_anything_runs():
    with pytest.raises(InputError, match="expected one of the vessels V01; got 'V09'"):
        simulate_cultures([USUAL], seed=1, faults=[parse_fault("kla_drop:V09:10")])
    with pytest.raises(InputError, match="expected an hour from 0 to 336; got 400"):
        simulate_culture(USUAL, seed=1, faults=[parse_fault("kla_drop:V01:400")])


def test_a_negative_seed_is_an_error():
    with pytest.raises(InputError, match="seed"):
        simulate_culture(USUAL, seed=-1)


def test_an_hour_is_the_shortest_run():
    short = VesselPlan("V01", Factors(), days=1 / 24, sample_hours=(0.0,))
    assert len(simulate_culture(short, seed=1).states) == 2


ANY_FACTORS = st.builds(
    Factors, **{name: st.floats(span.least, span.greatest) for name, span in FACTOR_RANGES.items()}
)


@settings(max_examples=15, deadline=None)
@given(ANY_FACTORS, st.integers(0, 9))
def test_whatever_the_model_accepts_stays_finite_and_not_negative(factors, seed):
    culture = simulate_culture(replace(USUAL, factors=factors), seed=seed)
    values = culture.knots.to_numpy()
    assert np.isfinite(values).all()
    assert values.min() >= 0.0
    assert 6.6 < culture.knots["ph_true"].min() < culture.knots["ph_true"].max() < 7.5
    assert culture.knots["volume_ml"].max() < 253.0
