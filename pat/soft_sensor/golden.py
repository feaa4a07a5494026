"""The golden set: a few spectra with what the sensor said of them on the day it was made."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pat.arrays import FloatArray, IntArray
from pat.errors import SensorError
from pat.soft_sensor.folder import GOLDEN, load_sensor
from pat.soft_sensor.provenance import package_versions, software_version
from pat.soft_sensor.sensor import SoftSensor
from pat.spectra import Spectra

#: Calibration spectra in a golden set; one dead spectrum is added.
COUNT = 12

#: Relative agreement that counts as the same: far below any assay's error, above what another
#: processor's arithmetic does to a reweighted baseline.
AGREES_WITHIN = 1e-6

_EXPECTED = ("value", "lower", "upper", "t2", "q")
_PROCESS = "process:"


@dataclass(frozen=True, slots=True)
class Verification:
    """What predicting a golden set again gave."""

    sensor: str
    digest: str
    n_spectra: int
    worst: float  # largest relative difference of value, interval, T2 and Q
    versions: tuple[str, ...]  # packages that are not what the sensor was made with


def golden_table(
    sensor: SoftSensor, spectra: FloatArray, *, process: FloatArray, targets: FloatArray
) -> pd.DataFrame:
    """Return expected values, then process values, then the channels, one row a spectrum.

    Parameters
    ----------
    sensor : SoftSensor
    spectra : ndarray of shape (n_samples, n_channels)
        The calibration; the golden set is spread over the range of its assays.
    process : ndarray of shape (n_samples, n_tags)
    targets : ndarray of shape (n_samples,)
    """
    rows = _spread_over(targets)
    chosen = np.vstack([spectra[rows], np.ones((1, spectra.shape[1]))])
    tags = np.vstack([process[rows], process[rows[:1]]])
    given = pd.DataFrame(tags, columns=list(sensor.process_names))
    predicted = sensor.for_its_own_axis().predict(_spectra(sensor, chosen), given)
    channels = pd.DataFrame(chosen, columns=[repr(float(v)) for v in sensor.axis])
    expected = predicted[[*_EXPECTED, "quality", "reasons"]]
    return pd.concat([expected, given.add_prefix(_PROCESS), channels], axis=1)


def as_csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV whose numbers come back exactly."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def verify_sensor(folder: Path) -> Verification:
    """Predict a folder's golden set again and return how well it agrees.

    Raises
    ------
    SensorError
        If the folder cannot be loaded, or a value, distance or quality is not what it was.
    """
    sensor = load_sensor(folder)
    place = folder / GOLDEN
    if GOLDEN not in sensor.contents:
        msg = f"{place}: the sensor has no golden set; export it again"
        raise SensorError(msg)
    table = pd.read_csv(
        io.BytesIO(sensor.contents[GOLDEN]), keep_default_na=False,
        na_values={name: [""] for name in _EXPECTED},
    )  # fmt: skip
    process = table[[_PROCESS + name for name in sensor.process_names]]
    predicted = sensor.for_its_own_axis().predict(
        _spectra(sensor, table[table.columns[-sensor.axis.size :]].to_numpy(dtype=np.float64)),
        process.rename(columns=lambda name: name.removeprefix(_PROCESS)),
    )
    worst = _compare(table, predicted, place=place)
    return Verification(sensor.title, sensor.digest, len(table), worst, _other_versions(sensor))


def _compare(table: pd.DataFrame, predicted: pd.DataFrame, *, place: Path) -> float:
    for row in range(len(table)):
        if table["quality"][row] != predicted["quality"][row]:
            msg = (
                f"{place}, row {row + 2}: expected quality {table['quality'][row]}; got "
                f"{predicted['quality'][row]} ({predicted['reasons'][row]})"
            )
            raise SensorError(msg)
    worst = 0.0
    for name in _EXPECTED:
        expected = table[name].to_numpy(dtype=np.float64)
        got = predicted[name].to_numpy(dtype=np.float64)
        apart = _relative(expected, got)
        if np.any(apart > AGREES_WITHIN):
            row = int(np.argmax(apart))
            msg = (
                f"{place}, row {row + 2}: expected {name} {expected[row]:.9g}; got "
                f"{got[row]:.9g}: do not use this sensor here; install the versions in its "
                "requirements.txt"
            )
            raise SensorError(msg)
        worst = max(worst, float(apart.max()))
    return worst


def _relative(expected: FloatArray, got: FloatArray) -> FloatArray:
    """Return differences relative to the column's size; infinite where one is missing."""
    missing = np.isnan(expected) != np.isnan(got)
    size = np.nanmax(np.abs(expected)) if np.isfinite(expected).any() else 1.0
    apart = np.nan_to_num(np.abs(got - expected)) / (size or 1.0)
    return np.where(missing, np.inf, apart)


def _other_versions(sensor: SoftSensor) -> tuple[str, ...]:
    here = package_versions() | {"raman-pat": software_version()}
    made = dict(sensor.provenance.packages) | {"raman-pat": sensor.provenance.software}
    return tuple(
        f"{name}: made with {version}, here {here.get(name, 'not installed')}"
        for name, version in made.items()
        if here.get(name) != version
    )


def _spectra(sensor: SoftSensor, intensities: FloatArray) -> Spectra:
    keys = pd.DataFrame(index=range(len(intensities)))
    return Spectra(sensor.axis, intensities, keys, sensor.axis_kind)


def _spread_over(targets: FloatArray) -> IntArray:
    """Return rows evenly spread over the order of their assays, lowest and highest included."""
    order = np.argsort(targets, kind="stable")
    places = np.linspace(0, len(order) - 1, min(COUNT, len(order))).round().astype(np.int64)
    return order[places].astype(np.int64)
