"""What a transfer has to work with: the old calibration and the new instrument's spectra."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.polynomial import Polynomial
from numpy.typing import NDArray

from pat.arrays import FloatArray, IntArray
from pat.calibration import CalibrationSet, calibration_set
from pat.campaign import Campaign
from pat.diagnostics.axis_check import AxisCheck, AxisVerdict, check_axis
from pat.diagnostics.axis_correction import campaign_axis_check, components_of, corrected_by
from pat.diagnostics.collection import STANDARD_BANDS, own_probes, standard_size, standards
from pat.errors import CalibrationError, InputError
from pat.readers.units import convert
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.calibration_spectra import StoredCalibration, stored_calibration
from pat.spectra import AxisCorrection, AxisKind, Kind, Spectra

#: Transfer samples may lie this share of the calibrated span outside it.
MOST_OUTSIDE = 0.5

_PAIR_KEYS = ("vessel", "time", "elapsed_h", "sample")


@dataclass(frozen=True, slots=True, eq=False)
class TransferData:
    """The old calibration and the new instrument's spectra, all on the sensor's axis.

    Parameters
    ----------
    sensor : SoftSensor
    old : StoredCalibration
        Its spectra brought to the new instrument's counts where water tells how.
    new : CalibrationSet or None
        Samples with an assay; None where the campaign has none.
    unlabelled : Spectra
        Every usable spectrum of the campaign.
    correction : AxisCorrection or None
        From the axis that the new instrument names to the sensor's; None: none was needed.
    axis_check : AxisCheck or None
        Of the new instrument; None where the axis is no Raman axis.
    notes : tuple of str
        What was done before any model, in words.
    reach : (float, float)
        Lowest and highest value of the sensor's axis that the new instrument covers.
    """

    sensor: SoftSensor
    old: StoredCalibration
    new: CalibrationSet | None
    unlabelled: Spectra
    correction: AxisCorrection | None
    axis_check: AxisCheck | None
    notes: tuple[str, ...]
    reach: tuple[float, float]

    def partners(self, rows: IntArray) -> IntArray:
        """Return for these new samples the row of `old` that is the same sample, -1 if none.

        The same vessel, moment and assay: two campaigns may share the first two by chance.
        """
        assert self.new is not None
        keys = [name for name in _PAIR_KEYS if name in self.old.samples]
        old = _texts(self.old.samples.assign(assay=self.old.assays), [*keys, "assay"])
        known = {key: row for row, key in enumerate(old)}
        assays = self.new.values[self.sensor.analyte.name]
        new = _texts(self.new.samples.assign(assay=assays), [*keys, "assay"])
        return np.array([known.get(new[row], -1) for row in rows.tolist()], dtype=np.int64)


def transfer_data(sensor: SoftSensor, campaign: Campaign) -> TransferData:
    """Return what a transfer of `sensor` to the instrument of `campaign` has to work with.

    Raises
    ------
    InputError
        If the campaign's axis cannot be the sensor's, or its unit cannot be converted.
    SensorError
        If the sensor carries no calibration.
    """
    if sensor.process_names:
        msg = (
            f"{sensor.title}: expected a sensor of spectra alone; got one that takes "
            f"{', '.join(sensor.process_names)} too, which no transfer can move"
        )
        raise InputError(msg)
    old = stored_calibration(sensor.contents, title=sensor.title)
    campaign, check, notes = _on_the_sensors_axis(sensor, old, campaign)
    misfit = sensor.input_axis.misfit(campaign.spectra.axis, campaign.spectra.axis_kind)
    if misfit is not None:
        msg = f"{campaign.id}: {misfit} that {sensor.title} reads"
        raise InputError(msg)
    campaign, dropped = _well_collected(campaign)
    notes += [f"{dropped} badly collected spectra were left out"] if dropped else []
    new = _labelled(sensor, campaign)
    spectra = campaign.spectra
    usable = spectra.take(_usable(spectra))
    fit = sensor.input_axis.fit(spectra.axis)
    unlabelled = replace(
        usable, axis=sensor.axis, intensities=fit(usable.intensities), correction=None
    )
    old, scaled = _scaled(old, unlabelled, axis=sensor.axis, kind=sensor.axis_kind)
    notes += [scaled] if scaled else []
    return TransferData(
        sensor,
        old,
        new,
        unlabelled,
        spectra.correction,
        check,
        tuple(notes),
        (float(spectra.axis.min()), float(spectra.axis.max())),
    )


def check_range(data: TransferData, rows: IntArray) -> None:
    """Raise InputError where transfer samples lie clearly outside the calibrated range."""
    assert data.new is not None
    analyte = data.sensor.analyte
    low, high = float(data.old.assays.min()), float(data.old.assays.max())
    margin = MOST_OUTSIDE * (high - low)
    values = data.new.values[analyte.name].to_numpy(dtype=np.float64)[rows]
    outside = (values < low - margin) | (values > high + margin)
    if outside.any():
        worst = values[outside][np.argmax(np.abs(values[outside] - (low + high) / 2))]
        msg = (
            f"expected transfer samples within the calibrated {low:.3g} to {high:.3g} "
            f"{analyte.unit}; got {int(outside.sum())} outside, such as {worst:.3g}: choose "
            "others, or train anew"
        )
        raise InputError(msg)


def _on_the_sensors_axis(
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


def _well_collected(campaign: Campaign) -> tuple[Campaign, int]:
    """Return the campaign with badly collected spectra excluded, and how many they are."""
    spectra = campaign.spectra
    rows = np.flatnonzero(_usable(spectra))
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


def _usable(spectra: Spectra) -> NDArray[np.bool_]:
    keys = spectra.keys
    kinds = [Kind.CULTURE.value, Kind.SPIKE.value]
    usable = keys["kind"].isin(kinds).to_numpy(dtype=bool, copy=True)
    if "excluded" in keys:
        usable &= keys["excluded"].isna().to_numpy(dtype=bool)
    for row in np.flatnonzero(usable).tolist():
        intensity = spectra.intensities[row]
        usable[row] = bool(np.isfinite(intensity).all() and np.ptp(intensity) > 0)
    return usable


def _labelled(sensor: SoftSensor, campaign: Campaign) -> CalibrationSet | None:
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


def _scaled(
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


def _texts(samples: pd.DataFrame, keys: list[str]) -> list[tuple[str, ...]]:
    columns = [_cells(samples[name], name) for name in keys]
    return list(zip(*columns, strict=True))


def _cells(column: pd.Series, name: str) -> list[str]:
    if name == "time":
        times = pd.to_datetime(column, utc=True)
        return ["" if pd.isna(time) else str(int(time.value)) for time in times]
    if name in ("elapsed_h", "assay"):
        return ["" if pd.isna(number) else f"{float(number):.6g}" for number in column]
    return ["" if pd.isna(text) else str(text) for text in column]
