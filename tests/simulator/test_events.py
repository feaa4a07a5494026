"""What is done to a vessel at an instant conserves what it does not add or take."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.simulator.events import (
    DILUTED,
    Addition,
    EventKind,
    bolus_ml,
    fed,
    feed_medium,
    feed_ml,
    glucose_solution,
    sampled,
    schedule,
)
from pat.simulator.faults import parse_fault
from pat.simulator.plan import Factors, VesselPlan
from pat.simulator.state import GLUCOSE_G_PER_MMOL, State
from pat.simulator.station_parameters import Feeding

FEEDING = Feeding()
PLAN = VesselPlan("V01", Factors(), days=6.0, sample_hours=(0.0, 72.5, 96.0))
amounts = st.floats(0.0, 50.0)


def vessel(**values: float) -> State:
    return State(**(dict.fromkeys(State._fields, 1.0) | {"volume": 0.19} | values))


@given(amounts, amounts, st.floats(0.01, 60.0))
def test_mixing_conserves_the_amount_of_everything(glucose, ammonium, volume_ml):
    before = vessel(glucose=glucose, ammonium=ammonium)
    liquid = Addition(glucose=110.0, amino_acids=165.0)
    after = fed(before, liquid, volume_ml=volume_ml)
    for name in DILUTED:
        added = liquid._asdict().get(name, 0.0) * volume_ml / 1000.0
        amount = getattr(before, name) * before.volume + added
        assert getattr(after, name) * after.volume == pytest.approx(amount)
    assert after.volume == pytest.approx(0.19 + volume_ml / 1000.0)


def test_mixing_leaves_what_is_no_concentration():
    before = vessel()
    after = fed(before, feed_medium(FEEDING), volume_ml=20.0)
    kept = set(State._fields) - set(DILUTED) - {"volume"}
    assert kept == {"co2", "oxidative", "adaptation", "base_ml", "co2_ml"}
    assert all(getattr(after, name) == getattr(before, name) for name in kept)


@given(st.floats(0.0, 27.0))
def test_a_bolus_lifts_glucose_to_its_set_point(glucose):
    low = vessel(glucose=glucose)
    volume = bolus_ml(low, plan=PLAN, feeding=FEEDING)
    lifted = fed(low, glucose_solution(FEEDING), volume_ml=volume)
    assert lifted.glucose * GLUCOSE_G_PER_MMOL == pytest.approx(5.0)


def test_no_bolus_comes_above_the_set_point():
    assert bolus_ml(vessel(glucose=40.0), plan=PLAN, feeding=FEEDING) == 0.0


def test_a_feed_is_its_share_of_the_initial_volume_or_what_still_fits():
    assert feed_ml(vessel(), plan=PLAN, feeding=FEEDING) == pytest.approx(0.032 * 185.0)
    assert feed_ml(vessel(volume=0.248), plan=PLAN, feeding=FEEDING) == pytest.approx(2.0)
    assert feed_ml(vessel(volume=0.251), plan=PLAN, feeding=FEEDING) == 0.0


def test_a_sample_takes_volume_and_nothing_else():
    assert sampled(vessel(), volume_ml=3.0) == vessel(volume=0.187)


def test_events_come_in_order_and_a_sample_before_the_feed_of_its_instant():
    events = schedule(PLAN, feeding=FEEDING, faults=[parse_fault("kla_drop:V01:72.5")])
    assert [event.hour for event in events] == [
        0,
        72.5,
        72.5,
        72.5,
        72.5,
        96,
        96.5,
        96.5,
        120.5,
        120.5,
    ]
    kinds = [EventKind.SAMPLE, EventKind.FEED, EventKind.BOLUS]
    assert [event.cause for event in events[1:4]] == kinds
    assert events[4].cause == parse_fault("kla_drop:V01:72.5")


def test_a_shift_at_or_after_the_end_does_not_happen():
    kinds = {event.cause for event in schedule(PLAN, feeding=FEEDING, faults=[])}
    assert EventKind.TEMPERATURE_SHIFT not in kinds


def test_missed_feeds_leave_the_glucose_bolus():
    missed = [parse_fault("missed_feed:V01:73:1")]
    events = schedule(PLAN, feeding=FEEDING, faults=missed)
    hours = {kind: [e.hour for e in events if e.cause is kind] for kind in EventKind}
    assert hours[EventKind.FEED] == [72.5, 120.5]
    assert np.array_equal(hours[EventKind.BOLUS], [72.5, 96.5, 120.5])
