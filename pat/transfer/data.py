"""What a transfer has to work with: the old calibration and the new instrument's spectra."""

from dataclasses import dataclass, replace

import numpy as np

from pat.arrays import FloatArray, IntArray
from pat.calibration import CalibrationSet
from pat.campaign import Campaign
from pat.diagnostics.axis_check import AxisCheck
from pat.errors import InputError
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.calibration_spectra import StoredCalibration, stored_calibration
from pat.spectra import AxisCorrection, Spectra
from pat.transfer.axis import in_the_new_counts, on_the_sensors_axis
from pat.transfer.new_samples import labelled, usable_rows, well_collected
from pat.transfer.pairs import same_samples

#: Transfer samples may lie this share of the calibrated span outside it.
MOST_OUTSIDE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class TransferData:
    """The old calibration and the new instrument's spectra, all on the sensor's axis.

    Parameters
    ----------
    sensor : SoftSensor
    campaign : str
        Id of the new instrument's campaign.
    old : StoredCalibration
        Its spectra brought to the new instrument's counts where water tells how.
    new : CalibrationSet or None
        Samples with an assay that the sensor did not learn from; None where the campaign has none.
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
    known_groups : frozenset of str
        Vessels of which the sensor learnt from some samples already; those are not in `new`.
    as_it_stands : ndarray of shape (n_new,)
        What the sensor, not transferred, says of the new samples' files; NaN: no value.
    """

    sensor: SoftSensor
    campaign: str
    old: StoredCalibration
    new: CalibrationSet | None
    unlabelled: Spectra
    correction: AxisCorrection | None
    axis_check: AxisCheck | None
    notes: tuple[str, ...]
    reach: tuple[float, float]
    known_groups: frozenset[str]
    as_it_stands: FloatArray

    @property
    def assays(self) -> FloatArray:
        """Assays of the new samples, (n_new,)."""
        assert self.new is not None
        return self.new.values[self.sensor.analyte.name].to_numpy(dtype=np.float64)

    def partners(self, rows: IntArray) -> IntArray:
        """Return for these new samples the row of `old` that is the same sample, -1 if none."""
        assert self.new is not None
        known = self.old
        return same_samples(known.samples, known.assays, self.new.samples, self.assays)[rows]


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
    campaign, check, notes = on_the_sensors_axis(sensor, old, campaign)
    misfit = sensor.input_axis.misfit(campaign.spectra.axis, campaign.spectra.axis_kind)
    if misfit is not None:
        msg = f"{campaign.id}: {misfit} that {sensor.title} reads{_remedy(sensor, campaign)}"
        raise InputError(msg)
    campaign, dropped = well_collected(campaign)
    notes += [f"badly collected spectra left out: {dropped}"] if dropped else []
    found = labelled(sensor, old, campaign)
    n_known = 0 if found is None else int(found.known.sum())
    notes += [f"samples that {sensor.title} learnt from left out: {n_known}"] if n_known else []
    spectra = campaign.spectra
    usable = spectra.take(usable_rows(spectra))
    fit = sensor.input_axis.fit(spectra.axis)
    unlabelled = replace(
        usable, axis=sensor.axis, intensities=fit(usable.intensities), correction=None
    )
    old, scaled = in_the_new_counts(old, unlabelled, axis=sensor.axis, kind=sensor.axis_kind)
    notes += [scaled] if scaled else []
    return TransferData(
        sensor,
        campaign.id,
        old,
        None if found is None else found.samples.select(~found.known),
        unlabelled,
        spectra.correction,
        check,
        tuple(notes),
        (float(spectra.axis.min()), float(spectra.axis.max())),
        frozenset() if found is None else frozenset(found.samples.groups[found.known].tolist()),
        np.empty(0) if found is None else found.as_it_stands[~found.known],
    )


def _remedy(sensor: SoftSensor, campaign: Campaign) -> str:
    """Return what to do where the new axis ends before what the sensor reads; empty: nothing."""
    axis, wanted = campaign.spectra.axis, sensor.axis[sensor.input_axis.used]
    if campaign.spectra.axis_kind != sensor.axis_kind:
        return ""
    inside = wanted[(wanted >= axis.min()) & (wanted <= axis.max())]
    if inside.size in {0, wanted.size}:
        return ""
    low, high = (float(f(inside)) for f in (np.min, np.max))
    return (
        f": both instruments reach {low:g} to {high:g} {sensor.input_axis.unit}; cut the columns "
        "of the calibration spectra to that, train on them with `pat train`, and transfer that"
    )


def check_range(data: TransferData, rows: IntArray) -> None:
    """Raise InputError where transfer samples lie clearly outside the calibrated range."""
    analyte = data.sensor.analyte
    low, high = float(data.old.assays.min()), float(data.old.assays.max())
    margin = MOST_OUTSIDE * (high - low)
    values = data.assays[rows]
    outside = (values < low - margin) | (values > high + margin)
    if outside.any():
        worst = values[outside][np.argmax(np.abs(values[outside] - (low + high) / 2))]
        msg = (
            f"expected transfer samples within the calibrated {low:.3g} to {high:.3g} "
            f"{analyte.unit}; got {int(outside.sum())} outside, such as {worst:.3g}: choose "
            "others, or train anew"
        )
        raise InputError(msg)
