"""The spectra that a sensor was judged by while it was made, from its files."""

import io

import pandas as pd

from pat.arrays import IntArray
from pat.soft_sensor.folder import LEFT_OUT
from pat.soft_sensor.sensor import SoftSensor


def left_out_spectra(sensor: SoftSensor) -> pd.DataFrame:
    """Return t2 and q of each left-out spectrum, and the number of its `sample`."""
    return pd.read_csv(io.BytesIO(sensor.contents[LEFT_OUT]))


def left_out_distances(sensor: SoftSensor, samples: IntArray) -> pd.DataFrame:
    """Return mean t2 and q of the left-out spectra of samples (n,); NaN where there are none."""
    by_sample = left_out_spectra(sensor).groupby("sample")[["t2", "q"]].mean()
    return by_sample.reindex(samples)
