"""Pure spectra in the counts of a campaign, the product's own or a user's, to spike it with."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from pat.arrays import FloatArray, IntArray
from pat.calibration import CalibrationSet
from pat.campaign import Analyte
from pat.diagnostics.spiking import Spiking, spiking
from pat.errors import InputError
from pat.preprocessing.internal_standard import band_size
from pat.readers.pure_spectra import PureSpectra
from pat.readers.units import convert
from pat.simulator import Instrument, component_units, pure_spectra
from pat.simulator.components import MOLAR_MASS
from pat.soft_sensor import SoftSensor
from pat.spectra import AxisKind, Spectra

Predict = Callable[[FloatArray], FloatArray]

#: The water band that both sides are scaled by, its feet included.
WATER = (1550.0, 1750.0)
#: Names of analytes that the library has under another one.
SYNONYMS = {"titre": "mab", "titer": "mab", "mab": "mab", "vcd": "cells", "tcd": "cells"}
_STAGES = ("early", "middle", "late")
_MOST_SPECTRA = 48


def library(axis: FloatArray, intensities: FloatArray) -> pd.DataFrame | None:
    """Return what one unit of each component adds to spectra like these.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,)
        Raman shifts in cm-1.
    intensities : ndarray of shape (n_spectra, n_channels)

    Returns
    -------
    DataFrame of shape (n_components, n_channels) or None
        In the intensity of the spectra; None where the axis has no water band to scale by.

    Notes
    -----
    The spectra are those of the simulator, seen by a silicon detector behind a 785 nm laser.
    Their size comes from the water band: 55 mol/L of it stand in every culture.
    """
    low, high = WATER
    if axis.min() > low or axis.max() < high:
        return None
    inside = (axis >= low) & (axis <= high)
    seen = pure_spectra(np.asarray(axis)) * Instrument("library").throughput(axis)
    measured = band_size(intensities[:, inside], axis[inside], measure="area")
    own = band_size(seen.loc[["water"]].to_numpy()[:, inside], axis[inside], measure="area")
    scale = float(np.median(measured) / own[0])
    return seen * scale if scale > 0 else None


def library_of(
    analytes: dict[str, Analyte], axis: FloatArray, intensities: FloatArray
) -> pd.DataFrame | None:
    """Return the spectrum of one unit of each analyte that the library knows; None of no scale.

    Parameters
    ----------
    analytes : mapping of name to Analyte
    axis, intensities : ndarrays
        As for `library`.
    """
    seen = library(axis, intensities)
    if seen is None:
        return None
    units = component_units()
    rows = {}
    for name, analyte in analytes.items():
        component = SYNONYMS.get(name.lower(), name.lower())
        amount = _per_unit(analyte, units.get(component))
        if amount is not None:
            rows[name] = amount * seen.loc[component].to_numpy()
    return pd.DataFrame.from_dict(rows, orient="index", columns=seen.columns)


def _per_unit(analyte: Analyte, unit: str | None) -> float | None:
    """Return how much of the library's unit one unit of the analyte is; None: not comparable."""
    if unit is None:
        return None
    if analyte.unit == unit:
        return 1.0
    mass = analyte.molar_mass or MOLAR_MASS.get(analyte.name.lower())
    try:
        return convert(1.0, analyte.unit, unit, molar_mass=mass)
    except InputError:
        return None


def spiked(
    predict: Predict,
    cal: CalibrationSet,
    analyte: str,
    *,
    explained_by_age: float | None,
    pure: pd.DataFrame | None = None,
) -> Spiking | None:
    """Return how a sensor answers to additions.

    Parameters
    ----------
    predict : callable
        From intensities on the axis of `cal` to values.
    cal : CalibrationSet
    analyte : str
    explained_by_age : float or None
        Share of the variance of the assays that the sensor learnt from.
    pure : DataFrame of shape (n_components, n_channels), optional
        What one unit of each component adds, on the axis of `cal`; the library where left out.

    Returns
    -------
    Spiking or None
        None where no pure spectrum of the analyte is known, the spectra have no water band to
        size the library by, or the assays of the analyte do not vary.
    """
    pure = known_pure(cal) if pure is None else pure
    if pure is None or analyte not in pure.index:
        return None
    chosen = _chosen(cal)
    ranges = {str(name): _range(cal, str(name)) for name in pure.index}
    if not ranges[analyte] > 0:
        return None
    return spiking(
        predict,
        cal.intensities[chosen],
        _stages(cal.samples["elapsed_h"].to_numpy(dtype=np.float64)[chosen]),
        pure=pure.loc[[name for name in pure.index if ranges[name] > 0]],
        analyte=analyte,
        ranges=ranges,
        explained_by_age=explained_by_age,
    )


def known_pure(cal: CalibrationSet) -> pd.DataFrame | None:
    """Return the library's spectrum of one unit of each analyte of a set of Raman spectra."""
    if cal.axis_kind != AxisKind.RAMAN_SHIFT:
        return None
    return library_of(cal.analytes, cal.axis, cal.intensities)


def measured_pure(
    pure: PureSpectra, sensor: SoftSensor, *, axis: FloatArray, analytes: Mapping[str, Analyte]
) -> pd.DataFrame:
    """Return what one unit of each component of a user's own adds on an axis (n_channels,).

    Raises
    ------
    InputError
        If they lack the sensor's analyte, do not reach what it reads, or have another unit.
    """
    drawn = pure.drawn_on(axis, sensor.axis[sensor.input_axis.used], analytes)
    if sensor.analyte.name not in drawn.index:
        known = ", ".join(pure.components)
        msg = f"{pure.file}: expected a pure spectrum of {sensor.analyte.name}; got {known}"
        raise InputError(msg)
    return drawn


def predict_with(sensor: SoftSensor, axis: FloatArray) -> Predict:
    """Return what turns intensities on an axis into a sensor's values."""

    def predicted(intensities: FloatArray) -> FloatArray:
        keys = pd.DataFrame({"campaign": "paper", "vessel": "paper"}, index=range(len(intensities)))
        spectra = Spectra(axis, intensities, keys, sensor.axis_kind)
        return sensor.predict(spectra)["value"].to_numpy(dtype=np.float64)

    return predicted


def _range(cal: CalibrationSet, component: str) -> float:
    """Return how far a component runs in the set; one unit where nobody measured it."""
    if component not in cal.values:
        return 1.0
    known = cal.values[component].dropna()
    return float(np.ptp(known)) if len(known) else 0.0


def _chosen(cal: CalibrationSet) -> IntArray:
    """Return evenly spaced samples, few enough to be predicted in no time."""
    return np.unique(np.linspace(0, len(cal) - 1, _MOST_SPECTRA).round().astype(np.int64))


def _stages(elapsed_h: FloatArray) -> pd.Series:
    """Return the third of the culture each sample belongs to; one stage of unknown or one age."""
    if not np.isfinite(elapsed_h).all() or np.ptp(elapsed_h) == 0:
        return pd.Series(["all"] * elapsed_h.size)
    bounds = np.quantile(elapsed_h, [1 / 3, 2 / 3])
    place = np.searchsorted(bounds, elapsed_h, side="left")
    return pd.Series([_STAGES[k] for k in place])
