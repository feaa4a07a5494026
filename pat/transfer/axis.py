"""Leads a new instrument's axis and counts to those that a sensor's calibration names."""

from dataclasses import replace

import numpy as np
from numpy.polynomial import Polynomial

from pat.arrays import FloatArray
from pat.campaign import Campaign
from pat.diagnostics.axis_check import AxisCheck, AxisVerdict, check_axis
from pat.diagnostics.axis_correction import campaign_axis_check, components_of, corrected_by
from pat.diagnostics.collection import STANDARD_BANDS, standard_size
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.calibration_spectra import StoredCalibration
from pat.spectra import AxisCorrection, AxisKind, Spectra


def on_the_sensors_axis(
    sensor: SoftSensor, old: StoredCalibration, campaign: Campaign
) -> tuple[Campaign, AxisCheck | None, list[str]]:
    """Return the campaign on the axis that the sensor's calibration names."""
    if campaign.info.axis_kind != AxisKind.RAMAN_SHIFT:
        return campaign, None, []
    check = campaign_axis_check(campaign)
    own = check_axis(old.spectra, sensor.axis, components_of(campaign))
    whole = Polynomial(corrected_by(check, before=campaign.info.axis_correction))
    notes = [f"axis of {campaign.id}: {check.verdict}, {check.reason}"]
    if own.verdict is AxisVerdict.OFF:
        offset, stretch = own.coefficients[0], (*own.coefficients, 1.0)[1]
        whole = (whole - offset) / stretch
        notes.append(f"axis of {sensor.title}: {own.reason}; the new one is led to it")
    coefficients = tuple(float(value) for value in whole.coef)
    if coefficients == (0.0, 1.0):
        return campaign, check, notes
    correction = AxisCorrection(coefficients, campaign.spectra.named_axis)
    spectra = replace(campaign.spectra, axis=correction.true, correction=correction)
    return replace(campaign, spectra=spectra), check, notes


def in_the_new_counts(
    old: StoredCalibration, new: Spectra, *, axis: FloatArray, kind: AxisKind
) -> tuple[StoredCalibration, str]:
    """Return the calibration in the counts of the new instrument, by their water bands."""
    if kind != AxisKind.RAMAN_SHIFT or len(new) == 0 or not STANDARD_BANDS[0].lies_on(axis):
        return old, ""
    sizes = [
        float(np.nanmedian(standard_size(spectra, axis, STANDARD_BANDS[0])))
        for spectra in (old.spectra, new.intensities)
    ]
    if min(sizes) <= 0:
        return old, ""
    factor = sizes[1] / sizes[0]
    note = f"the calibration's counts were multiplied by {factor:.3g}, the ratio of water bands"
    return replace(old, spectra=old.spectra * factor), note
