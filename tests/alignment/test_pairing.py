"""An assay meets the spectra that show the same broth, and no others; nothing is lost unsaid."""

import dataclasses
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pat.alignment import pair
from pat.campaign import Analyte
from tests.alignment.campaigns import make_campaign


def at(clock: str, **rest: object) -> dict[str, object]:
    return {"vessel": "V1", "time": f"2024-05-01T{clock}Z", **rest}


def rows(pairing, sample=0):
    return pairing.spectra_rows[sample].tolist()


def test_a_shared_sample_name_pairs_whatever_the_clocks_say():
    campaign = make_campaign(
        [at("08:00", sample="S1"), at("20:00", sample="S1"), at("10:00", sample="S2")],
        [at("10:00", sample="S1", value=4.0)],
    )

    pairing = pair(campaign)

    assert rows(pairing) == [0, 1]


def test_without_a_shared_name_the_spectra_within_the_window_are_averaged():
    campaign = make_campaign(
        [at("09:44:59"), at("09:45"), at("10:00"), at("10:15"), at("10:15:01")],
        [at("10:00", value=4.0)],
    )

    pairing = pair(campaign)

    assert rows(pairing) == [1, 2, 3]


def test_a_name_on_one_side_only_is_paired_by_time():
    campaign = make_campaign([at("10:03", sample="scan-77")], [at("10:00", sample="S1", value=4.0)])

    assert rows(pair(campaign)) == [0]


def test_a_spectrum_of_another_assayed_sample_is_not_borrowed():
    campaign = make_campaign(
        [at("10:03", sample="S1-diluted")],
        [at("10:00", sample="S1", value=4.0), at("10:00", sample="S1-diluted", value=2.0)],
    )

    pairing = pair(campaign)

    assert pairing.values["glucose"].tolist() == [2.0]
    (alone,) = pairing.unpaired["glucose"]
    assert alone.key == "V1, 2024-05-01T10:00Z, sample S1"
    assert alone.reason == "the only spectra within 15 min are of other samples"


def test_the_same_name_in_another_vessel_is_another_sample():
    campaign = make_campaign(
        [{"vessel": "V2", "sample": "S1"}, {"vessel": "V1", "sample": "S1"}],
        [{"vessel": "V1", "sample": "S1", "value": 4.0}],
    )

    assert rows(pair(campaign)) == [1]


def test_a_name_that_stands_under_another_vessel_is_told_on_both_sides():
    campaign = make_campaign(
        [{"vessel": "V2", "sample": "S1"}, {"vessel": "V1", "sample": "S2"}],
        [{"vessel": v, "sample": s, "value": 4.0} for v, s in [("V1", "S1"), ("V2", "S2")]],
    )

    pairing = pair(campaign)

    assert [u.reason for u in pairing.unpaired["glucose"]] == [
        "sample S1 is of vessel V2 among the spectra",
        "sample S2 is of vessel V1 among the spectra",
    ]
    assert [u.reason for u in pairing.unpaired_spectra] == [
        "sample S1 is of vessel V1 among the assays",
        "sample S2 is of vessel V2 among the assays",
    ]


@pytest.mark.parametrize("kind", ["feed", "bolus", "glucose_bolus", "Feed B"])
def test_a_feed_parts_the_spectra_after_it_from_the_assay_before_it(kind):
    campaign = make_campaign(
        [at("09:55"), at("10:05")],
        [at("10:00", value=4.0)],
        events=[at("10:02", kind=kind, amount=5, unit="mL")],
    )

    assert rows(pair(campaign)) == [0]


def test_an_assay_and_a_spectrum_at_the_very_time_of_a_feed_are_before_it():
    campaign = make_campaign(
        [at("09:58"), at("10:00"), at("10:02")],
        [at("10:00", value=4.0)],
        events=[at("10:00", kind="feed")],
    )

    assert rows(pair(campaign)) == [0, 1]


def test_the_very_time_of_a_feed_is_met_through_rounding_of_hours():
    hours = 0.1 + 0.2
    campaign = make_campaign(
        [{"vessel": "V1", "elapsed_h": 0.3 + 1e-12}],
        [{"vessel": "V1", "elapsed_h": 0.2, "value": 4.0}],
        events=[{"vessel": "V1", "elapsed_h": hours, "kind": "feed"}],
    )

    assert hours < 0.3 + 1e-12
    assert rows(pair(campaign)) == [0]


@pytest.mark.parametrize("kind", ["sample", "temperature_shift", "overfeeding_note", "antifoam"])
def test_events_that_add_no_feed_part_nothing(kind):
    campaign = make_campaign(
        [at("10:05")], [at("10:00", value=4.0)], events=[at("10:02", kind=kind, amount=5)]
    )

    assert rows(pair(campaign)) == [0]


def test_a_feed_of_nothing_parts_nothing():
    campaign = make_campaign(
        [at("10:05")], [at("10:00", value=4.0)], events=[at("10:02", kind="feed", amount=0)]
    )

    assert rows(pair(campaign)) == [0]


def test_a_feed_in_another_vessel_parts_nothing():
    campaign = make_campaign(
        [at("10:05")],
        [at("10:00", value=4.0)],
        events=[{**at("10:02", kind="feed"), "vessel": "V2"}],
    )

    assert rows(pair(campaign)) == [0]


@pytest.mark.parametrize(("amount_ml", "paired"), [(2.0, True), (2.1, False)])
def test_base_parts_above_one_percent_of_the_online_volume(amount_ml, paired):
    campaign = make_campaign(
        [at("10:05")],
        [at("10:00", value=4.0)],
        events=[at("10:02", kind="base", amount=amount_ml, unit="mL")],
        online=[at("09:00", volume=0.2), at("10:03", volume=99.0)],
        units={"volume": "L"},
    )

    assert bool(pair(campaign).spectra_rows) is paired


def test_base_is_measured_against_the_planned_volume_where_none_is_online():
    campaign = make_campaign(
        [at("10:05")],
        [at("10:00", value=4.0)],
        events=[at("10:02", kind="base", amount=3, unit="mL")],
        vessels=[{"vessel": "V1", "volume_ml": 200}],
    )

    assert not pair(campaign).spectra_rows


def test_base_that_cannot_be_compared_parts_nothing_and_is_counted():
    campaign = make_campaign(
        [at("10:05")],
        [at("10:00", value=4.0)],
        events=[at("10:02", kind="base", amount=3, unit="mL")],
    )

    pairing = pair(campaign)

    assert rows(pairing) == [0]
    assert any("1 base additions could not be compared" in line for line in pairing.warnings)


def test_the_middle_of_the_acquisition_is_the_time_of_a_spectrum():
    campaign = make_campaign(
        [
            at("09:40", acquisition_s=600.0),
            at("10:14", acquisition_s=180.0),
            at("10:13", acquisition_s=240.0),
        ],
        [at("10:00", value=4.0)],
    )

    assert rows(pair(campaign)) == [0, 2]


@pytest.mark.parametrize("kind", ["blank", "dark", "reference"])
def test_spectra_of_the_instrument_are_never_paired(kind):
    campaign = make_campaign(
        [at("10:00", kind=kind, sample="S1")], [at("10:00", sample="S1", value=4.0)]
    )

    pairing = pair(campaign)

    assert not pairing.spectra_rows
    assert pairing.unpaired_spectra[0].reason == f"{kind} spectra are never paired"


@pytest.mark.parametrize("kind", ["spike", "standard"])
def test_a_spiked_aliquot_pairs_by_its_name_alone(kind):
    campaign = make_campaign(
        [at("10:00", kind=kind, sample="S1+2"), at("10:00", kind=kind, sample="S9")],
        [at("10:00", sample="S1+2", value=6.0), at("10:01", value=4.0)],
    )

    pairing = pair(campaign)

    assert pairing.values["glucose"].tolist() == [6.0]
    assert pairing.unpaired_spectra[0].reason == (
        f"{kind} spectra pair by sample alone, and no assay of sample S9"
    )


def test_excluded_cells_and_spectra_are_counted_and_stay_out():
    campaign = make_campaign(
        [at("09:59", excluded="bubble"), at("10:01", excluded=np.nan)],
        [at("10:00", value=4.0), at("10:00", value=9.0, excluded="pipetting")],
    )

    pairing = pair(campaign)

    assert rows(pairing) == [1]
    assert pairing.values["glucose"].tolist() == [4.0]
    assert pairing.excluded == {"glucose": 1}
    assert pairing.excluded_spectra == 1
    assert pairing.unpaired_spectra[0].reason == "excluded: bubble"


def test_censored_cells_are_counted_kept_apart_and_not_fitted():
    campaign = make_campaign(
        [at("10:00"), at("12:00"), at("14:00")],
        [
            at("10:00", value=4.0),
            at("12:00", censored="<", limit=0.1),
            at("12:00", censored="<", limit=0.3),
            at("14:00", value=0.2),
            at("14:00", censored="<", limit=0.1),
            at("20:00", censored=">", limit=30.0),
        ],
    )

    pairing = pair(campaign)

    assert pairing.values["glucose"].tolist() == pytest.approx([4.0, np.nan, 0.2], nan_ok=True)
    assert pairing.censored == {"glucose": 4}
    assert pairing.censored_cells.to_dict("records") == [
        {"sample": 1, "analyte": "glucose", "censored": "<", "limit": 0.1}
    ]


def test_replicates_are_averaged_and_counted():
    campaign = make_campaign(
        [at("10:00")],
        [at("10:00", value=v, analyte=a) for a, v in [("glucose", 4), ("glucose", 5), ("lac", 1)]],
    )

    pairing = pair(campaign)

    assert pairing.values.to_dict("records") == [{"glucose": 4.5, "lac": 1.0}]
    assert pairing.readings.to_dict("records") == [{"glucose": 2, "lac": 1}]


def test_a_row_that_names_the_sample_alone_joins_the_row_that_has_its_time():
    campaign = make_campaign(
        [at("10:00")],
        [
            at("10:01", sample="S1", value=4.0),
            {"vessel": "V1", "sample": "S1", "analyte": "lac", "value": 1.0},
        ],
    )

    pairing = pair(campaign)

    assert pairing.values.to_dict("records") == [{"glucose": 4.0, "lac": 1.0}]


def test_the_method_that_was_picked_counts_and_the_other_is_named():
    campaign = make_campaign(
        [at("10:00")],
        [at("10:00", value=4.0, method="hplc"), at("10:00", value=5.0, method="strip")],
        analytes={"glucose": Analyte("glucose", "g/L", method="hplc")},
    )

    pairing = pair(campaign)

    assert pairing.values["glucose"].tolist() == [4.0]
    assert pairing.warnings == ("1 glucose assays are not by hplc and are left out",)


def test_the_table_names_culture_group_and_age():
    campaign = make_campaign(
        [{"vessel": "V1", "elapsed_h": 24.0}],
        [{"vessel": "V1", "elapsed_h": 24.1, "value": 4.0}],
        vessels=[{"vessel": "V1", "group": "seed-2"}],
    )

    (row,) = pair(campaign).samples.to_dict("records")

    assert row["campaign"] == "run"
    assert row["culture"] == "run/V1"
    assert row["group"] == "run/seed-2"
    assert row["elapsed_h"] == 24.1
    assert row["time"] is pd.NaT


def test_an_assay_known_by_name_takes_its_age_from_its_spectrum():
    campaign = make_campaign(
        [{"vessel": "V1", "elapsed_h": 24.0, "sample": "S1"}],
        [{"vessel": "V1", "sample": "S1", "value": 4.0}],
    )

    assert pair(campaign).samples["elapsed_h"].tolist() == [24.0]


def test_no_events_file_gives_a_warning_only_where_time_pairs():
    timed = make_campaign([at("10:00")], [at("10:00", value=4.0)], events=None)
    named = make_campaign(
        [{"vessel": "V1", "sample": "S1"}],
        [{"vessel": "V1", "sample": "S1", "value": 4.0}],
        events=None,
    )

    told = dataclasses.replace(timed, warnings=("there is no events.csv",))

    assert pair(timed).warnings[0].startswith("no events.csv")
    assert pair(named).warnings == ()
    assert pair(told).warnings == ()


@pytest.mark.parametrize(
    ("spectra", "assay", "reason"),
    [
        ([at("10:41")], at("10:00", value=1), "no spectrum within 15 min (nearest: 41 min)"),
        ([at("14:00")], at("10:00", value=1), "no spectrum within 15 min (nearest: 4 h)"),
        (
            [at("10:08")],
            at("10:03", value=1),
            "the only spectra within 15 min lie on the other side of the feed at "
            "2024-05-01T10:05Z",
        ),
        ([{**at("10:00"), "vessel": "V2"}], at("10:00", value=1), "no spectrum of vessel V1"),
        (
            [at("10:00", excluded="x")],
            at("10:00", value=1),
            "every spectrum of vessel V1 is excluded",
        ),
        (
            [at("10:00", sample="S2")],
            {"vessel": "V1", "sample": "S1", "value": 1},
            "no spectrum of sample S1, and the assay has no time",
        ),
        (
            [{"vessel": "V1", "sample": "S2"}],
            at("10:00", value=1),
            "no culture spectrum has a time",
        ),
    ],
)  # fmt: skip
def test_an_assay_left_alone_says_why(spectra, assay, reason):
    campaign = make_campaign(spectra, [assay], events=[at("10:05", kind="feed")])

    (alone,) = pair(campaign).unpaired["glucose"]

    assert alone.reason == reason


@pytest.mark.parametrize(
    ("spectrum", "reason"),
    [
        (at("10:41"), "no assay within 15 min (nearest: 41 min)"),
        (
            at("10:08"),
            "the nearest assay within 15 min lies on the other side of the feed at "
            "2024-05-01T10:05Z",
        ),
        ({**at("10:00"), "vessel": "V2"}, "no assay of vessel V2"),
        ({"vessel": "V1"}, "the spectrum has no time"),
        ({"time": "2024-05-01T10:00Z"}, "no vessel"),
    ],
)
def test_a_spectrum_left_alone_says_why(spectrum, reason):
    partner = at("10:00", scan="1")
    campaign = make_campaign(
        [partner, spectrum], [at("10:00", value=1.0)], events=[at("10:05", kind="feed")]
    )

    (alone,) = pair(campaign).unpaired_spectra

    assert alone.reason == reason


def test_a_campaign_without_spectra_or_assays_pairs_nothing():
    pairing = pair(make_campaign([], []))

    assert len(pairing.samples) == 0
    assert pairing.values.columns.tolist() == ["glucose"]
    assert pairing.unpaired == {"glucose": ()}


minutes = st.integers(min_value=0, max_value=240)
vessels = st.sampled_from(["V1", "V2"])


@given(
    spectra=st.lists(st.tuples(vessels, minutes), max_size=12),
    assays=st.lists(st.tuples(vessels, minutes), max_size=8, unique=True),
    feeds=st.lists(st.tuples(vessels, minutes), max_size=5),
    within=st.integers(min_value=0, max_value=60),
)
def test_time_pairing_agrees_with_a_loop_over_everything(spectra, assays, feeds, within):
    campaign = make_campaign(
        [{"vessel": v, "elapsed_h": m / 60} for v, m in spectra],
        [{"vessel": v, "elapsed_h": m / 60, "value": 1.0} for v, m in assays],
        events=[{"vessel": v, "elapsed_h": m / 60, "kind": "feed"} for v, m in feeds],
        pair_within_min=within,
    )

    def is_pair(spectrum, assay):
        (v, s), (w, a) = spectrum, assay
        parted = any(f_v == v and min(s, a) <= f < max(s, a) for f_v, f in feeds)
        return v == w and abs(s - a) <= within and not parted

    expected = {
        assay: [row for row, spectrum in enumerate(spectra) if is_pair(spectrum, assay)]
        for assay in assays
    }
    pairing = pair(campaign)

    found = {
        (vessel, round(hours * 60)): partners.tolist()
        for vessel, hours, partners in zip(
            pairing.samples["vessel"],
            pairing.samples["elapsed_h"],
            pairing.spectra_rows,
            strict=True,
        )
    }
    assert found == {assay: partners for assay, partners in expected.items() if partners}
    assert len(pairing.unpaired["glucose"]) == sum(not p for p in expected.values())
    paired_rows = {row for partners in expected.values() for row in partners}
    assert pairing.unpaired_spectra_rows.tolist() == [
        row for row in range(len(spectra)) if row not in paired_rows
    ]


@pytest.mark.slow
def test_a_month_of_forty_eight_vessels_pairs_in_seconds():
    vessel = [f"V{number:02}" for number in range(48)]
    hours = np.arange(0, 30 * 24, 1 / 6)
    start = pd.Timestamp("2024-05-01", tz="UTC")
    spectra = pd.DataFrame(
        {"vessel": np.repeat(vessel, hours.size), "elapsed_h": np.tile(hours, 48)}
    )
    spectra["time"] = start + pd.to_timedelta(spectra["elapsed_h"], unit="h")
    assays = [
        {"vessel": v, "time": start + pd.Timedelta(days=day, minutes=3), "value": 1.0}
        for v in vessel
        for day in range(30)
    ]
    feeds = [
        {**row, "time": row["time"] + pd.Timedelta(minutes=5), "kind": "feed"} for row in assays
    ]
    campaign = make_campaign(
        spectra.to_dict("records"),
        assays,
        events=feeds,
        axis=np.array([1.0]),
        intensities=np.zeros((len(spectra), 1)),
    )

    began = time.process_time()
    pairing = pair(campaign)
    seconds = time.process_time() - began

    assert len(pairing.samples) == 48 * 30
    assert len(pairing.unpaired_spectra) == len(spectra) - sum(r.size for r in pairing.spectra_rows)
    assert seconds < 10
