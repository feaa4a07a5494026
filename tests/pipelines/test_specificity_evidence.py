"""A sensor of known bands is found to read its own, with the user's pure spectra and without."""

from dataclasses import replace

import numpy as np
import pytest

from pat.errors import InputError
from pat.readers.pure_spectra import PureSpectra
from pat.report.specificity import WHOLE, WITHIN
from pat.soft_sensor.evaluation import evaluate
from pipelines.specificity_evidence import specificity_evidence
from tests.soft_sensor.sensors import (
    AXIS,
    make_run,
    make_sensor,
    plain_sensor,
    pls_with_process,
)
from tests.soft_sensor.sensors import make_calibration as calibration

BANDS = 40 * np.exp(-0.5 * ((AXIS - np.array([[480.0], [560.0]])) / 10) ** 2)
PURE = PureSpectra("pure.csv", ("glucose", "lactate"), ("g/L", "g/L"), AXIS, BANDS)


def campaign():
    made, _ = make_run(n_cultures=8)
    return replace(made, vessels=made.vessels.assign(feed=["slow", "fast"] * 4))


@pytest.fixture(scope="module")
def found():
    return specificity_evidence(evaluate(plain_sensor(), campaign()), campaign(), pure=PURE)


def test_the_users_pure_spectra_are_spiked_with(found):
    assert found.spiking.verdict == "direct"
    assert found.spiking.recovery == pytest.approx(1.0, abs=0.05)
    assert found.spiking.response["lactate"].abs().max() < 0.05


def test_the_member_finds_what_the_whole_sensor_finds(found):
    [member] = found.signals

    assert 0.6 < member.signal.selectivity < 1.0
    assert member.signal.recovery == pytest.approx(found.spiking.recovery, abs=0.01)


def test_a_sensor_that_does_not_find_additions_has_no_limit_of_detection():
    other = replace(PURE, components=("lactate", "glucose"))  # the sensor does not read this one

    told = specificity_evidence(evaluate(plain_sensor(), campaign()), campaign(), pure=other)

    assert told.spiking.verdict == "indirect"
    assert told.detection is None
    assert told.as_json()["detection"] is None
    assert "what is added is not found" in told.not_detected
    assert abs(told.signals[0].signal.selectivity) < 0.1


def test_a_sensor_that_finds_less_of_an_addition_has_higher_limits(found):
    weaker = replace(PURE, spectra=0.7 * BANDS)

    told = specificity_evidence(evaluate(plain_sensor(), campaign()), campaign(), pure=weaker)

    assert told.spiking.recovery == pytest.approx(0.7 * found.spiking.recovery)
    assert told.detection.noise == pytest.approx(found.detection.noise / 0.7)
    assert told.detection.low > found.detection.low


def test_the_verdict_asks_how_the_assays_that_the_sensor_learnt_from_follow_culture_age(found):
    cal = calibration()
    tied = cal.samples.assign(elapsed_h=30 * cal.values["glucose"])
    learnt_of_age = make_sensor(cal=replace(cal, samples=tied))

    told = specificity_evidence(evaluate(learnt_of_age, campaign()), campaign(), pure=PURE)

    assert told.spiking.explained_by_age > 0.95
    assert told.spiking.verdict == "partly indirect"
    assert found.spiking.explained_by_age < 0.2  # of the same campaign, by another sensor


def test_the_noise_of_a_value_is_that_of_unit_noise_through_the_vector(found):
    # The spectra have unit white noise, and the sensor is linear in them.
    coefficients = [
        line.split(",")
        for line in plain_sensor().contents["coefficients.csv"].decode().splitlines()
        if line.startswith("input") and "offset" not in line
    ]
    vector = np.array([float(cells[-1]) for cells in coefficients])

    assert found.detection.noise == pytest.approx(np.linalg.norm(vector), rel=0.25)
    assert found.detection.low <= found.detection.high


def test_the_noise_of_a_value_is_that_of_repeated_spectra_where_there_are_enough(found):
    made = campaign()
    spectra = made.spectra
    twice = np.repeat(np.arange(len(spectra)), 2)
    # White noise over the vector makes what neighbouring channels tell, and a drift that all
    # channels share between repeats what they cannot.
    drift = np.random.default_rng(0).normal(size=(len(twice), 1)) * BANDS[0] * 0.2
    keys = spectra.keys.iloc[twice].reset_index(drop=True).assign(scan=["a", "b"] * len(spectra))
    repeated = replace(
        made, spectra=replace(spectra, intensities=spectra.intensities[twice] + drift, keys=keys)
    )

    told = specificity_evidence(evaluate(plain_sensor(), repeated), repeated, pure=PURE)

    assert told.noise_from == f"from repeated spectra of {len(spectra)} samples"
    assert told.detection.noise == pytest.approx(0.2, rel=0.2)
    assert found.detection.noise < 0.1
    assert "neighbouring channels" in found.noise_from


def test_a_campaign_whose_assays_are_all_equal_is_not_spiked():
    made = campaign()
    flat = replace(made, assays=made.assays.assign(value=4.0))

    told = specificity_evidence(evaluate(plain_sensor(), flat), flat, pure=PURE)

    assert told.spiking is None
    assert "no assays of glucose that differ" in told.not_spiked
    assert told.left_out == ()


def test_the_sensor_knows_its_cultures_and_more_than_time(found):
    assert found.permutations[WHOLE].p_value < 0.01
    assert found.permutations[WITHIN].p_value < 0.01


def test_conditions_of_the_design_are_told_by_level_and_left_out(found):
    assert [one.factor for one in found.conditions] == ["feed"]
    assert {(one.factor, one.level) for one in found.left_out} == {
        ("feed", "slow"),
        ("feed", "fast"),
    }
    assert all(one.n_cultures == 4 for one in found.left_out)
    assert all(one.rmse_unknown < 0.5 for one in found.left_out)


@pytest.mark.parametrize("feeds", [["slow"], ["slow", "fast"]])
def test_one_culture_a_level_leaves_no_condition_out_and_the_rest_is_told(feeds):
    made, _ = make_run(n_cultures=len(feeds))
    alone = replace(made, vessels=made.vessels.assign(feed=feeds))

    found = specificity_evidence(evaluate(plain_sensor(), alone), alone, pure=PURE)

    assert found.left_out == ()
    assert found.spiking.verdict == "direct"


def test_every_figure_over_the_axis_is_drawn(found):
    assert len(found.figures) == 3


def test_pure_spectra_without_the_analyte_or_too_short_are_refused():
    evaluation, made = evaluate(plain_sensor(), campaign()), campaign()
    without = replace(PURE, components=("fructose", "lactate"))
    short = replace(PURE, axis=AXIS[:50], spectra=BANDS[:, :50])

    with pytest.raises(InputError, match="a pure spectrum of glucose; got fructose, lactate"):
        specificity_evidence(evaluation, made, pure=without)
    with pytest.raises(InputError, match="that the sensor reads"):
        specificity_evidence(evaluation, made, pure=short)


def test_without_pure_spectra_the_rest_is_still_told():
    bare = specificity_evidence(evaluate(plain_sensor(), campaign()), campaign())

    assert bare.spiking is None
    assert "give measured ones with --pure" in bare.not_spiked
    assert bare.permutations
    assert len(bare.figures) == 2


def test_a_sensor_of_process_values_is_not_spiked():
    sensor = make_sensor(pls_with_process(), cal=calibration(with_process=True))
    made = campaign()
    online = made.vessels[["vessel"]].assign(
        time=made.spectra.keys["time"].iloc[0], elapsed_h=0.0, ph=7.0, do=40.0
    )

    told = specificity_evidence(evaluate(sensor, replace(made, online=online)), made, pure=PURE)

    assert "takes process values" in told.not_spiked
    assert told.detection is None
