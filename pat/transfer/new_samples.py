"""The new instrument's spectra: which are usable, and which have an assay."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.arrays import BoolArray, FloatArray
from pat.calibration import CalibrationSet, calibration_set
from pat.campaign import Campaign
from pat.diagnostics.collection import own_probes, standards
from pat.errors import CalibrationError
from pat.readers.units import convert
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.calibration_spectra import StoredCalibration
from pat.soft_sensor.seen_cultures import same_as_any
from pat.spectra import Kind, Spectra


def well_collected(campaign: Campaign) -> tuple[Campaign, int]:
    """Return the campaign with badly collected spectra excluded, and how many they are."""
    spectra = campaign.spectra
    rows = np.flatnonzero(usable_rows(spectra))
    shown = standards(
        spectra.intensities[rows],
        spectra.axis,
        spectra.axis_kind,
        probes=own_probes(spectra.keys.iloc[rows]),
    )
    badly = np.unique(np.concatenate([np.empty(0, np.int64), *(rows[s.badly] for s in shown)]))
    if badly.size == 0:
        return campaign, 0
    known = spectra.keys.get("excluded", pd.Series(np.nan, index=spectra.keys.index))
    reasons = known.astype(object).where(known.notna(), None)
    reasons.iloc[badly] = "badly collected"
    keys = spectra.keys.assign(excluded=reasons.astype("str").where(reasons.notna(), np.nan))
    return replace(campaign, spectra=replace(spectra, keys=keys)), int(badly.size)


def usable_rows(spectra: Spectra) -> NDArray[np.bool_]:
    keys = spectra.keys
    kinds = [Kind.CULTURE.value, Kind.SPIKE.value]
    usable = keys["kind"].isin(kinds).to_numpy(dtype=bool, copy=True)
    if "excluded" in keys:
        usable &= keys["excluded"].isna().to_numpy(dtype=bool)
    for row in np.flatnonzero(usable).tolist():
        intensity = spectra.intensities[row]
        usable[row] = bool(np.isfinite(intensity).all() and np.ptp(intensity) > 0)
    return usable


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """The samples of the new instrument that have an assay.

    Parameters
    ----------
    samples : CalibrationSet
        On the sensor's axis, in its unit and in the counts of the new instrument.
    known : ndarray of bool, shape (n_samples,)
        Those whose spectrum is in the sensor's calibration: of its own campaign, or of an
        earlier transfer.
    as_it_stands : ndarray of shape (n_samples,)
        What the sensor says of the files as they are; NaN where it gives no value.
    """

    samples: CalibrationSet
    known: BoolArray
    as_it_stands: FloatArray


def labelled(sensor: SoftSensor, own: StoredCalibration, campaign: Campaign) -> Labelled | None:
    """Return the samples with an assay, None without any.

    `own` is the sensor's calibration in the counts in which it was stored.
    """
    cal = _assayed(sensor, campaign)
    if cal is None:
        return None
    named = campaign.spectra.named_axis
    keys = cal.samples[["campaign", "vessel", "time", "elapsed_h", "sample"]]
    predicted = sensor.predict(Spectra(named, cal.intensities, keys, cal.axis_kind))
    on_axis = sensor.input_axis.fit(cal.axis)(cal.intensities)
    return Labelled(
        samples=replace(cal, axis=sensor.axis, intensities=on_axis),
        known=_known(sensor, own, cal, named=named),
        as_it_stands=predicted["value"].to_numpy(dtype=np.float64),
    )


def _known(
    sensor: SoftSensor, own: StoredCalibration, cal: CalibrationSet, *, named: FloatArray
) -> BoolArray:
    """Return which samples (n_samples,) the sensor learnt from, seen as it sees their files."""
    axis = sensor.input_axis.true(named)
    if sensor.input_axis.misfit(axis, cal.axis_kind) is not None:
        return np.zeros(len(cal), dtype=np.bool_)
    used = sensor.input_axis.used
    seen = sensor.input_axis.fit(axis)(cal.intensities)
    return same_as_any(seen[:, used], own.spectra[:, used])


def _assayed(sensor: SoftSensor, campaign: Campaign) -> CalibrationSet | None:
    """Return the samples with an assay, in the sensor's unit and on the campaign's axis."""
    name = sensor.analyte.name
    own = campaign.info.analytes.get(name)
    if own is None:
        return None
    try:
        cal = calibration_set([campaign], analytes=[name])
    except CalibrationError:
        return None
    cal = cal.select(cal.measured(name))
    factor = convert(1.0, own.unit, sensor.analyte.unit, molar_mass=sensor.analyte.molar_mass)
    return replace(
        cal,
        values=cal.values * factor,
        analytes={name: sensor.analyte},
        sel={name: None},
    )
