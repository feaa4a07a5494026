"""The figures of what a sensor reads, over its axis."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.calibration import CalibrationSet
from pat.diagnostics.importance import boosting_contributions
from pat.report import specificity_figures
from pat.report.specificity_figures import Line
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.member_vectors import MemberVector, added_after, over_members
from pat.soft_sensor.members import Member, shares
from pipelines.sensor_reading import SensorReading
from pipelines.training_context import axis_label

AGAINST_PURE = (
    "The regression vector over the pure spectrum of its analyte, both as preprocessed: a sensor "
    "that reads its analyte rises and falls with the pure spectrum."
)
IMPORTANCE = (
    "What is read: regression vectors with the 95 % band of cultures drawn again; VIP above 1 "
    "counts more than the average channel; the selectivity ratio is high where a channel goes up "
    "and down with the value."
)
REGIONS = (
    "Interval PLS: cross-validated error on each region alone (bars; green: no worse than all "
    "channels together) beside that on all of them (dashed)."
)


def reading_figures(
    reading: SensorReading | None, cal: CalibrationSet, pure: pd.DataFrame | None
) -> Mapping[str, str]:
    """Return the figures over the axis by their captions."""
    if reading is None or reading.main is None:
        return {}
    label = axis_label(reading.sensor.axis_kind)
    added = added_by_one(reading, reading.main, cal, pure)
    drawn = {
        AGAINST_PURE: None if added is None else _against_pure(reading, reading.main, added, label),
        IMPORTANCE: importance_figure(
            reading.vectors, reading.sensor, axis_label=label, band=reading.band()
        ),
        REGIONS: region_figure(reading, axis_label=label),
    }
    return {caption: svg for caption, svg in drawn.items() if svg is not None}


def _against_pure(reading: SensorReading, main: MemberVector, added: FloatArray, label: str) -> str:
    cosine = np.corrcoef(main.coefficients, added)[0, 1]
    mean = main.spectra.mean(axis=0)
    return specificity_figures.vector_against_pure(
        Line(main.axis, main.coefficients, "regression vector"),
        Line(main.axis, added, "pure spectrum"),
        spectrum=Line(main.axis, mean, "mean spectrum"),
        axis_label=label,
        title=f"{reading.sensor.analyte.name}, member {main.number}: r = {cosine:.2f}",
    )


def importance_figure(
    vectors: Sequence[MemberVector],
    sensor: SoftSensor,
    *,
    axis_label: str,
    band: tuple[FloatArray, FloatArray] | None = None,
) -> str:
    """Return vectors, VIP and selectivity ratio of some members, the first of them bold."""
    main, n_members = vectors[0], len(sensor.members)
    read = sensor.input_axis.used
    panels = {}
    for which, label in (("vip", "VIP"), ("selectivity_ratio", "selectivity ratio")):
        mean = over_members(vectors, which, sensor.axis[read])
        if mean is not None:
            panels[label] = Line(sensor.axis[read], mean, label)
    which = f" of member {main.number} of {n_members}" if n_members > 1 else ""
    beside = ", the others thin" if len(vectors) > 1 else ""
    return specificity_figures.importance(
        [Line(one.axis, one.coefficients, "") for one in vectors],
        band=band,
        panels=panels,
        axis_label=axis_label,
        title=f"{sensor.analyte.name}: regression vector{which}{beside}",
    )


def region_figure(reading: SensorReading, *, axis_label: str) -> str | None:
    """Return the error by region of the axis; None where it cannot be scanned."""
    scan, main = reading.regions(), reading.main
    if scan is None or main is None:
        return None
    return specificity_figures.regions(
        scan,
        spectrum=Line(main.axis, main.spectra.mean(axis=0), "mean spectrum"),
        axis_label=axis_label,
        title=f"{reading.sensor.analyte.name}: error on each region alone",
        unit=reading.sensor.analyte.unit,
    )


def boosting_words(reading: SensorReading) -> tuple[str, ...]:
    """Return what boosted members lean on, in words; nothing without one."""
    each = zip(reading.sensor.members, shares(reading.sensor.members), strict=True)
    return tuple(
        _contributions(reading, member, number=number, share=float(share))
        for number, (member, share) in enumerate(each, start=1)
        if _booster(member) is not None
    )


def _contributions(reading: SensorReading, member: Member, *, number: int, share: float) -> str:
    parts = member.parts
    scores = parts.latent.transform(parts.learned_rows(parts.rows(reading.calibration.spectra)))
    size = boosting_contributions(_booster(member), scores)
    told = ", ".join(f"score {k + 1} {size[k] / size.sum():.0%}" for k in np.argsort(-size)[:5])
    return (
        f"Boosted trees (member {number}, share {share:.0%}) take their value from {told} "
        "(mean absolute contributions, LightGBM's own)."
    )


def _booster(member: Member) -> object | None:
    """Return the boosted trees of a member that takes spectra alone, None where it has none."""
    last = member.pipeline[-1]
    return last if hasattr(last, "booster_") and not member.parts.takes_process else None


def added_by_one(
    reading: SensorReading, one: MemberVector, cal: CalibrationSet, pure: pd.DataFrame | None
) -> FloatArray | None:
    """Return what one unit of the analyte is after a member's preprocessing."""
    sensor = reading.sensor
    if pure is None or sensor.analyte.name not in pure.index:
        return None
    spectrum = np.interp(sensor.axis, *_rising(cal.axis, pure.loc[sensor.analyte.name].to_numpy()))
    step = 0.1 * (sensor.calibrated_range[1] - sensor.calibrated_range[0]) or 1.0
    spectra = reading.calibration.spectra
    chosen = spectra[np.linspace(0, len(spectra) - 1, 6).round().astype(np.int64)]
    return added_after(one, chosen, step * spectrum) / step


def _rising(axis: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    order = np.argsort(axis)
    return axis[order], values[order]
