"""A clock that is wrong by a constant is found and told, and honest schedules are left alone."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from pat.alignment import pair, suspect_clocks
from tests.alignment.campaigns import make_campaign

START = pd.Timestamp("2024-05-01T09:00Z")
VESSELS = [f"V{number}" for number in range(6)]


def records(*, days=12, seed=1, every_h=24.0, spread_min=3.0, feed_after_min=None):
    """Return assays once a day, spectra every so often around them, sample events and feeds."""
    rng = np.random.default_rng(seed)
    assays, spectra, events = [], [], []
    for vessel in VESSELS:
        for day in range(days):
            drawn = START + pd.Timedelta(days=day, minutes=round(rng.uniform(0, 90)))
            assays.append({"vessel": vessel, "time": drawn, "value": 1.0})
            events.append({"vessel": vessel, "time": drawn, "kind": "sample"})
            if feed_after_min is not None:
                fed = drawn + pd.Timedelta(minutes=feed_after_min)
                events.append({"vessel": vessel, "time": fed, "kind": "feed", "amount": 5.0})
            for turn in range(round(24 / every_h)):
                late = rng.uniform(-spread_min, spread_min)
                taken = drawn + pd.Timedelta(hours=turn * every_h, minutes=late)
                spectra.append({"vessel": vessel, "time": taken.round("s")})
    return spectra, assays, events


def moved(rows, minutes):
    return [{**row, "time": row["time"] + pd.Timedelta(minutes=minutes)} for row in rows]


@pytest.mark.parametrize("minutes", [60, -60, 120, 480])
def test_whole_hours_on_the_spectrometer_are_found_and_named(minutes):
    spectra, assays, events = records()
    campaign = make_campaign(moved(spectra, minutes), assays, events=events)

    (suspicion,) = suspect_clocks(campaign)

    assert suspicion.source == "spectra"
    assert suspicion.seconds == -60 * minutes
    assert suspicion.setting == f"[clock]\nspectra = {-60 * minutes}"
    assert "with it 72 of 72 assays have a spectrum, 0 as it stands" in suspicion.reason


def test_the_setting_holds_what_the_clock_was_already_moved_by():
    spectra, assays, events = records()
    campaign = make_campaign(moved(spectra, 60), assays, events=events, clock_s={"spectra": 30.0})

    (suspicion,) = suspect_clocks(campaign)

    assert suspicion.setting == "[clock]\nspectra = -3570"


def test_a_clock_moved_as_told_pairs_as_promised_and_raises_no_more_doubt():
    spectra, assays, events = records()
    (suspicion,) = suspect_clocks(make_campaign(moved(spectra, 60), assays, events=events))

    mended = make_campaign(moved(moved(spectra, 60), suspicion.seconds / 60), assays, events=events)

    assert len(pair(mended).samples) == 72
    assert suspect_clocks(mended) == ()


def test_seven_minutes_show_where_feeds_follow_the_samples():
    spectra, assays, events = records(feed_after_min=5, spread_min=1)
    campaign = make_campaign(moved(spectra, 7), assays, events=events)

    (suspicion,) = suspect_clocks(campaign)

    assert len(pair(campaign).samples) < 10
    assert suspicion.source == "spectra"
    assert suspicion.seconds == pytest.approx(-7 * 60, abs=60)


def test_seven_minutes_show_where_the_window_is_narrow():
    spectra, assays, events = records(spread_min=1)
    campaign = make_campaign(moved(spectra, 7), assays, events=events, pair_within_min=5)

    (suspicion,) = suspect_clocks(campaign)

    assert suspicion.seconds == pytest.approx(-7 * 60, abs=30)


def test_spectra_that_always_end_as_the_sample_is_drawn_are_how_people_work():
    _, assays, events = records(spread_min=0.2)
    spectra = [{**row, "acquisition_s": 750.0} for row in moved(assays, -12)]
    campaign = make_campaign(spectra, assays, events=events)

    assert suspect_clocks(campaign) == ()


def test_an_aliquot_that_is_always_measured_half_an_hour_later_is_how_people_work():
    _, assays, _ = records()
    named = [{**row, "sample": f"S{n}"} for n, row in enumerate(assays)]
    campaign = make_campaign(moved(named, 36), named)

    assert suspect_clocks(campaign) == ()


def test_the_assays_are_blamed_by_the_exact_minutes_of_the_sample_events():
    spectra, assays, events = records(spread_min=0.2)
    campaign = make_campaign(moved(spectra, -4), moved(assays, 13), events=events)

    (suspicion,) = suspect_clocks(campaign)

    assert (suspicion.source, suspicion.seconds) == ("assays", -13 * 60)


def test_the_analyser_is_blamed_where_spectra_and_sample_events_agree():
    spectra, assays, events = records()
    campaign = make_campaign(spectra, moved(assays, 60), events=events)

    (suspicion,) = suspect_clocks(campaign)

    assert (suspicion.source, suspicion.seconds) == ("assays", -3600)


def test_the_events_are_blamed_where_spectra_and_assays_agree():
    spectra, assays, events = records()
    campaign = make_campaign(spectra, assays, events=moved(events, 60))

    (suspicion,) = suspect_clocks(campaign)

    assert (suspicion.source, suspicion.seconds) == ("events", -3600)


@pytest.mark.parametrize(("step_min", "blamed"), [(10, [("online", -3600.0)]), (90, [])])
def test_online_values_are_blamed_for_an_hour_that_their_readings_can_tell(step_min, blamed):
    spectra, assays, events = records(feed_after_min=5)
    fed = {(e["vessel"], e["time"]) for e in events if e["kind"] == "feed"}
    online = []
    for vessel in VESSELS:
        clock = pd.date_range(START, periods=12 * 1440 // step_min, freq=f"{step_min}min")
        feeds = np.sort([t for v, t in fed if v == vessel])
        volume = 200.0 + 5.0 * np.searchsorted(feeds, clock.to_numpy(), side="right")
        late = clock + pd.Timedelta(hours=1)
        online += [
            {"vessel": vessel, "time": t, "volume": v} for t, v in zip(late, volume, strict=True)
        ]
    campaign = make_campaign(spectra, assays, events=events, online=online, units={"volume": "mL"})

    assert [(s.source, s.seconds) for s in suspect_clocks(campaign)] == blamed


def test_spectra_named_after_their_sample_tell_by_their_times():
    spectra, assays, events = records(spread_min=0.3)
    named = [{**row, "sample": f"S{n}"} for n, row in enumerate(moved(spectra, 60))]
    assays = [{**row, "sample": f"S{n}"} for n, row in enumerate(assays)]
    campaign = make_campaign(named, assays, events=events)

    (suspicion,) = suspect_clocks(campaign)

    assert len(pair(campaign).samples) == 72
    assert (suspicion.source, suspicion.seconds) == ("spectra", -3600)


def test_a_night_of_summer_time_is_told_with_its_date_and_no_setting():
    spectra, assays, events = records()
    night = START + pd.Timedelta(days=6, hours=-4)
    late = [row if row["time"] < night else moved([row], 60)[0] for row in spectra]
    campaign = make_campaign(late, assays, events=events)

    (suspicion,) = suspect_clocks(campaign)

    assert suspicion.setting == ""
    assert "-1 h from 2024-05-07T" in suspicion.reason


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("every_h", [1 / 6, 1, 4, 24])
def test_honest_clocks_raise_no_doubt(seed, every_h):
    spectra, assays, events = records(seed=seed, every_h=every_h, feed_after_min=10, days=6)
    campaign = make_campaign(spectra, assays, events=events)

    assert suspect_clocks(campaign) == ()


@pytest.mark.parametrize("seed", range(20))
def test_spectra_at_random_times_raise_no_doubt(seed):
    rng = np.random.default_rng(seed)
    _, assays, _ = records(days=4, seed=seed)
    hours = rng.uniform(0, 96, size=(len(VESSELS), 12))
    spectra = [
        {"vessel": vessel, "time": START + pd.Timedelta(hours=float(h))}
        for vessel, row in zip(VESSELS, hours, strict=True)
        for h in row
    ]

    assert suspect_clocks(make_campaign(spectra, assays)) == ()


@pytest.mark.parametrize("seed", range(20))
def test_a_few_assays_among_many_random_spectra_raise_no_doubt(seed):
    rng = np.random.default_rng(seed)
    hours = np.sort(rng.uniform(0, 120, size=55))
    drawn = np.sort(rng.uniform(20, 100, size=5))
    campaign = make_campaign(
        [{"vessel": "V1", "elapsed_h": float(h)} for h in hours],
        [{"vessel": "V1", "elapsed_h": float(h), "value": 1.0} for h in drawn],
    )

    assert suspect_clocks(campaign) == ()


def test_a_shift_that_pairs_a_few_more_is_not_worth_a_word():
    spectra, assays, events = records()
    late = [moved([row], 20)[0] if n % 12 == 0 else row for n, row in enumerate(spectra)]
    campaign = make_campaign(late, assays, events=events)

    assert len(pair(campaign).unpaired["glucose"]) == 6
    assert suspect_clocks(campaign) == ()


def test_nothing_to_compare_raises_no_doubt():
    assert suspect_clocks(make_campaign([], [])) == ()
    named = make_campaign(
        [{"vessel": "V1", "sample": "S1"}], [{"vessel": "V1", "sample": "S1", "value": 1.0}]
    )
    assert suspect_clocks(dataclasses.replace(named, events=None)) == ()
