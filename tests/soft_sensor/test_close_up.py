"""A close-up shows the very spectrum that was scored, and its contributions add up to Q and T2."""

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from pat.soft_sensor.close_up import close_up
from pat.spectra import AxisKind
from tests.soft_sensor.sensors import (
    AXIS,
    REGION,
    as_spectra,
    lightgbm,
    make_calibration,
    make_sensor,
    make_spectra,
    plain_sensor,
    pls,
    pls_with_process,
    snv_pls,
    svr,
)


def some_spectra(n: int = 3) -> np.ndarray:
    rng = np.random.default_rng(5)
    return make_spectra(rng.uniform(1, 8, size=(n, 4)), rng)


def seen(sensor, spectrum: np.ndarray, *, axis: np.ndarray = AXIS):
    return close_up(sensor, axis, spectrum, axis_kind=AxisKind.RAMAN_SHIFT)


@pytest.mark.parametrize(
    "pipelines", [(pls(),), (snv_pls(), pls(3)), (svr(), snv_pls(), pls()), (lightgbm(),)]
)
def test_contributions_add_up_to_q_and_t2_of_the_prediction(pipelines: tuple[Pipeline, ...]):
    sensor = make_sensor(*pipelines)
    spectra = some_spectra()
    spectra[1] += 30 * np.exp(-0.5 * ((AXIS - 600) / 8) ** 2)

    table = sensor.predict(as_spectra(spectra))
    found = [seen(sensor, spectrum).contributions for spectrum in spectra]

    assert [one.q.sum() + one.q_elsewhere for one in found] == pytest.approx(table["q"].tolist())
    assert [one.t2.sum() + one.t2_elsewhere for one in found] == pytest.approx(table["t2"].tolist())
    assert all(one.q_elsewhere == 0 for one in found)


def test_what_lies_where_no_calibration_had_it_stands_out_in_q_there():
    strange = some_spectra(1)[0] + 60 * np.exp(-0.5 * ((AXIS - 604) / 4) ** 2)

    added = seen(make_sensor(pls(), snv_pls()), strange).contributions

    near = np.abs(AXIS - 604) < 20
    assert added.q[near].sum() > 0.8 * added.q.sum()
    outside = (REGION[0] - 10 > AXIS) | (REGION[1] + 10 < AXIS)
    assert np.all(added.q[outside] == 0)


def test_the_range_is_that_between_which_nine_in_ten_calibration_spectra_lie():
    cal = make_calibration()
    sensor = make_sensor(cal=cal)
    inside = sensor.members[0].axis

    shown = seen(sensor, cal.intensities[7])

    below = np.mean(cal.intensities < shown.as_read.low, axis=0)
    above = np.mean(cal.intensities > shown.as_read.high, axis=0)
    assert np.allclose(below, 0.05, atol=1 / len(cal.intensities))
    assert np.allclose(above, 0.05, atol=1 / len(cal.intensities))
    prepared = np.asarray(sensor.members[0].pipeline[:-1].transform(cal.intensities))
    np.testing.assert_allclose(shown.preprocessed.intensity, prepared[7], rtol=1e-9)
    np.testing.assert_array_equal(shown.preprocessed.axis, inside)
    assert np.mean(prepared < shown.preprocessed.low) == pytest.approx(0.05, abs=0.02)


def test_a_spectrum_on_another_axis_is_shown_on_the_sensors():
    fine = np.arange(398.0, 802.0, 1.0)
    hump = 1000 + 40 * np.exp(-0.5 * ((fine - 560) / 10) ** 2)

    shown = seen(plain_sensor(), hump, axis=fine).as_read

    np.testing.assert_array_equal(shown.axis, AXIS)
    np.testing.assert_allclose(shown.intensity, np.interp(AXIS, fine, hump), rtol=1e-6)


def test_an_axis_that_does_not_cover_the_calibrated_is_shown_as_it_is_with_the_reason():
    short = AXIS[:50]

    shown = seen(plain_sensor(), np.ones(50), axis=short)

    np.testing.assert_array_equal(shown.as_read.axis, short)
    assert shown.as_read.low is None
    assert (shown.preprocessed, shown.contributions) == (None, None)
    assert "wrong axis" in shown.missing


def test_a_broken_spectrum_is_shown_with_its_holes_and_nothing_is_made_up():
    spectrum = some_spectra(1)[0]
    spectrum[90] = np.nan

    shown = seen(plain_sensor(), spectrum)

    assert np.isnan(shown.as_read.intensity[90])
    assert shown.preprocessed is None
    assert "not finite" in shown.missing


def test_a_hole_that_the_recipe_does_not_read_changes_nothing():
    spectrum = some_spectra(1)[0]
    holed = spectrum.copy()
    holed[0] = np.nan

    whole, shown = seen(plain_sensor(), spectrum), seen(plain_sensor(), holed)

    np.testing.assert_array_equal(shown.contributions.q, whole.contributions.q)


def test_contributions_that_depend_on_process_values_are_left_out_with_the_reason():
    sensor = make_sensor(pls_with_process(), cal=make_calibration(with_process=True))

    shown = seen(sensor, some_spectra(1)[0])

    assert shown.preprocessed is not None
    assert shown.contributions is None
    assert "ph, do" in shown.missing
