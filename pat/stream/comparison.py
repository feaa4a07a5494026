"""Predictions beside the assays of the same sample."""

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from pat.errors import InputError
from pat.readers.units import convert
from pat.spectra import Kind
from pat.stream.cells import is_missing
from pat.stream.tables import PREDICTIONS

Row = Mapping[Hashable, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An assay and the prediction nearest to it, in the sensor's unit."""

    vessel: str
    time: datetime | None
    elapsed_h: float | None
    sample: str | None
    analyte: str
    sensor: str
    assay: float
    predicted: float
    lower: float
    upper: float
    unit: str
    quality: str

    @property
    def difference(self) -> float:
        """Predicted less assay."""
        return self.predicted - self.assay

    @property
    def is_inside(self) -> bool:
        """Whether the interval holds the assay."""
        return self.lower <= self.assay <= self.upper


def predictions_near(assay: Row, *, within_min: float) -> Select[Any]:
    """Return the query for the predictions that may be compared with an assay."""
    table = PREDICTIONS.c
    within = timedelta(minutes=within_min)
    near: list[ColumnElement[bool]] = []
    if not is_missing(assay["sample"]):
        near.append(table.sample == assay["sample"])
    of_culture = table.kind == Kind.CULTURE.value
    if not is_missing(assay["time"]):
        earliest, latest = assay["time"] - within, assay["time"] + within
        near.append(and_(of_culture, table.time.between(earliest, latest)))
    elif not is_missing(assay["elapsed_h"]):
        hours = within / timedelta(hours=1)
        age = assay["elapsed_h"]
        near.append(and_(of_culture, table.elapsed_h.between(age - hours, age + hours)))
    return select(PREDICTIONS).where(
        table.campaign == assay["campaign"],
        table.vessel == assay["vessel"],
        table.analyte == assay["analyte"],
        table.value.is_not(None),
        or_(*near),
    )


def assay_beside(prediction: Row, assays: Iterable[Row], *, within_min: float) -> Row | None:
    """Return the assay that a prediction may be compared with; None where there is none.

    Parameters
    ----------
    prediction : mapping
        A row of the predictions.
    assays : iterable of mapping
        Those of its culture and analyte.
    within_min : float
        Largest distance in time, itself allowed.
    """
    best, best_far = None, within_min / 60
    for assay in assays:
        if is_missing(assay["value"]):
            continue
        if not is_missing(assay["sample"]) and assay["sample"] == prediction["sample"]:
            return assay
        far = _hours_between(assay, prediction)
        if prediction["kind"] == Kind.CULTURE.value and far is not None and far <= best_far:
            best, best_far = assay, far
    return best


def compared(
    assay: Row, predictions: Sequence[Row], *, molar_mass: float | None
) -> Iterator[Comparison]:
    """Yield an assay beside the nearest prediction of each sensor; none if it is censored.

    Predictions of the assay's own sample come before those near in time.
    """
    if is_missing(assay["value"]):
        return
    for row in _nearest_of_each_sensor(assay, predictions):
        try:
            value = convert(
                float(assay["value"]), assay["unit"], row["unit"], molar_mass=molar_mass
            )
        except InputError:
            continue
        yield Comparison(
            vessel=assay["vessel"],
            time=None if is_missing(assay["time"]) else assay["time"],
            elapsed_h=None if is_missing(assay["elapsed_h"]) else assay["elapsed_h"],
            sample=None if is_missing(assay["sample"]) else assay["sample"],
            analyte=assay["analyte"],
            sensor=row["sensor"],
            assay=value,
            predicted=row["value"],
            lower=row["lower"],
            upper=row["upper"],
            unit=row["unit"],
            quality=row["quality"],
        )


def _nearest_of_each_sensor(assay: Row, predictions: Sequence[Row]) -> Iterable[Row]:
    nearest: dict[str, tuple[float, Row]] = {}
    for row in predictions:
        is_same = not is_missing(assay["sample"]) and assay["sample"] == row["sample"]
        hours = -1.0 if is_same else _hours_between(assay, row)
        far = math.inf if hours is None else hours
        if far < nearest.get(row["sensor_digest"], (math.inf, row))[0]:
            nearest[row["sensor_digest"]] = (far, row)
    return [row for _, row in nearest.values()]


def _hours_between(assay: Row, prediction: Row) -> float | None:
    if not is_missing(assay["time"]) and not is_missing(prediction["time"]):
        return abs((assay["time"] - prediction["time"]) / timedelta(hours=1))
    if not is_missing(assay["elapsed_h"]) and not is_missing(prediction["elapsed_h"]):
        return abs(float(assay["elapsed_h"]) - float(prediction["elapsed_h"]))
    return None
