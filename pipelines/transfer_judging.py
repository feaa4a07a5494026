"""Which samples may judge a transferred sensor, and what guesses reach on them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import IntArray
from pat.calibration.merit import rmse
from pat.report.counted import counted
from pat.soft_sensor import SoftSensor
from pat.soft_sensor.guesses import guess_errors
from pat.transfer import FEWEST_VESSELS, TransferData, guess_predictions, independent, untouched
from pipelines.training_heldout import honest


@dataclass(frozen=True, slots=True, eq=False)
class Judging:
    """Samples of enough vessels that a fit has not seen.

    Parameters
    ----------
    samples : DataFrame
        culture, assay, prediction, lower, upper.
    source : str
        What they are, in words.
    guesses : mapping of str to float or None
        Errors of the null models on them.
    error_metric, guess_metric : str
        Under which MLflow keeps the error, and before which the names of the null models.
    """

    samples: pd.DataFrame
    source: str
    guesses: Mapping[str, float | None]
    error_metric: str
    guess_metric: str

    @property
    def rmse(self) -> float:
        """The error on them."""
        errors = self.samples["prediction"] - self.samples["assay"]
        return rmse(errors.to_numpy(dtype=np.float64))

    @property
    def metrics(self) -> dict[str, float]:
        """The error and those of the guesses as MLflow keeps them."""
        known = {name: value for name, value in self.guesses.items() if value is not None}
        named = {self.guess_metric + name: value for name, value in known.items()}
        return {self.error_metric: self.rmse, **named}


def by_others(
    data: TransferData, rows: IntArray, made: SoftSensor, others: pd.DataFrame
) -> Judging | None:
    """Return the samples of vessels of which nothing was fitted; None of fewer than five.

    `others` are the samples that are none of `rows`, as `predicted_others` returns them.
    """
    new = _new(data, rows, others)
    if _vessels(data, new) < FEWEST_VESSELS:
        return None
    judging = others[others["number"].isin(new)].reset_index(drop=True)
    source = f"{_of(judging)} that gave no transfer sample"
    return Judging(judging, source, guess_errors(made, judging), "test/rmsep", "test/")


def by_left_out(data: TransferData, rows: IntArray, held_out: pd.DataFrame) -> Judging | None:
    """Return the transfer samples, left out; None of fewer than five vessels.

    `held_out` is what `held_out_samples` returns of `rows`.
    """
    own = _own(data, rows)
    if _vessels(data, own) < FEWEST_VESSELS:
        return None
    judging = honest(held_out[np.isin(rows, own)].reset_index(drop=True))
    source = f"{_of(judging)}, each vessel predicted by a choice made without it"
    return Judging(judging, source, _guesses(data, rows, own), "nested/rmse", "null/")


def too_few(data: TransferData, rows: IntArray, others: pd.DataFrame) -> str:
    """Return in words what there would have to be to judge by, and what there is."""
    known = ""
    if data.new is not None and not independent(data).all():
        known = "; vessels that the calibration before knows do not count"
    beside, among = _vessels(data, _new(data, rows, others)), _vessels(data, _own(data, rows))
    return (
        f"expected assayed samples of {FEWEST_VESSELS} vessels or more that the fit has not seen; "
        f"got {beside} beside the transfer samples and {among} among them{known}"
    )


def _own(data: TransferData, rows: IntArray) -> IntArray:
    """Return which transfer samples are of vessels that the calibration before lacks."""
    return rows[independent(data)[rows]] if rows.size else rows


def _new(data: TransferData, rows: IntArray, others: pd.DataFrame) -> IntArray:
    """Return which of the other samples are of vessels of which nothing was fitted."""
    number = others.loc[others["prediction"].notna(), "number"].to_numpy(dtype=np.int64)
    return number[untouched(data, rows)[number]] if number.size else number


def _vessels(data: TransferData, rows: IntArray) -> int:
    """Return how many vessels, or groups of vessels, samples are of."""
    return 0 if data.new is None else len(set(data.new.groups[rows].tolist()))


def _of(samples: pd.DataFrame) -> str:
    vessels = counted(samples["culture"].nunique(), "vessel")
    return f"{counted(len(samples), 'assayed sample')} of {vessels}"


def _guesses(data: TransferData, rows: IntArray, own: IntArray) -> dict[str, float | None]:
    """Return the errors of guesses that learnt from the other samples of both instruments."""
    found = guess_predictions(data, rows)
    return {
        name: rmse((guess - data.assays[rows])[np.isin(rows, own)]) for name, guess in found.items()
    }
