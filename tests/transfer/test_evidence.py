"""What judges a transferred sensor is of vessels that its fit has not seen, and pays for itself."""

from dataclasses import replace

import numpy as np
import pytest

from pat.soft_sensor.calibration_spectra import stored_calibration
from pat.soft_sensor.folder import SAMPLES
from pat.transfer import guess_predictions, independent, transfer_data, untouched
from pat.transfer.evidence import _reach
from tests.soft_sensor.sensors import make_run, plain_sensor


def data_of(run):
    return transfer_data(plain_sensor(), run)


def with_vessel(run, old, new):
    """The same campaign, one vessel of it under another name."""

    def renamed(table):
        return table.assign(vessel=table["vessel"].replace({old: new}))

    return replace(
        run,
        spectra=replace(run.spectra, keys=renamed(run.spectra.keys)),
        assays=renamed(run.assays),
        vessels=renamed(run.vessels),
    )


def test_a_vessel_that_the_old_calibration_names_judges_nothing():
    run, _ = make_run(n_cultures=6, n_samples=2, campaign="cho")
    data = data_of(with_vessel(run, "W2", "V02"))

    assert data.new is not None
    np.testing.assert_array_equal(independent(data), data.new.samples["vessel"] != "V02")


def test_a_sample_that_the_sensor_learnt_from_is_left_out_and_its_vessel_judges_nothing():
    run, _ = make_run(n_cultures=6, n_samples=5)
    sensor = plain_sensor()
    assert independent(transfer_data(sensor, run)).all()

    own = stored_calibration(sensor.contents, title=sensor.title)
    run.spectra.intensities[12] = own.spectra[10]  # of vessel W3
    data = transfer_data(sensor, run)

    assert data.new is not None
    assert data.correction is None
    assert (data.new.samples["vessel"] == "W3").sum() == 4
    assert "samples that cho.glucose learnt from left out: 1" in data.notes
    np.testing.assert_array_equal(independent(data), data.new.samples["vessel"] != "W3")


def test_a_vessel_measured_on_both_instruments_judges_nothing():
    run, _ = make_run(n_cultures=6, n_samples=2)
    sensor, old = plain_sensor(), data_of(run).old
    first = old.samples.iloc[0]
    run = with_vessel(run, "W1", first["vessel"])
    run.spectra.keys.loc[0, "elapsed_h"] = first["elapsed_h"]
    run.assays.loc[0, ["elapsed_h", "value"]] = [first["elapsed_h"], old.assays[0]]
    data = transfer_data(sensor, run)

    assert data.new is not None
    assert data.partners(np.arange(12)).max() == 0
    np.testing.assert_array_equal(independent(data), data.new.samples["vessel"] != first["vessel"])


def test_a_vessel_named_na_keeps_its_name():
    sensor = plain_sensor()
    contents = {**sensor.contents, SAMPLES: sensor.contents[SAMPLES].replace(b"V02", b"NA")}

    samples = stored_calibration(contents, title="").samples

    assert (samples["vessel"] == "NA").sum() == 6


def test_untouched_vessels_gave_no_transfer_sample():
    run, _ = make_run(n_cultures=6, n_samples=2)
    data = data_of(run)

    found = untouched(data, np.array([0, 5]))

    assert data.new is not None
    np.testing.assert_array_equal(found, ~data.new.samples["vessel"].isin(["W1", "W3"]))


def test_the_mean_that_is_guessed_left_the_vessel_out():
    run, glucose = make_run(n_cultures=6, n_samples=2)
    data, rows = data_of(run), np.arange(12)

    found = guess_predictions(data, rows)["mean"]

    vessels = np.repeat(np.arange(6), 2)
    expected = [
        np.concatenate([data.old.assays, glucose[vessels != vessel]]).mean() for vessel in vessels
    ]
    np.testing.assert_allclose(found, expected)


def test_samples_without_age_or_time_are_guessed_from_the_mean_alone():
    run, _ = make_run(n_cultures=6, n_samples=2)
    data = data_of(run)
    assert data.new is not None
    bare = replace(data.new, samples=data.new.samples.assign(elapsed_h=np.nan))

    assert set(guess_predictions(replace(data, new=bare), np.arange(12))) == {"mean"}


def test_a_sample_that_is_far_off_does_not_widen_the_bounds_that_are_to_hold_it():
    rng = np.random.default_rng(3)
    residuals, groups = rng.normal(size=10), np.arange(10).astype(object)
    far = residuals.copy()
    far[4] = 30.0
    usual = np.ones(10)

    before, after = (_reach(one, groups, t2=usual, q=usual) for one in (residuals, far))

    assert after[1][4] == pytest.approx(before[1][4])
    assert after[1][4] < 5.0
    assert (after[1][np.arange(10) != 4] > before[1][np.arange(10) != 4]).all()
