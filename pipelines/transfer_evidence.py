"""What proves a transferred sensor, and whether it meets what was asked of it before the test."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from pat.arrays import IntArray
from pat.readers.target_profile import Target
from pat.report.criteria import Criterion, criteria_of_sheet
from pat.report.guesses import GUESSES
from pat.report.sensor_figures import measured_against_predicted
from pat.report.validation_sheet import Background, ValidationSheet, validation_sheet
from pat.soft_sensor import SoftSensor
from pat.transfer import TransferData
from pipelines.transfer_judging import Judging, by_left_out, by_others, too_few


@dataclass(frozen=True, slots=True, eq=False)
class TransferEvidence:
    """The samples that a transferred sensor is judged by, and the verdicts.

    Parameters
    ----------
    samples : DataFrame
        One row a transfer sample, left out, and one a sample of the others; `role` tells which.
    judging : Judging or None
        What judges it; None: nothing can.
    left_out : Judging or None
        The transfer samples, where they are of enough vessels.
    sheet : ValidationSheet or None
        Of what judges it.
    missing : str
        Why its error on new vessels is not shown; empty where it is.
    criteria : tuple of Criterion
        Empty where no target was stated.
    """

    samples: pd.DataFrame
    judging: Judging | None
    left_out: Judging | None
    sheet: ValidationSheet | None
    missing: str
    criteria: tuple[Criterion, ...]

    @property
    def metrics(self) -> dict[str, float]:
        """The metrics that a promotion hangs on; none where nothing is shown."""
        found = [one.metrics for one in (self.left_out, self.judging) if one is not None]
        return {name: value for metrics in found for name, value in metrics.items()}

    def lines(self, unit: str) -> tuple[str, ...]:
        """What it is judged by, with what error beside which guesses, in words."""
        said = [f"not shown: {self.missing}"] if self.missing else []
        if self.judging is not None:
            said.append(
                f"judged by {self.judging.source}: RMSE {self.judging.rmse:.3g} {unit}; guessing: "
                f"{_guesses(self.judging)}"
            )
        return tuple(said)

    def as_facts(self) -> dict[str, Any]:
        """The evidence as JSON holds it."""
        judging = self.judging
        return {
            "nested_rmse": None if self.left_out is None else self.left_out.rmse,
            "evidence": {
                "source": None if judging is None else judging.source,
                "rmse": None if judging is None else judging.rmse,
                "nulls": {} if judging is None else dict(judging.guesses),
                "missing": self.missing or None,
            },
            "criteria": [asdict(one) for one in self.criteria],
            "validation": None if self.sheet is None else self.sheet.as_json(),
        }

    def figures(self, analyte: str, unit: str) -> dict[str, str]:
        """The samples that judge it, predicted against assayed, as SVG text by name of file."""
        if self.judging is None:
            return {}
        how = "each vessel left out" if self.judging is self.left_out else "samples not used"
        drawn = measured_against_predicted(
            self.judging.samples, title=f"{analyte}: {how}", unit=unit, label="predicted"
        )
        return {"2-measured-against-predicted": drawn}

    def say(self, unit: str) -> None:
        """Print what proves it, and the verdicts."""
        for line in (*self.lines(unit), *(one.in_words for one in self.criteria)):
            print(line)


def transfer_evidence(
    data: TransferData,
    rows: IntArray,
    made: SoftSensor,
    *,
    held_out: pd.DataFrame,
    others: pd.DataFrame,
    target: Target | None,
) -> TransferEvidence:
    """Return what proves a transferred sensor.

    Samples of vessels of which nothing was fitted judge it where there are five such vessels;
    else the transfer samples, each predicted by a choice made without its vessel, where there
    are five vessels of those. With fewer, nothing can be said of a new vessel.

    Parameters
    ----------
    data : TransferData
    rows : ndarray of int, shape (n_rows,)
        The transfer samples.
    made : SoftSensor
    held_out : DataFrame
        As `held_out_samples` returns it; no rows where no assay was used.
    others : DataFrame
        As `predicted_others` returns it.
    target : Target or None
    """
    left_out = by_left_out(data, rows, held_out)
    judging = by_others(data, rows, made, others) or left_out
    few = too_few(data, rows, others) if judging is None else ""
    sheet = None if judging is None else _sheet(judging, made, target)
    judged = criteria_of_sheet(
        target,
        sheet,
        culture_age_rmse=None if judging is None else judging.guesses.get("culture_age"),
        calibrated_range=made.calibrated_range if rows.size else None,
    )
    return TransferEvidence(
        samples=_with_roles(held_out, others),
        judging=judging,
        left_out=left_out,
        sheet=sheet,
        missing="; ".join(filter(None, (made.gates.unverified, few))),
        criteria=judged,
    )


def _sheet(judging: Judging, made: SoftSensor, target: Target | None) -> ValidationSheet:
    background = Background(
        sel=made.analyte.sel, max_bias=None if target is None else target.max_bias
    )
    return validation_sheet(judging.samples, unit=made.analyte.unit, background=background)


def _with_roles(held_out: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    tables = [
        held_out.assign(role="transfer sample, left out"),
        others.drop(columns=["quality", "number"]).assign(role="used for nothing else"),
    ]
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def _guesses(judging: Judging) -> str:
    return ", ".join(
        f"{GUESSES.get(name, name)} {value:.3g}"
        for name, value in judging.guesses.items()
        if value is not None
    )
