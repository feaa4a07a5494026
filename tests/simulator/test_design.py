"""Designs cover the factors, repeat their centre, and refuse what is no campaign."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.errors import InputError
from pat.simulator.design import design, factors_at, sampling, with_spikes
from pat.simulator.plan import FACTOR_RANGES, Factors, VesselPlan

CENTRE = factors_at(np.zeros(7))


def table(plans: list[VesselPlan]) -> np.ndarray:
    """Return the factors in the unit cube, one row a vessel."""
    low = np.array([span.low for span in FACTOR_RANGES.values()])
    high = np.array([span.high for span in FACTOR_RANGES.values()])
    values = np.array([list(asdict(plan.factors).values()) for plan in plans])
    return (values - low) / (high - low)


@given(st.integers(1, 60), st.integers(0, 5))
def test_any_number_of_vessels_stays_within_the_ranges(n_vessels, seed):
    plans = design(n_vessels, seed=seed)
    assert [plan.vessel for plan in plans] == [f"V{k:02d}" for k in range(1, n_vessels + 1)]
    assert table(plans).min() >= 0.0
    assert table(plans).max() <= 1.0


@pytest.mark.parametrize("n_vessels", [5, 24, 48])
def test_a_space_filling_design_has_one_vessel_in_each_slice_of_each_factor(n_vessels):
    cube = table(design(n_vessels, centre_points=0, seed=2))
    rounding = np.array([s.step / (s.high - s.low) for s in FACTOR_RANGES.values()])
    for values, slack in zip(cube.T, rounding, strict=True):
        slices = (np.arange(n_vessels) + 0.5) / n_vessels
        assert np.all(np.abs(np.sort(values) - slices) <= 0.5 / n_vessels + slack)


def test_a_space_filling_design_does_not_tie_factors_together():
    correlations = np.corrcoef(table(design(48, centre_points=0, seed=2)).T)
    assert np.abs(correlations - np.eye(7)).max() < 0.45


@pytest.mark.parametrize("n_vessels, centres", [(4, 0), (11, 0), (12, 3), (48, 3)])
def test_the_centre_is_repeated_and_is_one_group(n_vessels, centres):
    plans = design(n_vessels, seed=5)
    middle = [plan for plan in plans if plan.group == "centre"]
    assert len(middle) == centres
    assert all(plan.factors == CENTRE for plan in middle)


def test_a_factorial_design_takes_the_ends_of_the_ranges_and_replicates_what_is_left():
    plans = design(24, kind="factorial", centre_points=4, seed=1)
    runs = [plan for plan in plans if plan.factors != CENTRE]
    corners = table(runs)
    assert np.all(np.isclose(corners, 0.0) | np.isclose(corners, 1.0))
    assert len(np.unique(corners.round(), axis=0)) == 16
    shared = [plan.group for plan in runs if plan.group]
    assert len(shared) == 8
    assert len(set(shared)) == 4


def test_the_order_is_drawn_by_lot_and_by_the_seed():
    first, second = (design(24, kind="factorial", seed=seed) for seed in (1, 2))
    assert first == design(24, kind="factorial", seed=1)
    assert [p.factors for p in first] != [p.factors for p in second]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"n_vessels": 0}, "expected at least one vessel .* got 0 vessels"),
        ({"n_vessels": -3}, "got -3 vessels"),
        ({"n_vessels": 2, "centre_points": 3}, "no more centre points than vessels"),
        ({"n_vessels": 6, "kind": "factorial"}, "at least 8 vessels"),
        ({"n_vessels": 6, "kind": "random"}, "a design out of space_filling, factorial"),
        ({"n_vessels": 6, "days": 0.0}, "a run of 1 hour to 60 days; got 0 days"),
        ({"n_vessels": 6, "days": 1e9}, "a run of 1 hour to 60 days"),
        ({"n_vessels": 6, "days": float("nan")}, "a run of 1 hour to 60 days"),
        ({"n_vessels": 6, "samples_per_day": 0}, "samples a day; got 0"),
        ({"n_vessels": 6, "samples_per_day": 25}, "at most 24 samples a day"),
        ({"n_vessels": 6, "seed": -1}, "seed"),
    ],
)
def test_what_is_no_campaign_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        design(**arguments)


def test_fourteen_days_of_daily_samples_are_fourteen_samples():
    hours, volume = sampling(14.0)
    assert hours == tuple(24.0 * day for day in range(14))
    assert volume == 3.0


@given(st.floats(0.05, 30.0), st.floats(0.2, 24.0))
def test_samples_lie_inside_the_run_and_take_three_millilitres_a_day(days, per_day):
    hours, volume = sampling(days, samples_per_day=per_day)
    assert hours[0] == 0.0
    assert hours[-1] < 24.0 * days
    assert volume * per_day <= 3.0 * (1 + 1e-12) if per_day >= 1 else volume == 3.0
    VesselPlan("V01", Factors(), days=days, sample_hours=hours, sample_ml=volume)


@pytest.mark.parametrize(
    "name, value", [("seed_density", 0.0), ("ph_set_point", 9.0), ("feed_rate", float("nan"))]
)
def test_a_factor_out_of_range_is_named_with_its_range(name, value):
    span = FACTOR_RANGES[name]
    with pytest.raises(InputError, match=f"factor {name}: expected {span.least:g} to"):
        replace(Factors(), **{name: value})


def test_a_sample_outside_the_run_is_refused():
    with pytest.raises(InputError, match=r"vessel V02: .* from 0 to 48 h; got a sample at 72 h"):
        VesselPlan("V02", Factors(), days=2.0, sample_hours=(0.0, 72.0))


@pytest.mark.parametrize("volume", [-1.0, float("inf")])
def test_a_sample_of_no_possible_volume_is_refused(volume):
    with pytest.raises(InputError, match="samples of"):
        VesselPlan("V02", Factors(), sample_ml=volume)


def test_spikes_tie_glucose_neither_to_lactate_nor_to_age():
    plans = with_spikes(design(24, seed=1), per_vessel=5, seed=1)
    spikes = [spike for plan in plans for spike in plan.spikes]
    assert len(spikes) == 120
    values = np.array([(s.hour, s.glucose_g_per_l, s.lactate_g_per_l) for s in spikes])
    assert np.abs(np.corrcoef(values.T) - np.eye(3)).max() < 0.25
    assert values[:, 1].min() >= 1.0
    assert values[:, 2].max() <= 4.0
    for plan in plans:
        hours = [spike.hour for spike in plan.spikes]
        assert len(set(hours)) == 5
        assert set(hours) <= set(plan.sample_hours)


def test_no_spikes_and_too_many_spikes():
    plans = design(2, seed=1)
    assert with_spikes(plans, per_vessel=0, seed=1) == plans
    with pytest.raises(InputError, match="vessel V01: expected 0 to 14 spiked samples; got 15"):
        with_spikes(plans, per_vessel=15, seed=1)
