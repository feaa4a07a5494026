"""What is kept of a training: the records that `log_training` writes and returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from pat.soft_sensor import SoftSensor


@dataclass(frozen=True, slots=True, eq=False)
class AnalyteRun:
    """Everything that one analyte's child run records.

    Parameters
    ----------
    analyte, unit : str
    metrics, params, tags : mappings
        Under the names that dashboards hang on (contract 2).
    search : DataFrame
        Every candidate that was tried, one row each.
    heldout : DataFrame
        One row a held-out sample.
    rmsecv_by_components : mapping of component count to RMSECV
        Empty where no model has components.
    figures : mapping of file name to SVG text
    card : str
        The model card in markdown.
    report : str
        Card, evidence and figures as one HTML page.
    sensor : SoftSensor
    report_facts : mapping
        What the page says, for a JSON file; empty: none is written.
    """

    analyte: str
    unit: str
    metrics: Mapping[str, float]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    search: pd.DataFrame
    heldout: pd.DataFrame
    rmsecv_by_components: Mapping[int, float]
    figures: Mapping[str, str]
    card: str
    report: str
    sensor: SoftSensor
    report_facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """The samples that a training learnt from.

    Parameters
    ----------
    name, source : str
    digest : str
        Of the campaigns' contents; MLflow keeps 36 characters.
    samples : DataFrame
        One row a sample with its assays.
    """

    name: str
    source: str
    digest: str
    samples: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRun:
    """A training of one or more analytes.

    Parameters
    ----------
    name : str
        Of the sensor family: the experiment's, and the prefix of the registered models.
    title : str
        Of the parent run, and after the analyte in the titles of its children.
    started_at : datetime
        With its time zone.
    description : str
        Markdown, shown on the parent run.
    metrics, params, tags : mappings
        Of the parent run.
    dataset : Dataset
    analytes : sequence of AnalyteRun
    """

    name: str
    title: str
    started_at: datetime
    description: str
    metrics: Mapping[str, float]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    dataset: Dataset
    analytes: Sequence[AnalyteRun] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class LoggedSensor:
    """Where MLflow keeps one trained sensor."""

    analyte: str
    run_id: str
    reference: str  # models:/NAME/VERSION, or models:/m-... where it was not registered
    version: int | None  # None: not registered
