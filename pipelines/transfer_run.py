"""From a transferred sensor to the run and version that MLflow keeps."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pat.registry import AnalyteRun
    from pat.soft_sensor import SoftSensor


def log_transfer(
    made: "SoftSensor",
    facts: dict[str, Any],
    figures: dict[str, str],
    *,
    tracking_uri: str | None = None,
) -> str:
    """Write a transfer to MLflow as a new version of its sensor; return the address.

    The sensor carries its card.
    """
    from pat.registry import CRITERIA_FAILED, Dataset, TrainingRun, log_training, make_tracking
    from pat.soft_sensor.calibration_spectra import stored_calibration
    from pat.soft_sensor.folder import CARD

    family = made.name.removesuffix(f".{made.analyte.name}")
    samples = stored_calibration(made.contents, title=made.title).samples
    campaigns = ", ".join(name for name, _ in made.provenance.campaigns)
    card = made.contents[CARD].decode()
    tags = {
        "analyte": made.analyte.name,
        "unit": made.analyte.unit,
        "campaigns": campaigns,
        "axis": made.axis_kind.value,
        "software": made.provenance.software,
        "commit": made.provenance.commit or "unknown",
        "transferred_from": str(facts["sensor"]),
        "transferred_from_digest": str(facts["sensor_digest"]),
    }
    if made.gates.unverified:
        tags[CRITERIA_FAILED] = made.gates.unverified
    run = _run(made, facts, figures, tags=tags, card=card)
    now = datetime.now(UTC)
    training = TrainingRun(
        name=family,
        title=f"transfer {now:%Y-%m-%d %H:%M}",
        started_at=now,
        description=card,
        metrics={},
        params={"to": str(facts["to"]), "transfer_samples": str(facts["n"])},
        tags=tags,
        dataset=Dataset(
            name=campaigns,
            source=campaigns,
            digest=made.provenance.campaigns[-1][1],
            samples=samples,
        ),
        analytes=(run,),
    )
    (logged,) = log_training(make_tracking(tracking_uri), training, register=True)
    return logged.reference


def _run(
    made: "SoftSensor",
    facts: dict[str, Any],
    figures: dict[str, str],
    *,
    tags: dict[str, str],
    card: str,
) -> "AnalyteRun":
    """Return the child run of the one analyte."""
    import pandas as pd

    from pat.registry import AnalyteRun

    return AnalyteRun(
        analyte=made.analyte.name,
        unit=made.analyte.unit,
        metrics=_metrics(facts),
        params={"model": "transfer", "recipe": "; ".join(made.provenance.recipe)[:500]},
        tags=tags,
        search=pd.DataFrame(facts.get("tried") or [{"method": facts.get("method", "")}]),
        heldout=pd.DataFrame(),
        rmsecv_by_components={},
        figures=figures,
        card=card,
        report=_page(card, figures, title=f"Transfer of {made.title}"),
        sensor=made,
    )


def _metrics(facts: dict[str, Any]) -> dict[str, float]:
    test = facts.get("test") or {}
    found = {
        "cv/rmse": facts.get("loo_rmse"),
        "transfer/unchanged_rmse": facts.get("loo_rmse_unchanged"),
        "transfer/local_rmse": facts.get("loo_rmse_local"),
        "holdout/rmsep": test.get("rmsep"),
    }
    return {name: float(value) for name, value in found.items() if value is not None}


def _page(card: str, figures: dict[str, str], *, title: str) -> str:
    from pat.report.training_page import training_page

    return training_page(card, figures, title=title)
