"""The soft sensor: the unit that is deployed, from an axis to a value with quality."""

from pat.soft_sensor.build import Origin, build_sensor
from pat.soft_sensor.folder import LEFT_OUT, load_sensor, save_sensor
from pat.soft_sensor.golden import Verification, verify_sensor
from pat.soft_sensor.predictions import PREDICTION_COLUMNS, predictable
from pat.soft_sensor.quality import Quality
from pat.soft_sensor.sensor import SoftSensor
from pat.soft_sensor.single_spectra import single_spectra

__all__ = [
    "LEFT_OUT",
    "PREDICTION_COLUMNS",
    "Origin",
    "Quality",
    "SoftSensor",
    "Verification",
    "build_sensor",
    "load_sensor",
    "predictable",
    "save_sensor",
    "single_spectra",
    "verify_sensor",
]
