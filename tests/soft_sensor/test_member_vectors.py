"""The vectors of a sensor's members are those of its models, and their mean counts shares."""

import numpy as np
import pytest

from pat.soft_sensor.calibration_spectra import stored_calibration
from pat.soft_sensor.member_vectors import added_after, member_vector, over_members
from tests.soft_sensor.sensors import AXIS, make_sensor, plain_sensor, pls, snv_pls, svr


def spectra_of(sensor):
    return stored_calibration(sensor.contents, title="").spectra


def test_the_vector_of_partial_least_squares_is_its_coefficients():
    sensor = plain_sensor()

    found = member_vector(sensor, 1, spectra_of(sensor))

    model = sensor.members[0].pipeline[-1]
    assert found.coefficients == pytest.approx(np.ravel(model.coef_), rel=1e-6)
    assert found.axis.size == found.coefficients.size == found.vip.size
    assert np.mean(found.vip**2) == pytest.approx(1.0)
    assert found.pls is model


def test_a_member_that_is_not_linear_has_none():
    sensor = make_sensor(svr())

    assert member_vector(sensor, 1, spectra_of(sensor)) is None


def test_an_addition_is_followed_through_a_preprocessing_that_divides():
    sensor = make_sensor(snv_pls())
    spectra = spectra_of(sensor)
    found = member_vector(sensor, 1, spectra)
    band = 4.0 * np.exp(-0.5 * ((AXIS - 480) / 10) ** 2)

    added = added_after(found, spectra, band)

    parts = sensor.members[0].parts
    plain = parts.learned_rows(parts.rows(spectra + band)) - parts.learned_rows(parts.rows(spectra))
    assert added == pytest.approx(plain.mean(axis=0), abs=0.03 * np.abs(plain).max())
    # The sensor answers to the addition as its vector does to what the addition becomes.
    model = sensor.members[0].pipeline
    change = np.ravel(model.predict(spectra + band)) - np.ravel(model.predict(spectra))
    assert found.coefficients @ added == pytest.approx(change.mean(), rel=0.05)


def test_the_mean_over_members_counts_shares_and_is_nothing_where_none_reads():
    sensor = make_sensor(pls(3), pls(6), weights=[3.0, 1.0])
    spectra = spectra_of(sensor)
    one, other = (member_vector(sensor, number, spectra) for number in (1, 2))

    mean = over_members([one, other], "vip", AXIS)

    inside = np.isin(AXIS, one.axis)
    assert mean[inside] == pytest.approx(0.75 * one.vip + 0.25 * other.vip)
    assert mean[AXIS < 430] == pytest.approx(0.0)
