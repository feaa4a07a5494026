"""The calibration spectra that a sensor carries, so that it can be moved to another instrument."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import SensorError
from pat.soft_sensor.folder import CALIBRATION, SAMPLES


@dataclass(frozen=True, slots=True, eq=False)
class StoredCalibration:
    """What a sensor was trained on.

    Parameters
    ----------
    spectra : ndarray of shape (n_samples, n_channels)
        On the sensor's axis, to the seven digits of float32.
    samples : DataFrame of n_samples rows
        Keys, and the assay in `assay`.
    """

    spectra: FloatArray
    samples: pd.DataFrame

    @property
    def assays(self) -> FloatArray:
        """The assays, (n_samples,)."""
        return self.samples["assay"].to_numpy(dtype=np.float64)


def packed(spectra: FloatArray) -> bytes:
    """Return spectra (n_samples, n_channels) as a compressed NumPy archive."""
    stream = io.BytesIO()
    np.savez_compressed(stream, spectra=spectra.astype(np.float32))
    return stream.getvalue()


def stored_calibration(contents: Mapping[str, bytes], *, title: str) -> StoredCalibration:
    """Return the calibration in a sensor's files.

    Raises
    ------
    SensorError
        If the sensor was made before it carried any.
    """
    if CALIBRATION not in contents or SAMPLES not in contents:
        msg = f"{title}: carries no calibration spectra; train it again, then transfer it"
        raise SensorError(msg)
    with np.load(io.BytesIO(contents[CALIBRATION]), allow_pickle=False) as archive:
        spectra = archive["spectra"].astype(np.float64)
    return StoredCalibration(spectra, training_samples(contents))


def training_samples(contents: Mapping[str, bytes]) -> pd.DataFrame:
    """Return the samples that a sensor was trained on, from its files; it must carry them."""
    names = dict.fromkeys(("campaign", "vessel", "culture", "group", "sample"), "str")
    stored = io.BytesIO(contents[SAMPLES])
    return pd.read_csv(stored, dtype=names, keep_default_na=False, na_values=[""])
