"""What a model card says of a training beside its figures of merit."""

from collections.abc import Sequence

from pat.calibration import CalibrationSet
from pat.campaign import Campaign
from pat.report.card import CardContext
from pat.soft_sensor import SoftSensor
from pat.spectra import AxisKind, describe_axis

_AXIS_LABELS = {
    AxisKind.RAMAN_SHIFT: "Raman shift (cm-1)",
    AxisKind.WAVENUMBER: "wavenumber (cm-1)",
    AxisKind.WAVELENGTH: "wavelength (nm)",
}


def axis_label(kind: AxisKind) -> str:
    """Return what stands below an axis of this kind."""
    return _AXIS_LABELS[kind]


def card_context(
    cal: CalibrationSet,
    sensor: SoftSensor,
    *,
    campaigns: Sequence[Campaign],
    held_out: Sequence[str],
) -> CardContext:
    """Return the context of a sensor trained on `cal`."""
    instruments = {c.info.instrument for c in campaigns if c.info.instrument}
    provenance = sensor.provenance
    return CardContext(
        campaigns=[f"{c.id}: {c.info.description or 'no description'}" for c in campaigns],
        instrument=", ".join(sorted(instruments)) or "not stated",
        axis=f"{describe_axis(cal.axis)}, {axis_label(cal.axis_kind)}",
        calibrated_range=sensor.calibrated_range,
        n_independent=sensor.interval.n_cultures,
        limits=_limits(sensor),
        process_names=sensor.process_names,
        held_out=held_out,
        software=f"raman-pat {provenance.software}, commit {provenance.commit or 'unknown'}",
    )


def _limits(sensor: SoftSensor) -> list[str]:
    interval, limits = sensor.interval, sensor.limits
    n_members = len(sensor.members)
    together = (
        f"T² and Q are weighted means over {n_members} members, each in units of its own mean over "
        f"left-out cultures"
    )
    return [
        interval.in_words(sensor.analyte.unit),
        f"uncertain above T² {limits.t2:.3g} or Q {limits.q:.3g} (limits from left-out "
        f"cultures), or outside the calibrated range",
        *([together] if n_members > 1 else []),
        "bad: dead, saturated or non-finite spectrum, wrong axis, or nothing like the "
        "calibration; never for control",
    ]
