"""`pat train`: campaigns in, one validated and registered soft sensor an analyte out."""

import json as json_module
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pat.errors import CalibrationError, StoreError
from pat.whole_file import write_whole
from pipelines.interruption import terminated_as_interrupted
from pipelines.progress import progress_reporter
from pipelines.training_inputs import (
    TrainingData,
    TrainingOptions,
    check_files,
    check_targets,
    read_campaigns,
    sensor_name,
    training_data,
)
from pipelines.training_summary import print_doubts, print_next, print_notes, print_summary
from pipelines.training_suspects import look_for_suspects
from pipelines.workers import start_workers

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
    exclude_suspects: bool = False,
    seed: int = 0,
    backend: str = "loky",
    scheduler: str | None = None,
    register: bool = True,
    targets: Path | None = None,
    tracking_uri: str | None = None,
    json: Path | None = None,
) -> "list[TrainingFacts]":
    """Train, log and register; return and print the facts of every analyte.

    Raises
    ------
    InputError
        If a campaign, name, holdout, resamples file or target profile is at fault, or nothing
        can be trained.
    StoreError
        If the tracking store does not answer; it is asked before any work is done. Or if the
        cluster is lost on the way; nothing is registered then.
    """
    from pat.readers.target_profile import read_target_profile
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
        targets=None if targets is None else read_target_profile(targets),
        backend=backend,
        scheduler=scheduler,
    )
    data = training_data(loaded, analytes, options=options)
    check_targets(options.targets, data.training)
    n_jobs = start_workers(int(data.training.values.count().sum()), effort=effort)
    tracking = make_tracking(tracking_uri)
    looked_at, suspects = look_for_suspects(loaded, campaigns, exclude=exclude_suspects)
    if looked_at != loaded:
        loaded, data = looked_at, training_data(looked_at, analytes, options=options)
    data = replace(data, suspects=suspects)
    print_doubts(data.paired.warnings, data.paired.unpaired)
    with terminated_as_interrupted():
        facts = _train(loaded, data, options=options, n_jobs=n_jobs, tracking=tracking)
    seconds = time.perf_counter() - started
    facts = [replace(fact, seconds=seconds) for fact in facts]
    if json is not None:
        _write_json(facts, json)
    _require_one(facts)
    print_summary(facts, address=tracking.address)
    print_next(facts, campaigns=campaigns)
    return facts


def _require_one(facts: "Sequence[TrainingFacts]") -> None:
    if all(fact.skipped is not None for fact in facts):
        reasons = "; ".join(f"{fact.analyte}: {fact.skipped}" for fact in facts)
        msg = f"no analyte could be trained ({reasons}); nothing was registered"
        raise CalibrationError(msg)


def _train(
    campaigns: "Sequence[Campaign]",
    data: TrainingData,
    *,
    options: TrainingOptions,
    n_jobs: int,
    tracking: "Tracking",
) -> "list[TrainingFacts]":
    from pat.calibration import Skipped
    from pipelines.training_sensors import trained_sensors

    started_at = datetime.now(UTC)
    results = _searched(data.training, options, n_jobs=n_jobs)
    skipped = {name: one.reason for name, one in results.items() if isinstance(one, Skipped)}
    trained, not_built = trained_sensors(
        {name: one for name, one in results.items() if not isinstance(one, Skipped)},
        data,
        campaigns=campaigns,
        options=options,
        n_jobs=n_jobs,
    )
    skipped |= not_built
    print_notes({analyte: one.further.notes for analyte, one in trained.items()})
    logged = _log(
        trained,
        data.training,
        skipped=skipped,
        options=options,
        started_at=started_at,
        to=tracking,
    )
    return [
        _facts(name, data, trained=trained, logged=logged, skipped=skipped)
        for name in data.paired.analytes
    ]


def _searched(
    training: "CalibrationSet", options: TrainingOptions, *, n_jobs: int
) -> "dict[str, SearchResult | Skipped]":
    from pat.calibration import search
    from pat.calibration.jobs import EVERYWHERE
    from pipelines.backend import running_on
    from pipelines.recipes import Effort, search_space

    space = search_space(training.axis, training.axis_kind, effort=Effort(options.effort))
    where = running_on(options.backend, scheduler=options.scheduler)
    with where, progress_reporter("searching") as report:
        return search(
            training,
            space,
            resamples=options.resamples,
            seed=options.seed,
            n_jobs=EVERYWHERE if options.backend == "dask" or n_jobs > 1 else 1,
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
    data: TrainingData,
    *,
    trained: "Mapping[str, TrainedSensor]",
    logged: "Mapping[str, LoggedSensor]",
    skipped: Mapping[str, str],
) -> "TrainingFacts":
    from pipelines.training_evidence import pairing_facts

    paired = int(data.paired.measured(analyte).sum())
    if analyte in skipped:
        facts = pairing_facts(data.training, analyte)
        return replace(facts, paired=paired, skipped=skipped[analyte])
    where = logged[analyte]
    return replace(
        trained[analyte].facts, paired=paired, sensor=where.reference, run_id=where.run_id
    )


def _write_json(facts: "Sequence[TrainingFacts]", path: Path) -> None:
    """Write the facts whole or not at all."""
    text = json_module.dumps([fact.as_json() for fact in facts], indent=2, allow_nan=False)
    try:
        write_whole(path, f"{text}\n".encode(), scratch=path.with_name(f"{path.name}.tmp"))
    except OSError as error:
        sensors = ", ".join(fact.sensor for fact in facts if fact.sensor) or "none"
        msg = f"{path}: cannot be written ({error}); the sensors are in the store: {sensors}"
        raise StoreError(msg) from error
