"""The sensor's one `predict`: the same numbers and words in batch and stream, and never an error.

Oracles: the bare scikit-learn pipeline, the contract's columns, and invariance under blocks,
order and company.
"""

import dataclasses
import pickle
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lightgbm import Booster

from pat.soft_sensor import PREDICTION_COLUMNS
from pat.soft_sensor.folding import BLOCK
from pat.soft_sensor.quality import DistanceLimits
from pat.spectra import AxisKind
from tests.soft_sensor.sensors import (
    AXIS,
    REGION,
    SATURATION,
    as_spectra,
    lightgbm,
    make_calibration,
    make_sensor,
    new_spectra,
    plain_sensor,
    pls,
    pls_with_process,
    snv_pls,
    svr,
)

CONTRACT = [
    "campaign", "vessel", "time", "elapsed_h", "sample", "kind", "analyte", "value", "lower",
    "upper", "unit", "quality", "reasons", "t2", "t2_limit", "q", "q_limit", "sensor",
    "sensor_digest", "spectrum_sha256", "source_file", "scored_at",
]  # fmt: skip
FAMILIES = {"pls": pls, "snv, pls": snv_pls, "svr": svr, "lightgbm": lightgbm}


def mixed_spectra():
    """Return spectra of every fate: good, dead, NaN, saturated, strange, extrapolated."""
    sound, _ = new_spectra(40)
    sound[3] = 7.0
    sound[8, 90] = np.nan
    sound[12, 100] = SATURATION + 1
    sound[17] += 200 * np.exp(-0.5 * ((AXIS - 600) / 3) ** 2)
    sound[21] += 1500 * np.exp(-0.5 * ((AXIS - 480) / 10) ** 2)
    sound[30] *= 1e200
    return sound


def one_by_one(sensor, spectra, process=None):
    rows = [
        sensor.predict(
            spectra.take([row]),
            None if process is None else process.iloc[[row]].reset_index(drop=True),
        )
        for row in range(len(spectra))
    ]
    return pd.concat(rows, ignore_index=True)


def assert_same(left, right):
    """Numbers to 1e-9 relative, everything else to the letter."""
    for name in ("value", "lower", "upper", "t2", "q"):
        np.testing.assert_allclose(left[name], right[name], rtol=1e-9, err_msg=name)
    rest = [c for c in PREDICTION_COLUMNS if c not in {"value", "lower", "upper", "t2", "q"}]
    rest.remove("scored_at")
    pd.testing.assert_frame_equal(left[rest], right[rest])


def test_the_columns_are_those_of_the_contract():
    predicted = plain_sensor().predict(as_spectra(new_spectra(3)[0]))

    assert list(predicted.columns) == CONTRACT == list(PREDICTION_COLUMNS)


@pytest.mark.parametrize("make", FAMILIES.values(), ids=FAMILIES)
def test_the_value_is_what_the_pipeline_predicts(make):
    cal = make_calibration()
    pipeline = make().fit(cal.intensities, cal.values["glucose"])
    spectra, _ = new_spectra()

    predicted = make_sensor(make(), cal=cal).predict(as_spectra(spectra))

    np.testing.assert_allclose(predicted["value"], np.ravel(pipeline.predict(spectra)), rtol=1e-9)


def test_a_consensus_is_the_mean_of_its_members():
    spectra = as_spectra(new_spectra()[0])

    together = make_sensor(pls(), snv_pls(), svr()).predict(spectra)["value"]

    alone = [make_sensor(make()).predict(spectra)["value"] for make in (pls, snv_pls, svr)]
    np.testing.assert_allclose(together, np.mean(alone, axis=0), rtol=1e-9)


def test_a_weighted_consensus_counts_each_member_by_its_share():
    spectra = as_spectra(new_spectra()[0])

    together = make_sensor(pls(), snv_pls(), svr(), weights=[2.0, 1.0, 5.0]).predict(spectra)

    alone = [make_sensor(make()).predict(spectra)["value"] for make in (pls, snv_pls, svr)]
    expected = 0.25 * alone[0] + 0.125 * alone[1] + 0.625 * alone[2]
    np.testing.assert_allclose(together["value"], expected, rtol=1e-9)


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, -1.0], [1.0, np.nan]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(ValueError, match="a weight above zero for each of 2 members"):
        make_sensor(pls(), snv_pls(), weights=weights)


def test_new_spectra_in_control_are_good_and_near_the_truth():
    spectra, truth = new_spectra(200)

    predicted = plain_sensor().predict(as_spectra(spectra))

    # One calibration of eight cultures: 5 % of false alarms are known to some 3 points.
    assert (predicted["quality"] == "good").mean() > 0.85
    assert np.mean((predicted["lower"] <= truth) & (truth <= predicted["upper"])) > 0.9
    assert (predicted.loc[predicted["quality"] == "good", "reasons"] == "").all()


@pytest.mark.parametrize("make", FAMILIES.values(), ids=FAMILIES)
def test_single_rows_score_as_the_batch_does(make):
    sensor = make_sensor(make())
    spectra = as_spectra(mixed_spectra())

    assert_same(sensor.predict(spectra), one_by_one(sensor, spectra))


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(40)), st.lists(st.integers(0, 40), max_size=4))
def test_neither_order_nor_company_changes_a_row(order, cuts):
    spectra = as_spectra(mixed_spectra())
    whole = plain_sensor().predict(spectra)
    edges = sorted({0, *cuts, len(spectra)})

    pieces = [
        plain_sensor().predict(spectra.take(order[start:stop])) for start, stop in pairwise(edges)
    ]

    shuffled = pd.concat(pieces, ignore_index=True)
    assert_same(shuffled, whole.iloc[order].reset_index(drop=True))


def test_a_consensus_with_process_values_scores_the_same_alone_and_in_company():
    cal = make_calibration(with_process=True)
    sensor = make_sensor(pls_with_process(), cal=cal)
    spectra = as_spectra(mixed_spectra())
    rng = np.random.default_rng(4)
    process = pd.DataFrame({"do": rng.uniform(20, 60, 40), "ph": 7 + 0.1 * rng.normal(size=40)})
    process.loc[5, "ph"] = np.nan

    batch = sensor.predict(spectra, process)

    assert_same(batch, one_by_one(sensor, spectra, process))
    assert batch["quality"][5] == "bad"
    assert batch["reasons"][5] == "no ph at most 30 min before the spectrum"


def test_process_values_are_taken_by_name_not_by_place():
    cal = make_calibration(with_process=True)
    sensor = make_sensor(pls_with_process(), cal=cal)
    spectra = as_spectra(new_spectra(5)[0])
    process = pd.DataFrame({"ph": np.full(5, 7.0), "do": np.full(5, 40.0), "other": np.zeros(5)})

    turned = process[["other", "do", "ph"]]

    pd.testing.assert_series_equal(
        sensor.predict(spectra, process)["value"], sensor.predict(spectra, turned)["value"]
    )


def test_without_its_process_values_every_row_is_bad():
    sensor = make_sensor(pls_with_process(), cal=make_calibration(with_process=True))

    predicted = sensor.predict(as_spectra(new_spectra(3)[0]))

    assert (predicted["quality"] == "bad").all()
    assert predicted["value"].isna().all()
    assert predicted["reasons"][0] == "no ph, do at most 30 min before the spectrum"


def test_each_fate_is_named():
    predicted = plain_sensor().predict(as_spectra(mixed_spectra()))
    said = list(zip(predicted["quality"], predicted["reasons"], strict=True))

    assert said[3] == ("bad", "dead: constant at 7")
    assert said[8] == ("bad", "1 channel in use is NaN or infinite, the first at 580 cm-1")
    assert said[12][0] == "bad"
    assert said[12][1].startswith("saturated: 1 channel in use at 5000 or above")
    assert said[17][0] == "bad"
    assert "its limit, mostly 5" in said[17][1] or "mostly 6" in said[17][1]
    assert "an unknown band near 600 cm-1" in said[17][1]
    assert said[17][1].endswith("more than 3 times a limit")
    assert said[21][0] == "bad"
    assert "g/L is outside the calibrated" in said[21][1]
    assert said[30][0] == "bad"


def test_a_value_is_missing_only_where_none_can_be_computed():
    predicted = plain_sensor().predict(as_spectra(mixed_spectra()))

    assert predicted["value"].isna()[[3, 8]].all()
    assert predicted["value"].notna().sum() >= 37
    assert predicted["value"][12] == pytest.approx(predicted["lower"][12:13].mean(), abs=20)


def test_a_value_far_outside_is_not_clamped():
    spectra, _ = new_spectra(2)
    spectra[1] += 4000 * np.exp(-0.5 * ((AXIS - 480) / 10) ** 2)

    predicted = dataclasses.replace(
        plain_sensor(), gates=dataclasses.replace(plain_sensor().gates, saturation=None)
    ).predict(as_spectra(spectra))

    assert predicted["value"][1] == pytest.approx(100, rel=0.2)


def test_a_bad_row_stands_between_good_ones_without_touching_them():
    spectra, _ = new_spectra(3)
    alone = plain_sensor().predict(as_spectra(spectra))
    spectra[1] = np.nan

    beside = plain_sensor().predict(as_spectra(spectra))

    np.testing.assert_allclose(beside["value"][[0, 2]], alone["value"][[0, 2]], rtol=1e-12)
    assert np.isnan(beside["value"][1])


def test_saturation_in_a_channel_that_is_not_read_does_no_harm():
    spectra, _ = new_spectra(2)
    spectra[0, REGION[0] > AXIS] = np.inf

    predicted = plain_sensor().predict(as_spectra(spectra))

    assert predicted["value"].notna().all()
    assert not predicted["reasons"].str.contains("saturated|NaN").any()


def test_spectra_far_from_anything_are_bad():
    sensor = plain_sensor()
    spectra, _ = new_spectra(2)
    narrow = DistanceLimits(t2=sensor.limits.t2, q=1e-9, confidence=0.95)

    predicted = dataclasses.replace(sensor, limits=narrow).predict(as_spectra(spectra))

    assert (predicted["quality"] == "bad").all()
    assert predicted["reasons"].str.endswith("more than 3 times a limit").all()
    assert predicted["value"].notna().all()


@pytest.mark.parametrize(
    ("axis", "kind", "words"),
    [
        (AXIS, AxisKind.WAVELENGTH, "wrong axis: expected raman_shift_cm1, got wavelength_nm"),
        (AXIS + 200, AxisKind.RAMAN_SHIFT, "wrong axis: 600 to 998 cm-1 does not cover"),
        (np.linspace(400, 800, 20), AxisKind.RAMAN_SHIFT, "too few channels: 20"),
    ],
)
def test_a_wrong_axis_makes_every_row_bad(axis, kind, words):
    spectra = as_spectra(np.ones((3, axis.size)), axis=axis, kind=kind)

    predicted = plain_sensor().predict(spectra)

    assert (predicted["quality"] == "bad").all()
    assert predicted["reasons"].str.startswith(words).all()
    assert predicted[["value", "lower", "upper", "t2", "q"]].isna().all(axis=None)


def test_a_falling_axis_gives_the_same_numbers_and_its_own_name():
    spectra, _ = new_spectra(5)

    rising = plain_sensor().predict(as_spectra(spectra))
    falling = plain_sensor().predict(as_spectra(spectra[:, ::-1], axis=AXIS[::-1]))

    pd.testing.assert_series_equal(rising["value"], falling["value"])
    assert (rising["spectrum_sha256"] != falling["spectrum_sha256"]).all()


def test_another_axis_gives_nearly_the_same_value():
    rng = np.random.default_rng(0)
    fine = np.arange(396.0, 805.0, 0.5)
    centres = np.array([[480.0], [560.0], [650.0], [720.0]])
    amounts = rng.uniform(2, 7, size=(6, 4))

    def measured(axis):
        return 1000 + 40 * amounts @ np.exp(-0.5 * ((axis - centres) / 10) ** 2)

    there = plain_sensor().predict(as_spectra(measured(fine), axis=fine))
    here = plain_sensor().predict(as_spectra(measured(AXIS)))

    np.testing.assert_allclose(there["value"], here["value"], atol=0.01)


def test_keys_and_names_come_through():
    spectra = as_spectra(new_spectra(2)[0], vessels=["V01", "V02"])

    predicted = plain_sensor().predict(spectra)

    assert predicted["vessel"].tolist() == ["V01", "V02"]
    assert predicted["campaign"].tolist() == ["cho", "cho"]
    assert (predicted["kind"] == "culture").all()
    assert (predicted["analyte"] == "glucose").all()
    assert (predicted["unit"] == "g/L").all()
    assert (predicted["sensor"] == "cho.glucose").all()
    assert (predicted["sensor_digest"] == plain_sensor().digest).all()
    assert predicted["spectrum_sha256"].tolist() == [spectra.sha256(0), spectra.sha256(1)]
    assert predicted["scored_at"].dtype == "datetime64[us, UTC]"
    assert abs(predicted["scored_at"][0] - datetime.now(UTC)) < pd.Timedelta(minutes=1)


def test_no_spectra_give_no_rows():
    predicted = plain_sensor().predict(as_spectra(np.empty((0, AXIS.size))))

    assert len(predicted) == 0
    assert list(predicted.columns) == CONTRACT


def test_process_values_of_another_length_are_a_fault_of_the_caller():
    with pytest.raises(ValueError, match="process values of 2 spectra; got 1 rows"):
        plain_sensor().predict(as_spectra(new_spectra(2)[0]), pd.DataFrame({"ph": [7.0]}))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from([0.0, 1.0, -1.0, 1e308, -1e308, np.nan, np.inf, 5e-324]),
        min_size=6,
        max_size=6,
    )
)
def test_nothing_in_a_spectrum_ends_in_an_error(values):
    spectra, _ = new_spectra(2)
    spectra[0, 30:150] = np.resize(values, 120)

    predicted = plain_sensor().predict(as_spectra(spectra))

    assert len(predicted) == 2
    assert set(predicted["quality"]) <= {"good", "uncertain", "bad"}
    assert np.isfinite(predicted["value"].dropna()).all()


def test_a_block_is_a_few_rows():
    # One spectrum is scored as a whole block, so a large one would slow the stream down.
    assert 8 <= BLOCK <= 64


def test_axes_that_take_turns_are_each_scored_as_if_they_were_alone():
    sensor = plain_sensor()
    rows, _ = new_spectra(6)
    finer = np.linspace(AXIS[0], AXIS[-1], 2 * AXIS.size)
    axes = [AXIS, finer, AXIS[::-1], AXIS + 0.25, finer[::-1], AXIS[:30], AXIS]
    spectra = [
        as_spectra(np.array([np.interp(axis, AXIS, row) for row in rows]), axis=axis)
        for axis in axes
    ]

    in_turns = [sensor.predict(each) for _ in range(2) for each in spectra]

    for found, each in zip(in_turns, spectra * 2, strict=True):
        assert_same(found, dataclasses.replace(sensor).predict(each))


def test_a_sensor_that_has_scored_is_copied_to_another_process_whole():
    sensor = plain_sensor()
    spectra = as_spectra(new_spectra(4)[0])
    before = sensor.predict(spectra)

    copied = pickle.loads(pickle.dumps(sensor))

    assert_same(copied.predict(spectra), before)


def test_boosted_trees_are_asked_by_their_booster_on_one_thread(monkeypatch):
    sensor = make_sensor(lightgbm())
    asked = []
    predict = Booster.predict

    def watched(booster, rows, **how):
        asked.append(how)
        return predict(booster, rows, **how)

    monkeypatch.setattr(Booster, "predict", watched)

    sensor.predict(as_spectra(new_spectra(3)[0]))

    assert asked == [{"num_threads": 1}]
