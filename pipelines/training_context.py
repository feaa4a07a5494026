"""What a model card says of a training beside its figures of merit."""

from collections.abc import Sequence

from pat.calibration import CalibrationSet
from pat.campaign import Campaign
from pat.diagnostics.domain import Domain, Look
from pat.report.card import CardContext
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.quality import FAR
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


def _domain_limits(sensor: SoftSensor, domain: Domain) -> str:
    bands = ", ".join(light.band.name for light in sensor.gates.light)
    standards = f", or with another size of {bands} cm-1" if domain.standards is not None else ""
    return (
        f"uncertain too with an axis shifted by {domain.limits[Look.AXIS]:.2g} "
        f"{sensor.input_axis.unit} or more, with an unknown band{standards}, or as a whole outside "
        f"or far from the calibrated spectra ({domain.whole.deviations.size} principal components)"
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
        *([] if sensor.domain is None else [_domain_limits(sensor, sensor.domain)]),
        f"bad: dead, saturated or non-finite spectrum, wrong axis, or more than {FAR:g} times a "
        f"limit ({FAR**2:g} times for T² and Q); never for control",
    ]
