"""A sensor's limits and interval come from cultures it did not see, and hold for new ones."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline

from pat.calibration.splitters import culture_folds
from pat.errors import CalibrationError
from pat.soft_sensor import build_sensor
from pat.soft_sensor.interval import IntervalMethod
from pat.soft_sensor.single_spectra import SingleSpectra
from tests.soft_sensor.sensors import (
    AXIS,
    REGION,
    as_spectra,
    lightgbm,
    make_calibration,
    make_sensor,
    new_spectra,
    plain_sensor,
    pls,
    pls_with_process,
    recipe,
    snv_pls,
    svr,
)


def test_only_the_channels_in_the_region_are_in_use():
    used = plain_sensor().input_axis.used

    np.testing.assert_array_equal(used, (REGION[0] <= AXIS) & (REGION[1] >= AXIS))


def test_a_consensus_uses_what_any_member_uses():
    whole = Pipeline([("pls", pls()[-1])])

    assert make_sensor(pls(), whole).input_axis.used.all()


def test_new_cultures_in_control_raise_few_flags():
    flags = []
    for seed in range(12):
        sensor = make_sensor(cal=make_calibration(seed=seed))
        predicted = sensor.predict(as_spectra(new_spectra(60, seed=500 + seed)[0]))
        flags.append(np.mean(predicted["quality"] != "good"))

    # Five in a hundred are promised; twelve calibrations of eight cultures tell it to four.
    assert np.mean(flags) == pytest.approx(0.05, abs=0.04)


def test_the_interval_covers_new_cultures():
    covered = []
    for seed in range(12):
        sensor = make_sensor(cal=make_calibration(seed=seed))
        spectra, truth = new_spectra(60, seed=500 + seed)
        assay = truth + 0.05 * np.random.default_rng(seed).normal(size=60)
        predicted = sensor.predict(as_spectra(spectra))
        covered.append(np.mean((predicted["lower"] <= assay) & (assay <= predicted["upper"])))

    assert 0.93 <= np.mean(covered) <= 1.0


def test_limits_of_left_out_cultures_lie_above_those_of_fitted_ones():
    cal = make_calibration()
    sensor = make_sensor(cal=cal)

    fitted = sensor.predict(as_spectra(cal.intensities))

    assert (fitted["q"] > sensor.limits.q).mean() < 0.025
    assert np.quantile(fitted["q"], 0.975) < sensor.limits.q


def test_single_spectra_noisier_than_their_means_widen_limits_and_interval():
    cal = make_calibration()
    rng = np.random.default_rng(5)
    sample = np.repeat(np.arange(len(cal)), 3)
    noisy = cal.intensities[sample] + 4 * rng.normal(size=(sample.size, AXIS.size))

    of_means = make_sensor(cal=cal)
    of_singles = make_sensor(cal=cal, singles=SingleSpectra(noisy, sample))

    assert of_singles.limits.q > 3 * of_means.limits.q
    assert of_singles.interval.half_width > 1.2 * of_means.interval.half_width
    good = of_singles.predict(as_spectra(noisy))["quality"] == "good"
    assert good.mean() > 0.8
    assert (of_means.predict(as_spectra(noisy[:30]))["quality"] != "good").mean() > 0.8


def test_nested_predictions_set_the_interval_where_they_are_given():
    cal = make_calibration(n_cultures=20, n_samples=3)
    truth = cal.values["glucose"].to_numpy()
    heldout = pd.DataFrame({"row": np.arange(len(cal)), "assay": truth, "prediction": truth + 2.5})

    sensor = make_sensor(cal=cal, heldout=heldout)

    assert sensor.interval.method is IntervalMethod.CONFORMAL
    assert sensor.interval.half_width == pytest.approx(2.5, rel=0.1)


def test_samples_without_an_assay_take_no_part():
    cal = make_calibration()
    gone = np.arange(len(cal)) % 7 == 0
    cal.values.loc[gone, "glucose"] = np.nan
    cal.intensities[gone] = 1e6 * np.random.default_rng(0).normal(size=(gone.sum(), AXIS.size))

    sensor = make_sensor(cal=cal)

    assert sensor.provenance.n_samples == (~gone).sum()
    known = cal.values["glucose"].dropna()
    assert sensor.calibrated_range == (known.min(), known.max())
    assert sensor.interval.half_width < 1


def test_repeated_resamples_may_be_the_folds():
    cal = make_calibration()
    vessels = cal.samples["vessel"].to_numpy()
    folds = [np.isin(vessels, pair) for pair in (["V01", "V02"], ["V02", "V05"], ["V07", "V08"])]

    sensor = build_sensor(cal, "glucose", pipelines=[pls()], folds=folds)

    assert sensor.interval.n_cultures == 5
    assert sensor.title == "glucose"


def test_folds_that_hold_nothing_out_are_refused():
    cal = make_calibration()

    with pytest.raises(CalibrationError, match="glucose: expected folds that hold out"):
        build_sensor(cal, "glucose", pipelines=[pls()], folds=[np.zeros(len(cal), dtype=bool)])


@pytest.mark.parametrize("make", [pls, snv_pls, svr, lightgbm], ids=lambda make: make.__name__)
def test_a_strange_band_is_flagged_whatever_the_family(make):
    sensor = make_sensor(make())
    spectra, _ = new_spectra(10)
    spectra += 150 * np.exp(-0.5 * ((AXIS - 605) / 4) ** 2)

    predicted = sensor.predict(as_spectra(spectra))

    assert (predicted["quality"] != "good").all()
    assert predicted["reasons"].str.contains("Q .* its limit, mostly").all()
    assert predicted["reasons"].str.contains("an unknown band near 60[3-7] cm-1").all()


def test_a_pipeline_without_scores_gets_directions_of_its_own():
    ridge = Pipeline([*recipe(), ("ridge", Ridge(1e-3))])

    sensor = make_sensor(ridge)

    predicted = sensor.predict(as_spectra(new_spectra(30)[0]))
    assert (predicted["quality"] == "good").mean() > 0.7
    assert np.isfinite(predicted[["t2", "q"]]).all(axis=None)


def test_process_values_out_of_the_ordinary_are_flagged():
    cal = make_calibration(with_process=True)
    sensor = make_sensor(pls_with_process(), cal=cal)
    process = pd.DataFrame({"ph": [7.0, 9.5], "do": [40.0, 40.0]})

    predicted = sensor.predict(as_spectra(new_spectra(2)[0]), process)

    assert predicted["quality"][1] != "good"
    assert "T2" in predicted["reasons"][1] or "Q" in predicted["reasons"][1]


def test_a_member_of_a_consensus_counts_as_much_as_another_whatever_its_unit():
    cal = make_calibration()
    sensor = make_sensor(pls(), snv_pls(), cal=cal)

    predicted = sensor.predict(as_spectra(new_spectra(200)[0]))

    # Distances of a consensus are in units of their left-out means.
    assert predicted["q"].mean() == pytest.approx(1.0, rel=0.35)
    assert predicted["t2"].mean() == pytest.approx(1.0, rel=0.35)


def test_a_member_of_small_weight_hardly_moves_limits_and_interval():
    alone = make_sensor(pls())

    sensor = make_sensor(pls(), svr(), weights=[1.0, 1e-6])

    # Distances of a consensus are in units of each member's left-out mean.
    unit = sensor.members[0].q_unit
    assert sensor.limits.q * unit == pytest.approx(alone.limits.q, rel=1e-4)
    assert sensor.interval.half_width == pytest.approx(alone.interval.half_width, rel=1e-4)


def test_the_origin_is_kept():
    provenance = plain_sensor().provenance

    assert provenance.campaigns == (("cho", "0" * 64),)
    assert (provenance.n_samples, provenance.n_cultures, provenance.seed) == (48, 8, 0)
    assert provenance.recipe == ("derivative",)
    assert set(provenance.packages) >= {"python", "numpy", "scikit-learn", "skops"}


def test_groups_wider_than_vessels_count_as_one_culture():
    cal = make_calibration()
    cal.samples["group"] = cal.samples["vessel"].map(lambda v: f"cho/{(int(v[1:]) - 1) // 2}")

    sensor = build_sensor(cal, "glucose", pipelines=[pls()], folds=culture_folds(cal.groups))

    assert sensor.interval.n_cultures == 4


def test_a_consensus_may_join_members_with_and_without_process_values():
    cal = make_calibration(with_process=True)
    spectra = as_spectra(new_spectra(8)[0])
    process = pd.DataFrame({"ph": np.full(8, 7.05), "do": np.linspace(25, 55, 8)})

    together = make_sensor(pls(), pls_with_process(), cal=cal).predict(spectra, process)["value"]

    alone = [
        make_sensor(make(), cal=cal).predict(spectra, process)["value"]
        for make in (pls, pls_with_process)
    ]
    np.testing.assert_allclose(together, np.mean(alone, axis=0), rtol=1e-9)


def test_a_sensor_of_spectra_alone_asks_for_no_process_values():
    cal = make_calibration(with_process=True)

    sensor = make_sensor(pls(), cal=cal)

    assert sensor.process_names == ()
    assert sensor.predict(as_spectra(new_spectra(2)[0]))["value"].notna().all()
