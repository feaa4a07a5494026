"""An evaluation's figures are those one would work out by hand from predictions and assays."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from pat.campaign import Analyte
from pat.errors import InputError
from pat.soft_sensor.evaluation import evaluate
from pat.soft_sensor.quality import Quality
from tests.alignment.campaigns import make_campaign
from tests.soft_sensor.sensors import (
    AXIS,
    make_calibration,
    make_run,
    make_sensor,
    make_spectra,
    plain_sensor,
    pls_with_process,
)

CONTRACT = {
    "schema", "analyte", "unit", "sensor", "n_samples", "n_cultures", "rmsep", "rmsep_interval",
    "rmsep_good", "bias", "sep", "r2", "slope", "rpd", "coverage_95", "share_good",
    "share_uncertain", "share_bad", "nulls",
}  # fmt: skip


def test_the_json_has_the_keys_of_the_contract_and_no_nan():
    facts = evaluate(plain_sensor(), make_run()[0]).as_json()

    assert set(facts) == CONTRACT
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts


def test_the_figures_are_those_worked_out_by_hand():
    campaign, truth = make_run()
    predicted = plain_sensor().predict(campaign.spectra)
    value = predicted["value"].to_numpy()
    error = value - truth
    inside = (predicted["lower"] <= truth) & (truth <= predicted["upper"])

    facts = evaluate(plain_sensor(), campaign, reference="models:/x/1").as_json()

    assert facts["sensor"] == "models:/x/1"
    assert (facts["n_samples"], facts["n_cultures"]) == (30, 6)
    assert facts["rmsep"] == pytest.approx(np.sqrt(np.mean(error**2)))
    assert facts["bias"] == pytest.approx(np.mean(error))
    assert facts["sep"] == pytest.approx(np.std(error, ddof=1))
    assert facts["r2"] == pytest.approx(np.corrcoef(value, truth)[0, 1] ** 2)
    assert facts["slope"] == pytest.approx(np.polyfit(truth, value, 1)[0])
    assert facts["rpd"] == pytest.approx(np.std(truth, ddof=1) / np.std(error, ddof=1))
    assert facts["coverage_95"] == pytest.approx(inside.mean())
    low, high = facts["rmsep_interval"]
    assert low < facts["rmsep"] < high


def test_the_null_models_learn_from_the_training_assays_alone():
    campaign, truth = make_run()
    training = make_calibration().values["glucose"]
    by_culture = truth.reshape(6, 5)
    first = training.to_numpy().reshape(8, 6)[:, 0].mean()

    evaluation = evaluate(plain_sensor(), campaign)
    nulls, tests = evaluation.as_json()["nulls"], evaluation.null_tests()

    assert nulls["mean"] == pytest.approx(np.sqrt(np.mean((truth - training.mean()) ** 2)))
    assert {name: test.rmse_b for name, test in tests.items()} == nulls
    assert tests["mean"].rmse_a == pytest.approx(evaluation.as_json()["rmsep"])
    assert tests["mean"].n_cultures == 6
    carried = np.c_[np.full(6, first), by_culture[:, :-1]]
    assert nulls["last_assay"] == pytest.approx(np.sqrt(np.mean((carried - by_culture) ** 2)))


def test_where_the_value_follows_the_age_culture_age_is_a_good_guess():
    cal = make_calibration()
    cal.values["glucose"] = 8 - cal.samples["elapsed_h"] / 48
    campaign, _ = make_run()
    campaign.assays["value"] = 8 - campaign.assays["elapsed_h"] / 48

    nulls = evaluate(make_sensor(cal=cal), campaign).as_json()["nulls"]

    assert nulls["culture_age"] < 0.1
    assert nulls["mean"] > 1


def test_without_an_order_in_training_the_last_assay_is_still_carried():
    cal = make_calibration()
    cal.samples["elapsed_h"] = np.nan
    campaign, truth = make_run()
    by_culture = truth.reshape(6, 5)

    nulls = evaluate(make_sensor(cal=cal), campaign).as_json()["nulls"]

    start = cal.values["glucose"].mean()
    carried = np.c_[np.full(6, start), by_culture[:, :-1]]
    assert nulls["culture_age"] is None
    assert nulls["last_assay"] == pytest.approx(np.sqrt(np.mean((carried - by_culture) ** 2)))


def test_a_culture_the_sensor_was_trained_on_is_not_its_own_past():
    cal = make_calibration()
    campaign, _ = make_run(n_cultures=8, campaign="cho")
    renamed = {f"W{i}": f"V{i:02d}" for i in range(1, 9)}
    for table in (campaign.spectra.keys, campaign.assays, campaign.vessels):
        table["vessel"] = table["vessel"].map(renamed).astype("str")
    campaign.vessels["group"] = campaign.vessels["vessel"]

    same_names = evaluate(make_sensor(cal=cal), campaign).as_json()["nulls"]

    other_names = evaluate(make_sensor(cal=cal), make_run(n_cultures=8)[0]).as_json()["nulls"]
    assert same_names == other_names


def around_one_sample(intensities):
    spectra = [{"vessel": "W1", "elapsed_h": 10 + i / 60} for i in range(len(intensities))]
    return make_campaign(
        spectra,
        [{"vessel": "W1", "elapsed_h": 10.0, "value": 4.0}],
        intensities=intensities,
        axis=AXIS,
    )


def same_spectra(n):
    rng = np.random.default_rng(0)
    return make_spectra(np.tile([4.0, 4.5, 4.5, 4.5], (n, 1)), rng)


def test_a_sample_is_predicted_by_the_mean_of_its_spectra():
    campaign = around_one_sample(same_spectra(4))
    values = plain_sensor().predict(campaign.spectra)["value"]

    samples = evaluate(plain_sensor(), campaign).samples

    assert samples["prediction"].tolist() == pytest.approx([values.mean()])
    assert samples["quality"].tolist() == ["good"]


def test_a_dead_spectrum_among_good_ones_is_left_out_of_the_sample_and_counted():
    intensities = same_spectra(4)
    intensities[2] = 1.0
    campaign = around_one_sample(intensities)
    values = plain_sensor().predict(campaign.spectra)["value"]

    found = evaluate(plain_sensor(), campaign)

    assert found.samples["prediction"].tolist() == pytest.approx([values.dropna().mean()])
    assert found.samples["quality"].tolist() == ["good"]
    assert found.share(Quality.BAD) == 0.25


def test_a_sample_of_dead_spectra_alone_is_compared_with_nothing():
    facts = evaluate(plain_sensor(), around_one_sample(np.ones((2, AXIS.size)))).as_json()

    assert facts["n_samples"] == 0
    assert facts["rmsep"] is facts["coverage_95"] is facts["rmsep_good"] is None
    assert facts["share_bad"] == 1.0
    assert facts["nulls"] == {"mean": None, "culture_age": None, "last_assay": None}


def test_good_rows_have_a_figure_of_their_own():
    intensities = same_spectra(2)
    intensities[1] += 60 * np.exp(-0.5 * ((AXIS - 600) / 4) ** 2)
    spectra = [{"vessel": "W1", "elapsed_h": 10.0}, {"vessel": "W2", "elapsed_h": 10.0}]
    assays = [row | {"value": 4.0} for row in spectra]
    campaign = make_campaign(spectra, assays, intensities=intensities, axis=AXIS)
    values = plain_sensor().predict(campaign.spectra)["value"]

    facts = evaluate(plain_sensor(), campaign).as_json()

    assert facts["n_samples"] == 2
    assert facts["rmsep_good"] == pytest.approx(abs(values[0] - 4.0))
    assert (facts["share_good"], facts["share_bad"]) == (0.5, 0.5)


def test_blanks_and_excluded_spectra_are_counted_and_not_predicted():
    campaign, _ = make_run()
    campaign.spectra.keys.loc[[0, 1], "kind"] = ["dark", "reference"]
    campaign.spectra.keys["excluded"] = pd.Series(
        ["probe fell out" if i == 5 else np.nan for i in range(30)], dtype="str"
    )

    found = evaluate(plain_sensor(), campaign)

    assert (found.n_instrument, found.n_excluded) == (2, 1)
    assert len(found.predictions) == 27
    assert found.as_json()["n_samples"] == 27


@pytest.mark.parametrize(
    ("censored", "limit", "agrees"),
    [("<", 4.0, 1), ("<", 1.0, 0), (">", 4.0, 1), (">", 7.0, 0)],
)
def test_a_censored_assay_is_checked_on_its_side_alone(censored, limit, agrees):
    spectra = [{"vessel": "W1", "elapsed_h": 10.0}]
    assays = [{**spectra[0], "censored": censored, "limit": limit}]
    campaign = make_campaign(spectra, assays, intensities=same_spectra(1), axis=AXIS)

    found = evaluate(plain_sensor(), campaign)

    assert (found.n_censored, found.n_censored_agree) == (1, agrees)
    assert found.as_json()["n_samples"] == 0


def test_assays_in_another_unit_are_converted():
    campaign, _ = make_run()
    campaign.assays["value"] *= 1000
    analytes = {"glucose": Analyte("glucose", "mg/L")}
    in_mg = dataclasses.replace(
        campaign, info=dataclasses.replace(campaign.info, analytes=analytes)
    )

    facts = evaluate(plain_sensor(), in_mg).as_json()

    assert facts["unit"] == "g/L"
    assert facts["rmsep"] == pytest.approx(
        evaluate(plain_sensor(), make_run()[0]).as_json()["rmsep"]
    )


def test_a_unit_that_cannot_be_converted_is_refused():
    campaign, _ = make_run(analytes={"glucose": Analyte("glucose", "mmol/L")})

    with pytest.raises(InputError, match="next, glucose: "):
        evaluate(plain_sensor(), campaign)


def test_a_campaign_without_the_analyte_is_refused():
    campaign, _ = make_run(analytes={"lactate": Analyte("lactate", "g/L")})

    with pytest.raises(InputError, match="expected the analyte glucose of the sensor; got lactate"):
        evaluate(plain_sensor(), campaign)


def test_a_sensor_with_process_values_takes_the_campaigns_own():
    sensor = make_sensor(pls_with_process(), cal=make_calibration(with_process=True))
    campaign, _ = make_run()
    online = [
        {"vessel": f"W{c}", "elapsed_h": hour, "ph": 7.0, "do": 40.0}
        for c in range(1, 6)
        for hour in np.arange(0.0, 100.0, 0.25)
    ]
    spectra = [{"vessel": v, "elapsed_h": t} for v, t in _times(campaign)]
    assays = [row | {"value": 4.0} for row in spectra]
    with_online = make_campaign(
        spectra, assays, intensities=campaign.spectra.intensities, axis=AXIS, online=online
    )

    found = evaluate(sensor, with_online).predictions

    has_online = found["vessel"] != "W6"
    assert found.loc[has_online, "value"].notna().all()
    assert (found.loc[~has_online, "quality"] == "bad").all()


def _times(campaign):
    keys = campaign.spectra.keys
    return zip(keys["vessel"], keys["elapsed_h"], strict=True)
