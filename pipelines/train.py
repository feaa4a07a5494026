"""`pat train`: campaigns in, one validated and registered soft sensor an analyte out."""

import json as json_module
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pat.errors import CalibrationError, CampaignError, Fault, InputError
from pipelines.progress import progress_reporter
from pipelines.tables import print_table

if TYPE_CHECKING:
    from pat.calibration import CalibrationSet, SearchResult, Skipped
    from pat.campaign import Campaign
    from pat.registry.tracking import Tracking
    from pat.report.facts import TrainingFacts
    from pipelines.training_evidence import TrainedSensor

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What the command line asked for."""

    name: str
    effort: str
    holdout: tuple[str, ...]
    resamples: Path | None
    with_process_data: bool
    seed: int
    register: bool


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
    from pat.registry.tracking import open_tracking

    loaded = read_campaigns(campaigns)
    options = TrainingOptions(
        name=_sensor_name(name, loaded),
        effort=effort,
        holdout=holdout,
        resamples=resamples,
        with_process_data=with_process_data,
        seed=seed,
        register=register,
    )
    tracking = open_tracking(tracking_uri)
    facts = _train(loaded, analytes, options=options, tracking=tracking)
    if json is not None:
        text = json_module.dumps([fact.as_json() for fact in facts], indent=2, allow_nan=False)
        json.write_text(text + "\n", encoding="utf-8")
    _print_summary(facts, tracking.uri)
    if all(fact.skipped is not None for fact in facts):
        reasons = "; ".join(f"{fact.analyte}: {fact.skipped}" for fact in facts)
        msg = f"no analyte could be trained ({reasons}); nothing was registered"
        raise CalibrationError(msg)
    _print_next(facts, options, campaigns)
    return facts


def read_campaigns(folders: Sequence[Path]) -> "list[Campaign]":
    """Return the campaigns of all folders, or every fault of all of them at once."""
    from pat.readers import read_campaign

    found: list[Campaign] = []
    faults: list[Fault] = []
    for folder in folders:
        try:
            found.append(read_campaign(folder))
        except CampaignError as error:
            faults += [replace(fault, file=f"{folder}/{fault.file}") for fault in error.faults]
    if faults:
        raise CampaignError(", ".join(map(str, folders)), faults)
    ids = [campaign.id for campaign in found]
    if len(set(ids)) < len(ids):
        msg = f"expected campaigns with different ids; got {', '.join(ids)}"
        raise InputError(msg)
    return found


def _train(
    campaigns: "list[Campaign]",
    analytes: Sequence[str] | None,
    *,
    options: TrainingOptions,
    tracking: "Tracking",
) -> "list[TrainingFacts]":
    from joblib import cpu_count

    from pat.calibration import Skipped, calibration_set, search
    from pipelines.recipes import Effort, search_space
    from pipelines.training_evidence import trained_sensor

    started = time.perf_counter()
    process_names = _process_names(campaigns) if options.with_process_data else ()
    cal = calibration_set(campaigns, analytes=analytes, process_names=process_names)
    _require_cells(cal)
    held = cal.holdout_mask(options.holdout)
    training = cal.select(~held)
    for warning in cal.warnings:
        print(f"note: {warning}")
    space = search_space(training.axis, training.axis_kind, effort=Effort(options.effort))
    with progress_reporter("searching") as report:
        results = search(
            training,
            space,
            resamples=options.resamples,
            seed=options.seed,
            n_jobs=cpu_count(),
            progress=report,
        )
    trained = {
        analyte: trained_sensor(
            training, result, held_out=cal.select(held), campaigns=campaigns, options=options
        )
        for analyte, result in results.items()
        if not isinstance(result, Skipped)
    }
    seconds = time.perf_counter() - started
    references = _log(trained, training, campaigns, options, tracking) if trained else {}
    return [
        _facts(analyte, result, trained.get(analyte), references, cal, seconds)
        for analyte, result in results.items()
    ]


def _require_cells(cal: "CalibrationSet") -> None:
    if len(cal) == 0:
        msg = (
            "no assay pairs with a spectrum, so there is nothing to train on; "
            "`pat check CAMPAIGN` lists each with its reason"
        )
        raise CalibrationError(msg)


def _log(
    trained: "Mapping[str, TrainedSensor]",
    training: "CalibrationSet",
    campaigns: "Sequence[Campaign]",
    options: TrainingOptions,
    tracking: "Tracking",
) -> dict[str, tuple[str, str]]:
    """Write the training to MLflow; return (reference, run id) of each analyte."""
    from pat.registry.training_log import log_training
    from pipelines.training_run import training_run

    run = training_run(trained, training, campaigns=campaigns, options=options)
    logged = log_training(tracking, run, register=options.register)
    return {sensor.analyte: (sensor.reference, sensor.run_id) for sensor in logged}


def _facts(
    analyte: str,
    result: "SearchResult | Skipped",
    trained: "TrainedSensor | None",
    references: Mapping[str, tuple[str, str]],
    cal: "CalibrationSet",
    seconds: float,
) -> "TrainingFacts":
    from pat.calibration import Skipped
    from pipelines.training_evidence import pairing_facts

    if isinstance(result, Skipped) or trained is None:
        reason = result.reason if isinstance(result, Skipped) else "not trained"
        return replace(pairing_facts(cal, analyte), skipped=reason, seconds=seconds)
    reference, run_id = references[analyte]
    return replace(trained.facts, sensor=reference, run_id=run_id, seconds=seconds)


def _sensor_name(name: str | None, campaigns: "Sequence[Campaign]") -> str:
    if name is None and len(campaigns) > 1:
        msg = "expected --name NAME, since several campaigns have several ids; got none"
        raise InputError(msg)
    wanted = campaigns[0].id if name is None else name
    if not _NAME.fullmatch(wanted):
        msg = f"expected --name of letters, digits, - and _; got {wanted!r}"
        raise InputError(msg)
    return wanted


def _process_names(campaigns: "Sequence[Campaign]") -> tuple[str, ...]:
    """Return the online values that every campaign has."""
    keys = {"vessel", "time", "elapsed_h", "campaign"}
    shared = [name for name in campaigns[0].online.columns if name not in keys]
    for campaign in campaigns[1:]:
        shared = [name for name in shared if name in campaign.online.columns]
    if not shared:
        msg = (
            "expected online values in every campaign (online.csv) for --with-process-data; "
            "got none that all share"
        )
        raise InputError(msg)
    return tuple(shared)


def _print_summary(facts: "Sequence[TrainingFacts]", uri: str) -> None:
    print_table(
        ("analyte", "model", "recipe", "RMSECV", "nested RMSE", "culture age", "sensor"),
        [_summary_row(fact) for fact in facts],
    )
    for fact in facts:
        if fact.resample_rmse is not None:
            print(
                f"{fact.analyte}: RMSE by the given resamples {fact.resample_rmse:.4g} {fact.unit}"
            )
        if fact.holdout_rmsep is not None:
            print(
                f"{fact.analyte}: RMSEP of held-out cultures {fact.holdout_rmsep:.4g} {fact.unit}"
            )
    print(f"tracking: {uri}")


def _print_next(
    facts: "Sequence[TrainingFacts]", options: TrainingOptions, campaigns: Sequence[Path]
) -> None:
    first = next(fact for fact in facts if fact.sensor is not None)
    print("next:")
    if not options.register:
        print(f"  pat evaluate {first.sensor} CAMPAIGN")
        print(f"  pat predict {campaigns[0]} --sensor {first.sensor} --out predictions.csv")
        return
    version = (first.sensor or "").rsplit("/", 1)[-1]
    print("  pat ui")
    print(f'  pat promote {options.name}.{first.analyte} {version} --by "YOU" --why "REASON"')


def _summary_row(fact: "TrainingFacts") -> tuple[str, ...]:
    if fact.skipped is not None:
        return (fact.analyte, "skipped", fact.skipped, "", "", "", "")
    return (
        fact.analyte,
        fact.model or "",
        fact.recipe or "",
        _error(fact.rmsecv, fact.unit),
        _error(fact.nested_rmse, fact.unit),
        _error(fact.nulls.get("culture_age"), fact.unit),
        fact.sensor or "",
    )


def _error(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.3g} {unit}"
