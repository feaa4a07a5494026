"""What a training's own held-out cultures say: the sheet, the criteria and the specificity."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pat.calibration import CalibrationSet, SearchResult
from pat.campaign import Campaign
from pat.diagnostics.spiking import Spiking
from pat.readers.target_profile import TargetProfile
from pat.report.criteria import Criterion, criteria_of_sheet
from pat.report.specificity import Specificity
from pat.report.validation_sheet import Background, ValidationSheet, validation_sheet
from pat.soft_sensor import SoftSensor
from pipelines.specificity_evidence import specificity
from pipelines.training_heldout import honest, is_nested


@dataclass(frozen=True, slots=True, eq=False)
class TrainingValidation:
    """The sheet of the held-out cultures, the criteria judged by it, and what the sensor reads.

    Parameters
    ----------
    sheet : ValidationSheet
    criteria : tuple of Criterion
        Empty where no target profile was given.
    reads : Specificity
    """

    sheet: ValidationSheet
    criteria: tuple[Criterion, ...]
    reads: Specificity

    @property
    def spiking(self) -> Spiking | None:
        """How the sensor answers to additions; None without a pure spectrum to spike with."""
        return self.reads.spiking

    def specificity(self, unit: str) -> tuple[str, ...]:
        """What the sensor reads, and what moves it most, in words."""
        if self.spiking is None:
            return ()
        moved = next(iter(self.spiking.moved_by.items()), None)
        said = (f"Spiked on paper, {self.spiking.meaning}.",)
        if moved is None:
            return said
        name, size = moved
        return (*said, f"Of the other analytes {name} moves it most: {size:.2g} {unit}.")


def validated(
    cal: CalibrationSet,
    result: SearchResult,
    sensor: SoftSensor,
    *,
    heldout: pd.DataFrame,
    campaigns: Sequence[Campaign],
    profile: TargetProfile | None,
) -> TrainingValidation:
    """Return what the held-out cultures of a training say.

    Parameters
    ----------
    heldout : DataFrame
        As `heldout_table` returns it.
    campaigns : sequence of Campaign
        That `cal` was made of.
    profile : TargetProfile or None
        An analyte that it does not name has no criteria.
    """
    analyte = sensor.analyte
    target = None if profile is None else profile.targets.get(analyte.name)
    held = honest(heldout)
    sheet = validation_sheet(
        held,
        unit=analyte.unit,
        background=Background(
            sel=cal.value_sd(analyte.name),
            max_bias=None if target is None else target.max_bias,
        ),
    )
    return TrainingValidation(
        sheet=sheet,
        criteria=criteria_of_sheet(
            target,
            sheet if is_nested(heldout) else None,  # what chose the sensor cannot judge it
            culture_age_rmse=result.nulls.get("culture_age"),
            calibrated_range=sensor.calibrated_range,
        ),
        reads=specificity(sensor, cal, held, campaigns=campaigns),
    )
