"""Cultures of the training are known under other names; new ones are not taken for them."""

from dataclasses import replace

import numpy as np
import pytest

from pat.calibration import calibration_set
from pat.soft_sensor.evaluation import evaluate
from pat.soft_sensor.seen_cultures import same_as_any
from tests.soft_sensor.seen_campaigns import trained_and_copy
from tests.soft_sensor.sensors import AXIS, make_run, make_sensor

COPIED = ("copy/R1", "copy/R2")


@pytest.mark.parametrize("replicates", [1, 3])
def test_a_copy_under_another_name_is_known_by_its_spectra(replicates):
    trained, copy = trained_and_copy(replicates=replicates)

    known = evaluate(make_sensor(cal=calibration_set([trained])), copy).trained_on

    assert known == COPIED


def test_a_copy_is_known_with_its_axis_turned_round_and_cut_to_what_is_read():
    trained, copy = trained_and_copy()
    cut = slice(10, -8)
    turned = replace(
        copy.spectra,
        axis=AXIS[cut][::-1],
        intensities=copy.spectra.intensities[:, cut][:, ::-1],
    )

    sensor = make_sensor(cal=calibration_set([trained]))

    assert evaluate(sensor, replace(copy, spectra=turned)).trained_on == COPIED


def test_a_copy_of_a_second_instrument_is_known_on_that_instruments_axis():
    trained, copy = trained_and_copy()
    finer = np.arange(398.0, 800.0, 1.5)
    second, copied = (on_axis(each, finer) for each in (trained, copy))
    cal = calibration_set([make_run(n_cultures=8)[0], second])

    assert cal.axis.size < finer.size
    assert evaluate(make_sensor(cal=cal), copied).trained_on == COPIED


def on_axis(campaign, axis):
    intensities = [np.interp(axis, AXIS, each) for each in campaign.spectra.intensities]
    spectra = replace(campaign.spectra, axis=axis, intensities=np.array(intensities))
    return replace(campaign, spectra=spectra)


def test_one_spectrum_out_of_the_training_is_enough():
    trained, copy = trained_and_copy()
    noise = np.random.default_rng(1).normal(size=copy.spectra.intensities.shape)
    noise[7] = 0
    spectra = replace(copy.spectra, intensities=copy.spectra.intensities + noise)

    sensor = make_sensor(cal=calibration_set([trained]))

    assert evaluate(sensor, replace(copy, spectra=spectra)).trained_on == ("copy/R2",)


def test_new_cultures_are_not_taken_for_those_of_the_training():
    trained, _ = trained_and_copy()

    assert evaluate(make_sensor(cal=calibration_set([trained])), make_run()[0]).trained_on == ()


def test_same_is_what_float32_keeps_and_no_less():
    rng = np.random.default_rng(2)
    spectra = 60_000 + 100 * rng.normal(size=(200, 300))
    known = spectra[::4].astype(np.float32).astype(np.float64)
    other = spectra.copy()
    other[:, 17] += 0.1

    assert np.flatnonzero(same_as_any(spectra, known)).tolist() == list(range(0, 200, 4))
    assert not same_as_any(other, known).any()
