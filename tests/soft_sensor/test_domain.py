"""A sensor says what is odd of a whole spectrum, and its domain travels with it."""

import dataclasses

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from pat.diagnostics.collection import standard_size
from pat.soft_sensor.domain_file import packed_domain, stored_domain
from pat.soft_sensor.folder import DOMAIN, load_sensor, save_sensor
from pat.soft_sensor.seal import without_domain
from tests.soft_sensor.sensors import (
    AXIS,
    as_spectra,
    make_calibration,
    make_sensor,
    new_spectra,
    plain_sensor,
    pls,
)
from tests.soft_sensor.test_light import AXIS as LONG_AXIS
from tests.soft_sensor.test_light import WATER


def moved(spectra, shift):
    return np.array([np.interp(AXIS - shift, AXIS, row) for row in spectra])


@pytest.mark.parametrize("shift", [-1.5, 1.5])
def test_a_shifted_axis_is_said_with_its_size(shift):
    spectra, _ = new_spectra(20)

    reasons = plain_sensor().predict(as_spectra(moved(spectra, shift)))["reasons"]

    found = reasons.str.extract(r"the axis appears shifted by ([+-][\d.]+) cm-1")[0].astype(float)
    assert found.notna().all()
    assert found.median() == pytest.approx(shift, rel=0.15)


def test_an_unknown_band_is_said_with_its_place():
    spectra, _ = new_spectra(20)
    spectra += 12 * np.exp(-0.5 * ((AXIS - 606) / 5) ** 2)

    predicted = plain_sensor().predict(as_spectra(spectra))

    assert (
        predicted["reasons"].str.contains("an unknown band near (?:60[2-9]|610) cm-1").mean() > 0.9
    )


def test_a_band_that_is_missing_is_said_too():
    spectra, _ = new_spectra(20)
    spectra -= 12 * np.exp(-0.5 * ((AXIS - 606) / 5) ** 2)

    predicted = plain_sensor().predict(as_spectra(spectra))

    assert predicted["reasons"].str.contains("band near 6.. cm-1 is weaker than").mean() > 0.9


def test_an_internal_standard_that_changed_is_said_with_its_change():
    cal = make_calibration()
    rng = np.random.default_rng(1)
    light = 1 + 0.02 * rng.normal(size=len(cal))
    lit = dataclasses.replace(
        cal, axis=LONG_AXIS, intensities=cal.intensities + np.outer(light, WATER)
    )
    sensor = make_sensor(Pipeline([pls().steps[-1]]), cal=lit)

    brighter = lit.intensities[:10] + WATER
    (light,) = sensor.gates.light
    usual = np.exp(np.log(standard_size(lit.intensities, LONG_AXIS, light.band)).mean())
    percent = 100 * (standard_size(brighter, LONG_AXIS, light.band) / usual - 1)

    reasons = sensor.predict(as_spectra(brighter, axis=LONG_AXIS))["reasons"]

    said = reasons.str.extract(r"the water 1640 cm-1 band is (\d+) % larger")[0].astype(float)
    np.testing.assert_allclose(said, percent, atol=0.5)


def test_what_is_furthest_beyond_its_limit_is_said_first():
    spectra, _ = new_spectra(5)

    reasons = plain_sensor().predict(as_spectra(moved(spectra, 3.0)))["reasons"]

    assert reasons.str.startswith("the axis appears shifted").all()


def test_the_domain_is_stored_to_the_last_digit():
    domain = plain_sensor().domain

    again = stored_domain(packed_domain(domain))

    assert packed_domain(again) == packed_domain(domain)
    seen = domain.read(new_spectra(9)[0], np.empty((9, 0)))
    np.testing.assert_array_equal(
        again.read(new_spectra(9)[0], np.empty((9, 0))).distances, seen.distances
    )


def test_a_sensor_without_a_domain_is_stored_as_one_and_judges_by_t2_and_q(tmp_path):
    save_sensor(without_domain(plain_sensor()), tmp_path / "plain")
    spectra = as_spectra(moved(new_spectra(20)[0], 1.0))

    again = load_sensor(tmp_path / "plain")

    assert again.domain is None
    assert not again.predict(spectra)["reasons"].str.contains("axis").any()
    assert not (tmp_path / "plain" / DOMAIN).exists()


def test_spectra_that_overflow_are_no_part_of_the_domain():
    spectra = np.vstack([new_spectra(1)[0], 1e300 * new_spectra(1)[0]])

    seen = plain_sensor().domain.read(spectra, np.empty((2, 0)))

    assert np.isfinite(seen.distances[:, 0]).all()
    assert not np.isnan(seen.distances).any()
