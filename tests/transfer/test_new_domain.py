"""A sensor without an assay of its instrument still says what is odd of a spectrum of it."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from pat.soft_sensor import SoftSensor, load_sensor, save_sensor
from pat.spectra import Spectra
from pat.transfer import recipe_of, transfer_data, unverified_sensor
from pat.transfer.data import TransferData
from tests.soft_sensor.sensors import AXIS, make_run, plain_sensor


def new_instrument(*, n_cultures: int = 8, n_samples: int = 6, seed: int = 5) -> Spectra:
    """Return spectra of an instrument that adds a band of its own, which is usual there."""
    run, _ = make_run(n_cultures=n_cultures, n_samples=n_samples, campaign="next", seed=seed)
    run.spectra.intensities[:] += 80 * np.exp(-0.5 * ((AXIS - 480) / 10) ** 2)
    return run.spectra


def data_of(n_cultures: int, n_samples: int) -> TransferData:
    run, _ = make_run(n_cultures=n_cultures, n_samples=n_samples, campaign="next", seed=5)
    spectra = new_instrument(n_cultures=n_cultures, n_samples=n_samples)
    return transfer_data(plain_sensor(), replace(run, spectra=spectra))


@cache
def moved_sensor(n_cultures: int = 8, n_samples: int = 6) -> SoftSensor:
    data = data_of(n_cultures, n_samples)
    pipeline = plain_sensor().members[0].pipeline
    recipe = recipe_of("own 1", pipeline, data.old.spectra, own=True)
    return unverified_sensor(data, [recipe], facts={})


def reasons_of(sensor: SoftSensor, spectra: Spectra, changed: np.ndarray) -> list[str]:
    return sensor.predict(replace(spectra, intensities=changed))["reasons"].tolist()


@pytest.mark.parametrize("shift", [-1.5, 1.5])
@pytest.mark.parametrize(("n_cultures", "n_samples"), [(8, 6), (2, 24)])
def test_a_shifted_axis_is_found_on_an_instrument_without_an_assay(shift, n_cultures, n_samples):
    spectra = new_instrument(seed=6)
    moved = np.array([np.interp(AXIS - shift, AXIS, row) for row in spectra.intensities])

    found = moved_sensor(n_cultures, n_samples).predict(replace(spectra, intensities=moved))

    said = found["reasons"].str.contains("axis appears shifted")
    assert said.mean() > 0.95
    assert (found["quality"] != "good").all()


def test_an_unknown_band_is_found_on_an_instrument_without_an_assay():
    spectra = new_instrument(seed=6)
    spoilt = spectra.intensities + 60 * np.exp(-0.5 * ((AXIS - 600) / 6) ** 2)

    reasons = reasons_of(moved_sensor(), spectra, spoilt)

    assert np.mean(["unknown band near 60" in one for one in reasons]) > 0.95


def test_what_is_usual_there_is_said_to_be_odd_as_rarely_as_was_asked():
    spectra = new_instrument(n_cultures=60, seed=7)

    reasons = reasons_of(moved_sensor(), spectra, spectra.intensities)

    # The band of the instrument adds 2 g/L to every value: that some leave the range is no alarm.
    odd = [
        any("outside the calibrated" not in why or "spectrum" in why for why in one[1:])
        for one in (text.split("; ") for text in reasons)
    ]
    # 5 % nominal, 360 spectra in 60 cultures, limits learnt from eight cultures: up to twice that.
    assert 0.005 < np.mean(odd) < 0.10


def test_no_row_is_good_and_each_says_first_that_the_level_is_unverified():
    spectra = new_instrument(seed=6)

    found = moved_sensor().predict(spectra)

    assert (found["quality"] == "uncertain").mean() > 0.9
    assert found["reasons"].str.startswith("level unverified on this instrument").all()


def test_the_domain_of_the_new_instrument_travels_with_the_sensor(tmp_path):
    spectra = new_instrument(seed=6)
    shifted = np.array([np.interp(AXIS - 1.5, AXIS, row) for row in spectra.intensities])

    save_sensor(moved_sensor(), tmp_path / "moved")
    again = load_sensor(tmp_path / "moved")

    assert again.digest == moved_sensor().digest
    wanted = reasons_of(moved_sensor(), spectra, shifted)
    assert reasons_of(again, spectra, shifted) == wanted


def test_a_handful_of_spectra_tell_nothing_of_how_they_differ():
    assert moved_sensor(2, 3).domain is None
