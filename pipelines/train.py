"""`pat train`: campaigns in, one validated and registered soft sensor an analyte out."""

import json as json_module
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pat.errors import CalibrationError, StoreError
from pipelines.interruption import terminated_as_interrupted
from pipelines.progress import progress_reporter
from pipelines.training_inputs import (
    TrainingOptions,
    check_files,
    process_names,
    read_campaigns,
    sensor_name,
)
from pipelines.training_summary import print_next, print_summary

if TYPE_CHECKING:
    from pat.calibration import CalibrationSet, SearchResult, Skipped
    from pat.campaign import Campaign
    from pat.registry import LoggedSensor, Tracking
    from pat.report.facts import TrainingFacts
    from pipelines.training_evidence import TrainedSensor


def run(
    campaigns: Sequence[Path],
    *,
    name: str | None = None,
    analytes: Sequence[str] | None = None,
    effort: str = "standard",
    holdout: tuple[str, ...] = (),
    resamples: Path | None = None,
    with_process_data: bool = False,
    seed: int = 0,
    register: bool = True,
    tracking_uri: str | None = None,
    json: Path | None = None,
) -> "list[TrainingFacts]":
    """Train, log and register; return and print the facts of every analyte.

    Raises
    ------
    InputError
        If a campaign, name, holdout or resamples file is at fault, or nothing can be trained.
    StoreError
        If the tracking store does not answer; it is asked before any work is done.
    """
    from pat.registry import make_tracking

    started = time.perf_counter()
    check_files(resamples=resamples, json=json)
    loaded = read_campaigns(campaigns)
    options = TrainingOptions(
        name=sensor_name(name, loaded),
        effort=effort,
        holdout=holdout,
        resamples=resamples,
        with_process_data=with_process_data,
        seed=seed,
        register=register,
    )
    tracking = make_tracking(tracking_uri)
    with terminated_as_interrupted():
        facts = _train(loaded, analytes, options=options, tracking=tracking)
    seconds = time.perf_counter() - started
    facts = [replace(fact, seconds=seconds) for fact in facts]
    print_summary(facts, address=tracking.address)
    if json is not None:
        _write_json(facts, json)
    _require_one(facts)
    print_next(facts, campaigns=campaigns)
    return facts


def _require_one(facts: "Sequence[TrainingFacts]") -> None:
    if all(fact.skipped is not None for fact in facts):
        reasons = "; ".join(f"{fact.analyte}: {fact.skipped}" for fact in facts)
        msg = f"no analyte could be trained ({reasons}); nothing was registered"
        raise CalibrationError(msg)


def _train(
    campaigns: "list[Campaign]",
    analytes: Sequence[str] | None,
    *,
    options: TrainingOptions,
    tracking: "Tracking",
) -> "list[TrainingFacts]":
    from pat.calibration import Skipped, calibration_set
    from pipelines.training_evidence import trained_sensor

    started_at = datetime.now(UTC)
    wanted = process_names(campaigns) if options.with_process_data else ()
    cal = calibration_set(campaigns, analytes=analytes, process_names=wanted)
    held = cal.holdout_mask(options.holdout)
    training, held_out = cal.select(~held), cal.select(held)
    for warning in cal.warnings:
        print(f"note: {warning}")
    trained: dict[str, TrainedSensor] = {}
    skipped: dict[str, str] = {}
    for analyte, result in _searched(training, options).items():
        if isinstance(result, Skipped):
            skipped[analyte] = result.reason
            continue
        try:
            trained[analyte] = trained_sensor(
                training, result, held_out=held_out, campaigns=campaigns, options=options
            )
        except CalibrationError as error:
            skipped[analyte] = str(error)
    logged = _log(
        trained, training, skipped=skipped, options=options, started_at=started_at, to=tracking
    )
    return [
        _facts(name, cal, trained=trained, logged=logged, skipped=skipped) for name in cal.analytes
    ]


def _searched(
    training: "CalibrationSet", options: TrainingOptions
) -> "dict[str, SearchResult | Skipped]":
    from joblib import cpu_count

    from pat.calibration import search
    from pipelines.recipes import Effort, search_space

    space = search_space(training.axis, training.axis_kind, effort=Effort(options.effort))
    with progress_reporter("searching") as report:
        return search(
            training,
            space,
            resamples=options.resamples,
            seed=options.seed,
            n_jobs=cpu_count(),
            progress=report,
        )


def _log(
    trained: "Mapping[str, TrainedSensor]",
    training: "CalibrationSet",
    *,
    skipped: Mapping[str, str],
    options: TrainingOptions,
    started_at: datetime,
    to: "Tracking",
) -> "dict[str, LoggedSensor]":
    """Write the training to MLflow; return where each analyte's sensor is."""
    from pat.registry import log_training
    from pipelines.training_run import training_run

    if not trained:
        return {}
    run = training_run(trained, training, skipped=skipped, options=options, started_at=started_at)
    return {one.analyte: one for one in log_training(to, run, register=options.register)}


def _facts(
    analyte: str,
    cal: "CalibrationSet",
    *,
    trained: "Mapping[str, TrainedSensor]",
    logged: "Mapping[str, LoggedSensor]",
    skipped: Mapping[str, str],
) -> "TrainingFacts":
    from pipelines.training_evidence import pairing_facts

    if analyte in skipped:
        return replace(pairing_facts(cal, analyte), skipped=skipped[analyte])
    where = logged[analyte]
    paired = int(cal.measured(analyte).sum())
    return replace(
        trained[analyte].facts, sensor=where.reference, run_id=where.run_id, paired=paired
    )


def _write_json(facts: "Sequence[TrainingFacts]", path: Path) -> None:
    """Write the facts whole or not at all."""
    text = json_module.dumps([fact.as_json() for fact in facts], indent=2, allow_nan=False)
    scratch = path.with_name(f"{path.name}.tmp")
    try:
        scratch.write_text(f"{text}\n", encoding="utf-8")
        scratch.replace(path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        msg = f"{path}: cannot be written ({error}); the sensors above are trained and logged"
        raise StoreError(msg) from error
