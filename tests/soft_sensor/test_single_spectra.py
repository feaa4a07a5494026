"""Behind each sample stand the spectra that will be scored one at a time."""

import numpy as np

from pat.calibration.stacking import calibration_set
from pat.soft_sensor import single_spectra
from pat.soft_sensor.single_spectra import MOST_PER_SAMPLE, sample_means
from tests.alignment.campaigns import make_campaign
from tests.soft_sensor.sensors import make_calibration


def campaign(n_spectra=3, *, dead=()):
    """Return two vessels, two assays each, with `n_spectra` spectra around every assay."""
    spectra, assays = [], []
    for vessel in ("V1", "V2"):
        for hour in (10, 20):
            assays.append({"vessel": vessel, "elapsed_h": hour, "value": hour / 10})
            spectra += [{"vessel": vessel, "elapsed_h": hour + i / 120} for i in range(n_spectra)]
    rng = np.random.default_rng(0)
    intensities = 100 + rng.normal(size=(len(spectra), 8))
    intensities[list(dead)] = 5.0
    return make_campaign(spectra, assays, intensities=intensities)


def test_each_sample_has_its_spectra():
    made = campaign()
    cal = calibration_set([made])

    singles = single_spectra([made], cal)

    assert np.bincount(singles.sample).tolist() == [3, 3, 3, 3]
    for row in range(len(cal)):
        mean = singles.intensities[singles.sample == row].mean(axis=0)
        np.testing.assert_allclose(mean, cal.intensities[row])


def test_a_dead_spectrum_is_not_among_them():
    made = campaign(dead=[1])

    singles = single_spectra([made], calibration_set([made]))

    assert np.bincount(singles.sample).tolist() == [2, 3, 3, 3]


def test_of_many_spectra_some_are_taken():
    made = campaign(25)

    singles = single_spectra([made], calibration_set([made]))

    assert np.bincount(singles.sample).tolist() == [MOST_PER_SAMPLE] * 4


def test_samples_of_no_campaign_at_hand_have_their_mean():
    cal = make_calibration()

    singles = single_spectra([], cal)

    np.testing.assert_array_equal(singles.sample, np.arange(len(cal)))
    np.testing.assert_array_equal(singles.intensities, sample_means(cal).intensities)


def test_samples_left_out_of_the_set_have_no_spectra():
    made = campaign()
    cal = calibration_set([made])
    fewer = cal.select(np.array([True, False, True, True]))

    singles = single_spectra([made], fewer)

    assert np.bincount(singles.sample).tolist() == [3, 3, 3]
    mean = singles.intensities[singles.sample == 1].mean(axis=0)
    np.testing.assert_allclose(mean, fewer.intensities[1])
