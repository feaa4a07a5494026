"""From trained sensors to the parent and child runs that MLflow keeps (names of contract 2)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from pat.calibration import CalibrationSet
from pat.campaign import Campaign
from pat.registry.training_log import AnalyteRun, TrainingRun
from pipelines.training_evidence import TrainedSensor

if TYPE_CHECKING:
    from pipelines.train import TrainingOptions


def training_run(
    trained: Mapping[str, TrainedSensor],
    cal: CalibrationSet,
    *,
    campaigns: Sequence[Campaign],
    options: "TrainingOptions",
) -> TrainingRun:
    """Return the whole training as MLflow keeps it."""
    first = next(iter(trained.values())).sensor.provenance
    ids = ", ".join(campaign.id for campaign in campaigns)
    digest = "-".join(digest[:8] for _, digest in cal.sources)
    tags = {
        "campaigns": ids,
        "axis": cal.axis_kind.value,
        "software": first.software,
        "commit": first.commit or "unknown",
    }
    now = datetime.now(UTC)
    return TrainingRun(
        name=options.name,
        title=f"{now:%Y-%m-%d %H:%M} {options.effort}",
        description=_overview(trained, ids),
        params={
            "effort": options.effort,
            "seed": str(options.seed),
            "holdout": " ".join(options.holdout) or "none",
            "process_data": " ".join(cal.process_names) or "none",
        },
        tags=tags,
        dataset=cal.samples.join(cal.values).drop(columns=["group"]),
        dataset_source=ids,
        dataset_digest=digest,
        analytes=tuple(_analyte_run(one, tags) for one in trained.values()),
    )


def _analyte_run(one: TrainedSensor, tags: Mapping[str, str]) -> AnalyteRun:
    facts, result = one.facts, one.result
    metrics = {
        "cv/rmse": facts.rmsecv,
        "cv/rmse_low": facts.rmsecv_interval[0] if facts.rmsecv_interval else None,
        "cv/rmse_high": facts.rmsecv_interval[1] if facts.rmsecv_interval else None,
        "cv/q2": facts.q2,
        "cv/bias": facts.bias,
        "cv/rpd": facts.rpd,
        "nested/rmse": facts.nested_rmse,
        "nested/optimism": result.optimism,
        "nested/leave_campaign_out": result.leave_campaign_out,
        "resamples/rmse": result.resample_rmse,
        "resamples/nested_rmse": result.nested_resample_rmse,
        "holdout/rmsep": facts.holdout_rmsep,
        **{f"null/{name}": error for name, error in facts.nulls.items()},
    }
    return AnalyteRun(
        analyte=facts.analyte,
        unit=facts.unit,
        metrics={k: float(v) for k, v in metrics.items() if v is not None and np.isfinite(v)},
        params={
            "model": str(facts.model),
            "recipe": str(facts.recipe),
            **{name: str(value) for name, value in facts.parameters.items()},
        },
        tags={**tags, "analyte": facts.analyte, "unit": facts.unit},
        search=result.table,
        heldout=one.heldout,
        rmsecv_by_components=tuple(result.rmsecv_by_components["rmsecv"]),
        figures=one.figures,
        card=one.card,
        sensor=one.sensor,
    )


def _overview(trained: Mapping[str, TrainedSensor], ids: str) -> str:
    lines = [
        f"Soft sensors from {ids}, cultures held out.",
        "",
        "| analyte | model | nested RMSE | culture age only |",
        "|---|---|---|---|",
    ]
    for analyte, one in trained.items():
        facts = one.facts
        age = facts.nulls.get("culture_age")
        nested = (
            "undefined" if facts.nested_rmse is None else f"{facts.nested_rmse:.3g} {facts.unit}"
        )
        guess = "undefined" if age is None else f"{age:.3g} {facts.unit}"
        lines.append(f"| {analyte} | {facts.model}, {facts.recipe} | {nested} | {guess} |")
    return "\n".join(lines)
