"""The validation report of a training, judged by its own held-out cultures."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pat.readers.target_profile import TargetProfile
from pat.report.counted import counted
from pat.report.validation_page import ValidationReport
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.left_out_spectra import left_out_spectra
from pipelines.evaluate_limits import failures
from pipelines.sensor_origin import lineage
from pipelines.training_heldout import honest, is_nested
from pipelines.training_validation import TrainingValidation

_OPTIMISTIC = (
    "It was chosen by this very error, which is therefore too small by an unknown amount: no "
    "criterion of error can be judged."
)


def training_report(
    sensor: SoftSensor,
    validation: TrainingValidation,
    *,
    heldout: pd.DataFrame,
    profile: TargetProfile | None,
    known_limits: Sequence[str],
    suspects: Sequence[str],
    guesses: Mapping[str, str],
    card: str,
    figures: Mapping[str, str],
) -> ValidationReport:
    """Return the report of a training.

    Parameters
    ----------
    sensor : SoftSensor
    validation : TrainingValidation
    heldout : DataFrame
        As `heldout_table` returns it.
    profile : TargetProfile or None
    known_limits : sequence of str
        Those of the card.
    suspects : sequence of str
        What looked wrong in the campaigns.
    guesses : mapping of str to str
        What null models guess from, with their errors in words.
    card : str
    figures : mapping of caption to SVG text
        Those of what the sensor reads left out.
    """
    held = honest(heldout)
    return ValidationReport(
        title=f"{sensor.name} soft sensor",
        summary=_summary(sensor, validation, held),
        profile=profile,
        criteria=validation.criteria,
        lineage=lineage(sensor),
        sheet=validation.sheet,
        nulls=guesses,
        applicability=_applicability(sensor),
        known_limits=tuple(known_limits),
        suspects=tuple(suspects),
        failures=failures(held, validation.sheet),
        specificity=validation.reads,
        card=card,
        figures=figures,
    )


def _summary(sensor: SoftSensor, validation: TrainingValidation, held: pd.DataFrame) -> str:
    sheet, analyte = validation.sheet, sensor.analyte
    optimistic = "" if is_nested(held) else f" {_OPTIMISTIC}"
    return (
        f"The sensor is typically off by {sheet.rmsep:.3g} {analyte.unit} of {analyte.name}, on "
        f"{counted(len(held), 'sample')} of {counted(held['culture'].nunique(), 'culture')}, each "
        f"predicted with its culture held out.{optimistic}"
    )


def _applicability(sensor: SoftSensor) -> tuple[str, ...]:
    """Return how many spectra of left-out cultures the limits of distance would flag."""
    apart = left_out_spectra(sensor)
    limits = sensor.limits
    beyond = np.column_stack([apart["t2"] > limits.t2, apart["q"] > limits.q])
    spectra = counted(len(apart), "spectrum", "spectra")
    return (
        f"{beyond.any(axis=1).mean():.1%} of {spectra} of left-out cultures lie beyond a limit of "
        f"distance: {beyond[:, 0].mean():.1%} beyond T² {limits.t2:.3g}, "
        f"{beyond[:, 1].mean():.1%} beyond Q {limits.q:.3g}.",
    )
