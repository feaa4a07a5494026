"""Writes one training to MLflow: a parent run, a child run an analyte, a version each.

The order is what a failure must respect: runs and models first, versions when all of them
stand, aliases last. Whatever fails, Ctrl-C too, what was written until then is taken back.
"""

import json
import re
import tempfile
import time
import uuid
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pat.errors import StoreError
from pat.registry.descriptions import run_note, sensor_description, version_description
from pat.registry.flavour import write_flavour
from pat.registry.store_errors import none_if_missing, store_errors
from pat.registry.taking_back import MARK, Before, state_before, take_back
from pat.registry.tracking import Tracking, quiet_mlflow
from pat.registry.training_record import AnalyteRun, LoggedSensor, TrainingRun
from pat.registry.versions import CRITERIA_FAILED, MARGIN_METRICS, NOT_SHOWN

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput, LoggedModel

CHALLENGER = "challenger"

_CONSEQUENCE = "nothing was registered"

_NOT_IN_MODEL_NAMES = re.compile(r"[/:.%\"']")


def log_training(
    tracking: Tracking, training: TrainingRun, *, register: bool
) -> list[LoggedSensor]:
    """Write a training to the store and return where each sensor is.

    Raises
    ------
    StoreError
        If the store fails; what was written until then is deleted again, and the message says
        so, or names what is left.
    """
    with store_errors(tracking.address, consequence=_CONSEQUENCE), quiet_mlflow():
        before = state_before(
            tracking,
            experiment_id=_experiment_id(tracking, training.name),
            mark=uuid.uuid4().hex[:16],
            alias=CHALLENGER,
            names=tuple(_registered_name(training, run) for run in training.analytes),
        )
        try:
            return _Writing(tracking, training, before=before).write(register=register)
        except BaseException as error:
            left = take_back(tracking, before)
            if left:
                msg = (
                    f"the MLflow store {tracking.address} failed while a training was written "
                    f"({error}), and this could not be taken back: {'; '.join(left)}"
                )
                raise StoreError(msg) from error
            raise


class _Writing:
    """Writes one training; each thing carries the training's mark from its first moment."""

    def __init__(self, tracking: Tracking, training: TrainingRun, *, before: Before) -> None:
        self.client = tracking.client
        self.training = training
        self.experiment_id = before.experiment_id
        self.mark = {MARK: before.mark}
        self.dataset = _dataset(training)

    def write(self, *, register: bool) -> list[LoggedSensor]:
        """Return where each sensor is."""
        parent_id = self._parent()
        models = [
            self._child(run, parent_id, number=number)
            for number, run in enumerate(self.training.analytes)
        ]
        logged = [
            self._registered(run, model) if register else _unregistered(run, model)
            for run, model in zip(self.training.analytes, models, strict=True)
        ]
        self.client.set_terminated(parent_id)
        for run, sensor in zip(self.training.analytes, logged, strict=True):
            if sensor.version is not None:
                name = _registered_name(self.training, run)
                self.client.set_registered_model_alias(name, CHALLENGER, str(sensor.version))
        return logged

    def _parent(self) -> str:
        training = self.training
        run_id = self._run(training.title, tags=training.tags, note=training.description)
        self._log(run_id, metrics=training.metrics, params=training.params)
        return run_id

    def _child(self, run: AnalyteRun, parent_id: str, *, number: int) -> "LoggedModel":
        from mlflow.entities import LoggedModelOutput

        title = f"{run.analyte} {self.training.title}"
        tags = {**run.tags, "mlflow.parentRunId": parent_id}
        # Pages list the newest first; a millisecond keeps the analytes in their order.
        later_ms = len(self.training.analytes) - number
        run_id = self._run(title, tags=tags, note=run.card, later_ms=later_ms)
        model = self.client.create_logged_model(
            self.experiment_id,
            name=_NOT_IN_MODEL_NAMES.sub("_", run.analyte),
            source_run_id=run_id,
            tags={**run.tags, **self.mark},
            params=dict(run.params),
        )
        self.client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=0)])
        self._log(run_id, metrics=run.metrics, params=run.params, model_id=model.model_id)
        self._log_curve(run_id, run.rmsecv_by_components)
        self._log_artifacts(run_id, run)
        with tempfile.TemporaryDirectory() as folder:
            files = Path(folder) / "model"
            write_flavour(run.sensor, files, model=model, run_id=run_id)
            self.client.log_model_artifacts(model.model_id, str(files))
        self.client.finalize_logged_model(model.model_id, "READY")
        self.client.set_terminated(run_id)
        return model

    def _run(self, title: str, *, tags: Mapping[str, str], note: str, later_ms: int = 0) -> str:
        run = self.client.create_run(
            self.experiment_id,
            start_time=int(self.training.started_at.timestamp() * 1000) + later_ms,
            run_name=title,
            tags={**tags, **self.mark, "mlflow.note.content": run_note(note)},
        )
        run_id = str(run.info.run_id)
        self.client.log_inputs(run_id, [self.dataset])
        return run_id

    def _log(
        self,
        run_id: str,
        *,
        metrics: Mapping[str, float],
        params: Mapping[str, str],
        model_id: str | None = None,
    ) -> None:
        from mlflow.entities import Metric, Param

        at, of = _now_ms(), self.dataset.dataset
        points = [
            Metric(name, value, at, 0, model_id, of.name, of.digest)
            for name, value in metrics.items()
        ]
        settings = [Param(name, value) for name, value in params.items()]
        self.client.log_batch(run_id, metrics=points, params=settings)

    def _log_curve(self, run_id: str, rmsecv_by_components: Mapping[int, float]) -> None:
        from mlflow.entities import Metric

        points = [
            Metric("cv/rmse_by_components", rmsecv, _now_ms(), count)
            for count, rmsecv in rmsecv_by_components.items()
        ]
        self.client.log_batch(run_id, metrics=points)

    def _log_artifacts(self, run_id: str, run: AnalyteRun) -> None:
        self.client.log_table(run_id, run.search, "search.json")
        texts = {
            "heldout.csv": run.heldout.to_csv(index=False),
            "report.html": run.report,
            **{f"figures/{name}.svg": svg for name, svg in run.figures.items()},
        }
        if run.report_facts:
            texts["report.json"] = json.dumps(run.report_facts, indent=2, allow_nan=False)
        for place, text in texts.items():
            self.client.log_text(run_id, text, place)

    def _registered(self, run: AnalyteRun, model: "LoggedModel") -> LoggedSensor:
        name = _registered_name(self.training, run)
        if none_if_missing(partial(self.client.get_registered_model, name)) is None:
            self.client.create_registered_model(
                name, description=sensor_description(run.analyte, run.unit)
            )
        version = self.client.create_model_version(
            name,
            model.model_uri,
            run_id=model.source_run_id,
            tags={**_version_tags(run), **self.mark},
            description=version_description(run.card),
            model_id=model.model_id,
        )
        number = int(version.version)
        # The UI's list of models shows by this tag where each is registered.
        registered = json.dumps([{"name": name, "version": number}])
        self.client.set_logged_model_tags(model.model_id, {"mlflow.modelVersions": registered})
        return LoggedSensor(
            run.analyte, str(model.source_run_id), f"models:/{name}/{number}", number
        )


def _unregistered(run: AnalyteRun, model: "LoggedModel") -> LoggedSensor:
    return LoggedSensor(run.analyte, str(model.source_run_id), f"models:/{model.model_id}", None)


def _registered_name(training: TrainingRun, run: AnalyteRun) -> str:
    return f"{training.name}.{run.analyte}"


def _version_tags(run: AnalyteRun) -> dict[str, str]:
    """Return what tells versions apart in a list, and what their promotion hangs on."""
    kept = ("analyte", "unit", "campaigns", "criteria", CRITERIA_FAILED, NOT_SHOWN)
    tags = {key: run.tags[key] for key in kept if key in run.tags}
    tags["sensor_digest"] = run.sensor.digest
    for metric in ("cv/rmse", *MARGIN_METRICS):
        if metric in run.metrics:
            tags[metric] = f"{run.metrics[metric]:.4g}"
    return tags


def _experiment_id(tracking: Tracking, name: str) -> str:
    """Return the id of the experiment of this name, made where there is none."""
    client = tracking.client
    found = client.get_experiment_by_name(name)
    if found is None:
        root = tracking.artifact_root
        location = None if root is None else f"{root}/{name}"
        note = (
            f"Trainings of the soft sensors {name}. Each is a run, with a run an analyte inside: "
            "its card, figures, every candidate tried and every held-out prediction."
        )
        made = client.create_experiment(name, location, tags={"mlflow.note.content": note})
        return str(made)
    if found.lifecycle_stage != "active":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _dataset(training: TrainingRun) -> "DatasetInput":
    import mlflow.data
    from mlflow.entities import DatasetInput, InputTag

    dataset = mlflow.data.from_pandas(  # type: ignore[attr-defined]
        training.dataset.samples,
        source=training.dataset.source,
        name=training.dataset.name[:500],
        digest=training.dataset.digest[:36],
    )
    context = [InputTag(key="mlflow.data.context", value="training")]
    return DatasetInput(dataset._to_mlflow_entity(), context)


def _now_ms() -> int:
    return int(time.time() * 1000)
