"""The new instrument's spectra: which are usable, and which have an assay."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pat.calibration import CalibrationSet, calibration_set
from pat.campaign import Campaign
from pat.diagnostics.collection import own_probes, standards
from pat.errors import CalibrationError
from pat.readers.units import convert
from pat.soft_sensor import SoftSensor
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


def labelled(sensor: SoftSensor, campaign: Campaign) -> CalibrationSet | None:
    """Return the samples with an assay on the sensor's axis and in its unit."""
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
        axis=sensor.axis,
        intensities=sensor.input_axis.fit(cal.axis)(cal.intensities),
        values=cal.values * factor,
        analytes={name: sensor.analyte},
        sel={name: None},
    )
