"""What the validation report of `pat evaluate` says, from an evaluation."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from pat.calibration import calibration_set
from pat.campaign import Campaign
from pat.errors import InputError, StoreError
from pat.readers.target_profile import Target, TargetProfile
from pat.report import sensor_figures, validation_figures
from pat.report.criteria import Criterion, Judged, criteria
from pat.report.facts import EVALUATION_NULLS
from pat.report.validation_page import ValidationReport, validation_page
from pat.report.validation_sheet import Background, ValidationSheet, validation_sheet
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.evaluation import Evaluation
from pat.soft_sensor.quality import Quality
from pipelines.pure_library import predict_with, spiked

_TRENDS = 4  # cultures shown in time: the best, the worst and two between
_REASONS = 6


def validation_report(
    evaluation: Evaluation, campaign: Campaign, *, profile: TargetProfile | None = None
) -> ValidationReport:
    """Return the report of a sensor on a campaign.

    Raises
    ------
    InputError
        If the profile has no target for the sensor's analyte, or states it in another unit.
    """
    sensor = evaluation.sensor
    analyte, unit = sensor.analyte.name, sensor.analyte.unit
    target = None if profile is None else profile.target(analyte, unit)
    compared = evaluation.compared.reset_index(drop=True)
    sheet = None
    if len(compared):
        background = _background(evaluation, campaign, target=target)
        sheet = validation_sheet(compared, unit=unit, background=background)
    return ValidationReport(
        title=f"Validation of {sensor.title} on {campaign.id}",
        summary=_summary(evaluation, sheet),
        profile=profile,
        criteria=_judged(evaluation, sheet, target=target),
        lineage=_lineage(evaluation, campaign),
        sheet=sheet,
        nulls={
            EVALUATION_NULLS.get(name, name): "undefined"
            if error is None
            else f"{error:.3g} {unit}"
            for name, error in evaluation.nulls.items()
        },
        applicability=_applicability(evaluation),
        known_limits=_known_limits(evaluation),
        specificity=_specificity(evaluation, campaign),
        figures={} if sheet is None else _figures(evaluation, sheet, target=target),
    )


def write_report(report: ValidationReport, path: Path) -> None:
    """Write the report as one HTML page.

    Raises
    ------
    StoreError
        If the file cannot be written.
    """
    try:
        path.write_text(validation_page(report), encoding="utf-8")
    except OSError as error:
        msg = f"{path}: the report cannot be written: {error}"
        raise StoreError(msg) from error


def _background(evaluation: Evaluation, campaign: Campaign, *, target: Target | None) -> Background:
    sensor = evaluation.sensor
    own = campaign.info.analytes[sensor.analyte.name]
    same_unit = own.unit == sensor.analyte.unit
    counts = [getattr(member.parts.latent, "n_components", None) for member in sensor.members]
    known = [int(count) for count in counts if count is not None]
    return Background(
        sel=own.sel if same_unit and own.sel is not None else sensor.analyte.sel,
        calibration=evaluation.training_assays,
        n_components=max(known, default=None),
        repeats=_repeats(evaluation.predictions),
        max_bias=None if target is None else target.max_bias,
    )


def _repeats(predictions: pd.DataFrame) -> pd.DataFrame:
    """Return the predictions of spectra by what was measured: a sample, or a vessel at a time."""
    usable = predictions[predictions["value"].notna() & (predictions["quality"] != "bad")]
    moment = usable["time"].astype("str").where(usable["time"].notna(), usable["elapsed_h"])
    moment = usable["sample"].where(usable["sample"].notna(), moment)
    key = usable["campaign"] + "/" + usable["vessel"] + "/" + moment.astype("str")
    return pd.DataFrame({"sample": key, "value": usable["value"]})


def _judged(
    evaluation: Evaluation, sheet: ValidationSheet | None, *, target: Target | None
) -> tuple[Criterion, ...]:
    if target is None:
        return ()
    judged = Judged(
        rmsep=None if sheet is None else sheet.rmsep,
        rmsep_interval=None if sheet is None else sheet.rmsep_interval,
        bias=None if sheet is None else sheet.bias,
        coverage=None if sheet is None else sheet.coverage,
        culture_age_rmse=evaluation.nulls.get("culture_age"),
        calibrated_range=evaluation.sensor.calibrated_range,
    )
    return criteria(target, judged)


def _summary(evaluation: Evaluation, sheet: ValidationSheet | None) -> str:
    analyte = evaluation.sensor.analyte
    if sheet is None:
        return f"No assay of {analyte.name} has a spectrum beside it: nothing could be compared."
    n_cultures = evaluation.compared["culture"].nunique()
    seen = len(evaluation.trained_on)
    novelty = "none of them seen in training" if not seen else f"{seen} of them seen in training"
    return (
        f"The sensor is typically off by {sheet.rmsep:.3g} {analyte.unit} of {analyte.name}, on "
        f"{len(evaluation.compared)} samples of {n_cultures} cultures, {novelty}."
    )


def _lineage(evaluation: Evaluation, campaign: Campaign) -> tuple[tuple[str, str], ...]:
    sensor = evaluation.sensor
    made = sensor.provenance
    return (
        ("sensor", evaluation.reference),
        ("sensor, SHA-256", sensor.digest),
        ("model", "; ".join(made.model) or "not stated"),
        ("recipe", "; ".join(made.recipe) or "not stated"),
        ("trained on", "; ".join(f"{name} (SHA-256 {digest})" for name, digest in made.campaigns)),
        ("training samples", f"{made.n_samples} of {made.n_cultures} cultures"),
        ("made", f"{made.made_at:%Y-%m-%d %H:%M} UTC, raman-pat {made.software}"),
        ("tested on", f"{campaign.id}: {campaign.info.description or 'no description'}"),
        ("tested on, SHA-256", campaign.digest),
        ("instrument", campaign.info.instrument or "not stated"),
    )


def _specificity(evaluation: Evaluation, campaign: Campaign) -> tuple[str, ...]:
    """Return what additions on paper and the assays' company say of what the sensor reads."""
    sensor = evaluation.sensor
    name, unit = sensor.analyte.name, sensor.analyte.unit
    if sensor.process_names:
        return ("The sensor takes process values, so that spectra alone cannot be spiked.",)
    try:
        cal = calibration_set([campaign])
    except InputError as error:
        return (f"Nothing could be spiked: {error}",)
    found = spiked(predict_with(sensor, cal), cal, name, nulls=evaluation.nulls)
    if found is None:
        return (f"No pure spectrum of {name} fits this axis, so nothing could be spiked.",)
    moved = [
        f"{other} moves the sensor by {size:.2g} {unit} over its range of "
        f"{found.ranges[other]:.3g} {cal.analytes[other].unit}"
        for other, size in found.moved_by.items()
    ]
    return (f"Spiked on paper, {found.meaning}.", *moved)


def _applicability(evaluation: Evaluation) -> tuple[str, ...]:
    n_spectra = len(evaluation.predictions)
    lines = [
        f"{share:.1%} of {n_spectra} spectra {quality.value}"
        for quality in Quality
        if (share := evaluation.share(quality)) is not None
    ]
    texts = evaluation.predictions.loc[evaluation.predictions["reasons"] != "", "reasons"]
    kinds = Counter(re.sub(r"(?<![A-Za-z\d-])[-+]?\d[\d.]*", "…", text) for text in texts)
    lines += [f"{count} flagged: {text}" for text, count in kinds.most_common(_REASONS)]
    if evaluation.n_censored:
        agree = f"{evaluation.n_censored_agree} of {evaluation.n_censored}"
        lines.append(f"{agree} censored assays are not contradicted by the interval")
    return tuple(lines)


def _known_limits(evaluation: Evaluation) -> tuple[str, ...]:
    sensor, known = evaluation.sensor, evaluation.trained_on
    low, high = sensor.calibrated_range
    lines = [
        f"Calibrated from {low:.3g} to {high:.3g} {sensor.analyte.unit}; values outside are "
        "flagged.",
        "Valid for the material, probe and instrument it was trained and tested on.",
    ]
    if known:
        lines.append(
            f"It learnt from {len(known)} of the cultures tested here ({', '.join(known[:3])}"
            f"{' ...' if len(known) > 3 else ''}): their errors are smaller than those of new ones."
        )
    if sensor.process_names:
        names = ", ".join(sensor.process_names)
        lines.append(
            f"Leans on process values ({names}): it follows the recipe of the culture too."
        )
    return tuple(lines)


def _figures(
    evaluation: Evaluation, sheet: ValidationSheet, *, target: Target | None
) -> dict[str, str]:
    sensor, samples = evaluation.sensor, evaluation.compared
    name, unit = sensor.analyte.name, sensor.analyte.unit
    largest = None if target is None else target.max_rmsep
    figures = {
        "predictions against assays": sensor_figures.measured_against_predicted(
            samples, title=f"{name}: predictions against assays", unit=unit, label="predicted"
        ),
        "errors by culture, the worst on top": validation_figures.errors_by_culture(
            samples, title=f"{name}: errors by culture", unit=unit, largest=largest
        ),
        "accuracy profile: bias (bar) and the band that holds 90 % of errors, by level": (
            validation_figures.accuracy_profile(
                sheet.levels, samples, title=f"{name}: accuracy by level", unit=unit,
                largest=largest,
            )
        ),
    }  # fmt: skip
    distances = evaluation.predictions.dropna(subset=["t2", "q"])
    if len(distances):
        figures["how far the spectra lie from the calibration"] = sensor_figures.t2_against_q(
            distances["t2"].to_numpy(dtype=np.float64),
            distances["q"].to_numpy(dtype=np.float64),
            t2_limit=sensor.limits.t2,
            q_limit=sensor.limits.q,
            title=f"{name}: distance from the calibration",
        )
    return figures | _trends(samples, sensor)


def _trends(samples: pd.DataFrame, sensor: SoftSensor) -> dict[str, str]:
    """Return trends of a few cultures: the best, the worst and some between."""
    timed = samples.dropna(subset=["elapsed_h"])
    error = (timed["prediction"] - timed["assay"]) ** 2
    ranked = error.groupby(timed["culture"]).mean().sort_values().index
    if len(ranked) == 0:
        return {}
    chosen = ranked[np.unique(np.linspace(0, len(ranked) - 1, _TRENDS).round().astype(int))]
    return {
        f"{culture} in time": sensor_figures.trend(
            timed[timed["culture"] == culture],
            title=f"{sensor.analyte.name} in {culture}",
            unit=sensor.analyte.unit,
            label="predicted",
        )
        for culture in chosen
    }
