"""A sensor remembers how much light its calibration held, and doubts spectra that hold less."""

import dataclasses
import json

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from pat.soft_sensor import SoftSensor
from pat.soft_sensor.document import document, sensor_from
from tests.soft_sensor.sensors import as_spectra, make_calibration, make_sensor, pls

AXIS = np.arange(1440.0, 1840.0, 2.0)  # the small world's bands, moved to where water is
WATER = 400 * np.exp(-0.5 * ((AXIS - 1640) / 30) ** 2)


@pytest.fixture(scope="module")
def sensor() -> SoftSensor:
    """Return a sensor trained on seven sound cultures and one badly collected one."""
    cal = make_calibration()
    light = np.where(cal.samples["vessel"] == "V08", 0.1, 1.0)
    lit = dataclasses.replace(cal, axis=AXIS, intensities=cal.intensities + np.outer(light, WATER))
    return make_sensor(Pipeline([pls().steps[-1]]), cal=lit)


def predicted(sensor, share, *, axis=AXIS):
    row = sensor.mean_spectrum + (share - 0.8875) * WATER
    spectra = as_spectra(row[np.newaxis, : axis.size], axis=axis)
    return sensor.predict(spectra).iloc[0]


def test_training_on_dim_spectra_does_not_make_them_good(sensor):
    (light,) = sensor.gates.light

    assert light.least == pytest.approx(0.6 * light.usual)
    assert predicted(sensor, 0.1)["quality"] == "bad"


@pytest.mark.parametrize(("share", "said"), [(0.9, False), (0.45, True)])
def test_half_the_light_is_said_beside_the_value(sensor, share, said):
    row = predicted(sensor, share)

    assert np.isfinite(row["value"])
    assert row["reasons"].startswith("badly collected: the water 1640 cm-1 band is") == said
    assert row["quality"] != "good" or not said


def test_a_spectrum_exposed_twice_as_long_is_not_good(sensor):
    usual = sensor.mean_spectrum + 0.1 * WATER

    judged = sensor.predict(as_spectra(np.array([usual, 2 * usual]), axis=AXIS))

    assert not judged["reasons"].iloc[0].startswith("more light")
    said = "more light than calibrated, so exposure or laser differ: water 1640 cm-1 199% of the"
    assert judged["reasons"].iloc[1].startswith(said)
    assert judged["quality"].iloc[1] != "good"


def test_the_light_travels_with_the_sensor(sensor):
    described = json.loads(json.dumps(document(sensor)))

    again = sensor_from(described, members=sensor.members, contents=sensor.contents, domain=None)

    assert again.gates.light == sensor.gates.light
    assert json.loads(json.dumps(document(again))) == described
