"""What the validation report of `pat evaluate` says, from an evaluation."""

from pathlib import Path

import pandas as pd

from pat.campaign import Campaign
from pat.diagnostics import Role
from pat.errors import StoreError
from pat.readers.pure_spectra import PureSpectra
from pat.readers.target_profile import Target, TargetProfile
from pat.report.counted import counted
from pat.report.criteria import criteria_of_sheet
from pat.report.guesses import guess_rows
from pat.report.validation_page import ValidationReport, validation_page
from pat.report.validation_sheet import Background, ValidationSheet, validation_sheet
from pat.soft_sensor.evaluation import Evaluation
from pat.soft_sensor.folder import CARD
from pipelines.evaluate_figures import evaluation_figures
from pipelines.evaluate_limits import applicability, failures, known_limits, what_looks_wrong
from pipelines.sensor_origin import lineage, validated_spread
from pipelines.specificity_evidence import specificity_evidence


def validation_report(
    evaluation: Evaluation,
    campaign: Campaign,
    *,
    profile: TargetProfile | None = None,
    pure: PureSpectra | None = None,
    rival: str | None = None,
) -> ValidationReport:
    """Return the report of a sensor on a campaign; `rival` says how another sensor compares.

    Raises
    ------
    InputError
        If the profile has no target for the sensor's analyte, or states it in another unit; or
        the pure spectra lack the analyte or do not reach what the sensor reads.
    """
    sensor = evaluation.sensor
    analyte, unit = sensor.analyte.name, sensor.analyte.unit
    target = None if profile is None else profile.target(analyte, unit)
    sheet = _sheet(evaluation, campaign, target=target)
    new = evaluation.on_new_cultures()
    independent = sheet if new is evaluation else _sheet(new, campaign, target=target)
    return ValidationReport(
        title=f"Validation of {sensor.title} on {campaign.id}",
        summary=_summary(evaluation, sheet, independent),
        profile=profile,
        criteria=criteria_of_sheet(
            target,
            independent,
            culture_age_rmse=new.nulls.get("culture_age"),
            calibrated_range=sensor.calibrated_range,
        ),
        lineage=_lineage(evaluation, campaign),
        sheet=sheet,
        nulls=dict(guess_rows(evaluation.nulls, evaluation.null_tests(), unit=unit)),
        applicability=applicability(evaluation),
        known_limits=known_limits(evaluation),
        rivals=() if rival is None else (rival,),
        suspects=what_looks_wrong(campaign),
        failures=failures(evaluation.compared, sheet),
        specificity=specificity_evidence(evaluation, campaign, pure=pure),
        card=sensor.contents.get(CARD, b"").decode(),
        figures={} if sheet is None else evaluation_figures(evaluation, sheet, target=target),
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


def _sheet(
    evaluation: Evaluation, campaign: Campaign, *, target: Target | None
) -> ValidationSheet | None:
    """Return the statistics of the compared samples; None where there is none."""
    compared = evaluation.compared.reset_index(drop=True)
    if compared.empty:
        return None
    background = _background(evaluation, campaign, target=target)
    return validation_sheet(compared, unit=evaluation.sensor.analyte.unit, background=background)


def _background(evaluation: Evaluation, campaign: Campaign, *, target: Target | None) -> Background:
    sensor = evaluation.sensor
    own = campaign.info.analytes[sensor.analyte.name]
    same_unit = own.unit == sensor.analyte.unit
    read = [member.parts for member in sensor.members if member.parts.role is not Role.BESIDE]
    known = [int(parts.latent.n_components) for parts in read]
    return Background(
        sel=own.sel if same_unit and own.sel is not None else sensor.analyte.sel,
        calibration=evaluation.training_assays,
        n_components=max(known, default=None),
        reference=validated_spread(sensor),
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


def _summary(
    evaluation: Evaluation, sheet: ValidationSheet | None, independent: ValidationSheet | None
) -> str:
    analyte = evaluation.sensor.analyte
    if sheet is None:
        return f"No assay of {analyte.name} has a spectrum beside it: nothing could be compared."
    n_cultures = evaluation.compared["culture"].nunique()
    seen = len(evaluation.trained_on)
    novelty = (
        f"{seen} of them seen in training{_on_the_others(evaluation, independent)}"
        if seen
        else "none of them by name or by spectrum in the training"
    )
    return (
        f"The sensor is typically off by {sheet.rmsep:.3g} {analyte.unit} of {analyte.name}, on "
        f"{counted(len(evaluation.compared), 'sample')} of {counted(n_cultures, 'culture')}, "
        f"{novelty}."
    )


def _on_the_others(evaluation: Evaluation, independent: ValidationSheet | None) -> str:
    if independent is None:
        return "; none is independent evidence, and no criterion can be judged by them"
    unit = evaluation.sensor.analyte.unit
    return f"; on the others, by which alone criteria are judged, by {independent.rmsep:.3g} {unit}"


def _lineage(evaluation: Evaluation, campaign: Campaign) -> tuple[tuple[str, str], ...]:
    return (
        ("sensor", evaluation.reference),
        *lineage(evaluation.sensor),
        ("tested on", f"{campaign.id}: {campaign.info.description or 'no description'}"),
        ("tested on, SHA-256", campaign.digest),
        ("instrument", campaign.info.instrument or "not stated"),
    )
