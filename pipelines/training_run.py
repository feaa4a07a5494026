"""From trained sensors to the parent and child runs that MLflow keeps (names of contract 2)."""

import getpass
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from pat.calibration import CalibrationSet
from pat.registry import CRITERIA_FAILED, AnalyteRun, Dataset, TrainingRun
from pat.report.criteria import Criterion, unmet
from pat.report.facts import FurtherFigures, TrainingFacts
from pat.report.validation_page import validation_page
from pipelines.training_evidence import TrainedSensor
from pipelines.training_inputs import TrainingOptions
from pipelines.training_validation import TrainingValidation


def training_run(
    trained: Mapping[str, TrainedSensor],
    cal: CalibrationSet,
    *,
    skipped: Mapping[str, str],
    options: TrainingOptions,
    started_at: datetime,
) -> TrainingRun:
    """Return the whole training as MLflow keeps it; `skipped` tells why analytes have no sensor."""
    tags = _tags(cal, next(iter(trained.values())))
    return TrainingRun(
        name=options.name,
        title=f"{options.effort} {started_at:%Y-%m-%d %H:%M}",
        started_at=started_at,
        description=overview(trained, skipped=skipped, campaigns=tags["campaigns"]),
        metrics={
            "seconds": round((datetime.now(UTC) - started_at).total_seconds(), 1),
            "samples": float(len(cal)),
            "cultures": float(len(set(cal.cultures))),
            "analytes": float(len(trained)),
        },
        params={
            "effort": options.effort,
            "seed": str(options.seed),
            "holdout": " ".join(options.holdout) or "none",
            "resamples": options.resamples.name if options.resamples else "none",
            "process_data": " ".join(cal.process_names) or "none",
        },
        tags=tags,
        dataset=dataset(cal),
        analytes=tuple(_analyte_run(one, tags) for one in trained.values()),
    )


def overview(
    trained: Mapping[str, TrainedSensor], *, skipped: Mapping[str, str], campaigns: str
) -> str:
    """Return the parent run's description: one row an analyte, in markdown."""
    lines = [
        f"Soft sensors from {campaigns}. Errors are of cultures held out, with the choice of "
        f"recipe and model repeated inside every fold.",
        "",
        "| analyte | model | recipe | nested RMSE | guessing from culture age |",
        "|---|---|---|---|---|",
    ]
    for one in trained.values():
        facts = one.facts
        nested, age = (
            "undefined" if error is None else f"{error:.3g} {facts.unit}"
            for error in (facts.nested_rmse, facts.nulls["culture_age"])
        )
        cells = (facts.analyte, str(facts.model), facts.recipe_shown, nested, age)
        # MLflow's page sets no space between columns.
        lines.append(f"| {' &emsp; | '.join(cells)} |")
    lines += ["", *(f"- {analyte}: skipped, {reason}" for analyte, reason in skipped.items())]
    return "\n".join(lines).rstrip()


def dataset(cal: CalibrationSet) -> Dataset:
    """Return the samples trained on, named by their campaigns and a digest of their contents."""
    ids = ", ".join(name for name, _ in cal.sources)
    digests = [digest for _, digest in cal.sources]
    together = hashlib.sha256(" ".join(digests).encode()).hexdigest()
    said_by_culture = ["group", "campaign", "vessel"]
    taken = [name for name in cal.samples if name in cal.values or name in said_by_culture]
    samples = cal.samples.drop(columns=taken)
    return Dataset(
        name=ids,
        source=ids,
        digest=digests[0] if len(digests) == 1 else together,
        samples=pd.concat([samples, cal.values], axis=1),
    )


def metrics(facts: TrainingFacts, further: FurtherFigures) -> dict[str, float]:
    """Return the metrics of a child run; what is undefined has none."""
    low, high = facts.rmsecv_interval or (None, None)
    split = further.split
    found = {
        "cv/rmse": facts.rmsecv,
        "cv/rmse_low": low,
        "cv/rmse_high": high,
        "cv/q2": facts.q2,
        "cv/bias": facts.bias,
        "cv/rpd": facts.rpd,
        "fit/rmse": further.fit_rmse,
        "nested/rmse": facts.nested_rmse,
        "nested/optimism": further.optimism,
        "nested/analyser": split.analyser if split else None,
        "nested/sensor": split.sensor if split else None,
        "nested/leave_campaign_out": further.leave_campaign_out,
        "holdout/rmsep": facts.holdout_rmsep,
        "resamples/rmse": facts.resample_rmse,
        "resamples/nested_rmse": further.nested_resample_rmse,
        **{f"null/{name}": error for name, error in facts.nulls.items()},
    }
    return {k: float(v) for k, v in found.items() if v is not None and np.isfinite(v)}


def _analyte_run(one: TrainedSensor, tags: Mapping[str, str]) -> AnalyteRun:
    facts, result = one.facts, one.result
    curve = result.rmsecv_by_components
    return AnalyteRun(
        analyte=facts.analyte,
        unit=facts.unit,
        metrics=metrics(facts, one.further),
        params={
            "model": str(facts.model),
            "recipe": str(facts.recipe),
            **{name: str(value) for name, value in facts.parameters.items()},
        },
        tags={
            **tags,
            "analyte": facts.analyte,
            "unit": facts.unit,
            **validation_tags(one.validation),
        },
        search=ranked(result.table),
        heldout=one.heldout,
        rmsecv_by_components=dict(
            zip(curve["n_components"].astype(int), curve["rmsecv"], strict=True)
        ),
        figures=one.figures,
        card=one.card,
        report=validation_page(one.report),
        report_facts=_report_facts(one),
        sensor=one.sensor,
    )


def _report_facts(one: TrainedSensor) -> dict[str, Any]:
    """Return the facts of the report with those of the training that are known before it ends."""
    known = {
        name: value
        for name, value in one.facts.as_json().items()
        if name not in ("sensor", "run_id", "seconds", "skipped")
    }
    return {**known, **one.report.as_json()}


def ranked(search: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates with the champion first, then by RMSECV, what failed last."""
    order = search.sort_values(
        ["champion", "rmsecv"], ascending=[False, True], na_position="last", kind="stable"
    )
    first = ["champion", "recipe", "model", "parameters", "rmsecv"]
    return order[[*first, *(name for name in order if name not in first)]].reset_index(drop=True)


def validation_tags(validation: TrainingValidation) -> dict[str, str]:
    """Return what a promotion hangs on and a list should show; nothing that is not known."""
    tags = {}
    if validation.spiking is not None:
        tags["specificity"] = validation.spiking.verdict.value
    return tags | criteria_tags(validation.criteria)


def criteria_tags(criteria: Sequence[Criterion]) -> dict[str, str]:
    """Return whether the criteria are met, and which are not; nothing where none were stated."""
    if not criteria:
        return {}
    failed = unmet(criteria)
    return {"criteria": "not met", CRITERIA_FAILED: failed} if failed else {"criteria": "met"}


def _tags(cal: CalibrationSet, one: TrainedSensor) -> dict[str, str]:
    provenance = one.sensor.provenance
    commit = provenance.commit or "unknown"
    return {
        "campaigns": ", ".join(name for name, _ in cal.sources),
        "axis": cal.axis_kind.value,
        "software": f"raman-pat {provenance.software}",
        "commit": commit,
        "mlflow.user": _user(),
        "mlflow.source.name": "pat train",
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": commit,
    }


def _user() -> str:
    """Return who runs this; who trained is asked in every review."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
