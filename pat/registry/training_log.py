"""One training as MLflow keeps it: a parent run, a child run an analyte, a model version.

Whatever fails half-way takes back what it wrote: no run, model or version stays half-made.
"""

import logging
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pat.arrays import FloatArray
from pat.registry.tracking import Tracking, store_errors
from pat.soft_sensor import SoftSensor, save_sensor

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput
    from mlflow.models import ModelSignature

CHALLENGER = "challenger"

# What a sensor needs to load; MLflow would otherwise start a process to guess it.
_REQUIRED = ("raman-pat", "numpy", "scipy", "pandas", "scikit-learn", "lightgbm", "skops", "mlflow")


@dataclass(frozen=True, slots=True)
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
    rmsecv_by_components : sequence of float
        RMSECV with 1, 2, ... components; empty where the model has none.
    figures : mapping of file name to SVG text
    card : str
        The model card in markdown.
    sensor : SoftSensor
    """

    analyte: str
    unit: str
    metrics: Mapping[str, float]
    params: Mapping[str, str]
    tags: Mapping[str, str]
    search: pd.DataFrame
    heldout: pd.DataFrame
    rmsecv_by_components: Sequence[float]
    figures: Mapping[str, str]
    card: str
    sensor: SoftSensor


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A training of one or more analytes."""

    name: str  # of the sensor family: the experiment's and the registered models' prefix
    title: str  # of the parent run
    description: str  # markdown, shown on the parent run
    params: Mapping[str, str]
    tags: Mapping[str, str]
    dataset: pd.DataFrame  # one row a sample with its assays
    dataset_source: str
    dataset_digest: str
    analytes: Sequence[AnalyteRun] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class LoggedSensor:
    """Where MLflow keeps one trained sensor."""

    analyte: str
    run_id: str
    reference: str  # models:/NAME/VERSION, or models:/m-... where it was not registered
    version: int | None


def log_training(
    tracking: Tracking, training: TrainingRun, *, register: bool
) -> list[LoggedSensor]:
    """Write a training to the store and return where each sensor is.

    Raises
    ------
    StoreError
        If the store fails; what was written until then is deleted again.
    """
    with store_errors(tracking.uri), ExitStack() as undo, _quiet_mlflow():
        experiment_id = tracking.experiment_id(training.name)
        parent_id = _start_parent(tracking, training, experiment_id, undo)
        logged = [
            _log_analyte(tracking, training, run, (experiment_id, parent_id), register, undo)
            for run in training.analytes
        ]
        tracking.client.set_terminated(parent_id)
        if register:
            for sensor in logged:
                tracking.client.set_registered_model_alias(
                    f"{training.name}.{sensor.analyte}", CHALLENGER, str(sensor.version)
                )
        undo.pop_all()
    return logged


@contextmanager
def _quiet_mlflow() -> Iterator[None]:
    """Keep MLflow from printing hints that our users can do nothing about."""
    loggers = [logging.getLogger(name) for name in ("mlflow", "mlflow.tracking")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="mlflow")
        warnings.filterwarnings("ignore", message=r"[\s\S]*type hints")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def _start_parent(
    tracking: Tracking, training: TrainingRun, experiment_id: str, undo: ExitStack
) -> str:
    client = tracking.client
    run = client.create_run(experiment_id, run_name=training.title, tags=dict(training.tags))
    run_id = str(run.info.run_id)
    undo.callback(client.delete_run, run_id)
    _log_batch(tracking, run_id, params=training.params)
    client.set_tag(run_id, "mlflow.note.content", training.description)
    client.log_inputs(run_id, [_dataset(training)])
    return run_id


def _dataset(training: TrainingRun) -> "DatasetInput":
    import mlflow.data
    from mlflow.entities import DatasetInput, InputTag

    dataset = mlflow.data.from_pandas(  # type: ignore[attr-defined]
        training.dataset,
        source=training.dataset_source,
        name=training.name[:500],
        digest=training.dataset_digest[:36],
    )
    context = [InputTag(key="mlflow.data.context", value="training")]
    return DatasetInput(dataset._to_mlflow_entity(), context)


def _log_analyte(
    tracking: Tracking,
    training: TrainingRun,
    run: AnalyteRun,
    place: tuple[str, str],
    register: bool,
    undo: ExitStack,
) -> LoggedSensor:
    experiment_id, parent_id = place
    client = tracking.client
    tags = {"mlflow.parentRunId": parent_id, "mlflow.note.content": run.card, **run.tags}
    run_id = str(client.create_run(experiment_id, run_name=run.analyte, tags=tags).info.run_id)
    undo.callback(client.delete_run, run_id)
    client.log_inputs(run_id, [_dataset(training)])
    _log_batch(
        tracking,
        run_id,
        metrics=run.metrics,
        params=run.params,
        curve=("cv/rmse_by_components", run.rmsecv_by_components),
    )
    _log_artifacts(tracking, run_id, run)
    reference, version = _log_model(tracking, training.name, run, run_id, register, undo)
    client.set_terminated(run_id)
    return LoggedSensor(run.analyte, run_id, reference, version)


def _log_batch(
    tracking: Tracking,
    run_id: str,
    *,
    metrics: Mapping[str, float] | None = None,
    params: Mapping[str, str] | None = None,
    curve: tuple[str, Sequence[float]] = ("", ()),
) -> None:
    import time

    from mlflow.entities import Metric, Param

    now = int(time.time() * 1000)
    points = [Metric(name, float(value), now, 0) for name, value in (metrics or {}).items()]
    points += [Metric(curve[0], float(v), now, step) for step, v in enumerate(curve[1], start=1)]
    given = [Param(name, str(value)[:6000]) for name, value in (params or {}).items()]
    tracking.client.log_batch(run_id, metrics=points, params=given)


def _log_artifacts(tracking: Tracking, run_id: str, run: AnalyteRun) -> None:
    client = tracking.client
    client.log_table(run_id, run.search, "search.json")
    client.log_text(run_id, run.heldout.to_csv(index=False), "heldout.csv")
    client.log_text(run_id, run.card, "card.md")
    for name, svg in run.figures.items():
        client.log_text(run_id, svg, f"figures/{name}.svg")


def _log_model(
    tracking: Tracking,
    name: str,
    run: AnalyteRun,
    run_id: str,
    register: bool,
    undo: ExitStack,
) -> tuple[str, int | None]:
    import mlflow
    import mlflow.pyfunc

    with tempfile.TemporaryDirectory() as folder:
        sensor_folder = Path(folder) / "sensor"
        save_sensor(run.sensor, sensor_folder)
        with mlflow.start_run(run_id=run_id):
            info: Any = mlflow.pyfunc.log_model(
                name="model",
                python_model=str(Path(__file__).with_name("sensor_model.py")),
                artifacts={"sensor": str(sensor_folder)},
                signature=_signature(run.sensor),
                input_example=_example(run.sensor),
                pip_requirements=requirements(),
            )
    undo.callback(tracking.client.delete_logged_model, info.model_id)
    if not register:
        return f"models:/{info.model_id}", None
    version = _register(tracking, f"{name}.{run.analyte}", run, info, undo)
    return f"models:/{name}.{run.analyte}/{version}", version


def _register(tracking: Tracking, name: str, run: AnalyteRun, info: Any, undo: ExitStack) -> int:
    client = tracking.client
    if not client.search_registered_models(f"name = '{name}'"):
        what = f"Soft sensor for {run.analyte} ({run.unit})."
        client.create_registered_model(name, description=what)
        undo.callback(client.delete_registered_model, name)
    version = client.create_model_version(
        name,
        info.model_uri,
        run_id=info.run_id,
        tags=_version_tags(run),
        description=run.card,
        model_id=info.model_id,
    )
    undo.callback(client.delete_model_version, name, version.version)
    return int(version.version)


def _version_tags(run: AnalyteRun) -> dict[str, str]:
    tags = {key: run.tags[key] for key in ("analyte", "unit", "campaigns") if key in run.tags}
    tags["sensor_digest"] = run.sensor.digest
    for metric in ("cv/rmse", "nested/rmse", "null/culture_age"):
        if metric in run.metrics:
            tags[metric] = f"{run.metrics[metric]:.4g}"
    return tags


def _signature(sensor: SoftSensor) -> "ModelSignature":
    """Return the signature that makes MLflow refuse another width or dtype."""
    import numpy as np
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    width = sensor.axis.size + len(sensor.process_names)
    outputs: list[ColSpec | TensorSpec] = [
        ColSpec("double", name) for name in ("value", "lower", "upper")
    ]
    outputs += [ColSpec("string", name) for name in ("quality", "reasons")]
    outputs += [ColSpec("double", name) for name in ("t2", "t2_limit", "q", "q_limit")]
    return ModelSignature(
        inputs=Schema([TensorSpec(np.dtype("float64"), (-1, width))]), outputs=Schema(outputs)
    )


def _example(sensor: SoftSensor) -> FloatArray:
    """Return the mean calibration spectrum as one row of input."""
    import numpy as np

    row = np.concatenate([sensor.mean_spectrum, np.zeros(len(sensor.process_names))])
    return row[None, :]


def requirements() -> list[str]:
    """Return the versions a sensor was made with, as pip writes them."""
    return [f"{name}=={metadata.version(name)}" for name in _REQUIRED]
