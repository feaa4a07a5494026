"""From a transferred sensor to the run and version that MLflow keeps."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pat.registry import AnalyteRun
    from pipelines.transfer_making import MovedSensor


def log_transfer(
    moved: "MovedSensor", facts: dict[str, Any], *, tracking_uri: str | None = None
) -> str:
    """Write a transfer to MLflow as a new version of its sensor; return the address."""
    from pat.registry import Dataset, TrainingRun, log_training, make_tracking
    from pat.soft_sensor.calibration_spectra import stored_calibration
    from pat.soft_sensor.folder import CARD

    made = moved.sensor
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
    tags |= _verdicts(moved)
    run = _run(moved, facts, tags=tags, card=card)
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


def _verdicts(moved: "MovedSensor") -> dict[str, str]:
    """Return what a promotion hangs on and a list should show; nothing that is not known."""
    from pat.registry import NOT_SHOWN
    from pipelines.training_run import criteria_tags

    evidence = moved.evidence
    tags = {} if moved.profile is None else {"target_profile": moved.profile.digest}
    if evidence.missing:
        tags[NOT_SHOWN] = evidence.missing
    return tags | criteria_tags(evidence.criteria)


def _run(
    moved: "MovedSensor", facts: dict[str, Any], *, tags: dict[str, str], card: str
) -> "AnalyteRun":
    """Return the child run of the one analyte."""
    import pandas as pd

    from pat.registry import AnalyteRun

    made = moved.sensor
    return AnalyteRun(
        analyte=made.analyte.name,
        unit=made.analyte.unit,
        metrics={**_metrics(facts), **moved.evidence.metrics},
        params={"model": "transfer", "recipe": "; ".join(made.provenance.recipe)[:500]},
        tags=tags,
        search=pd.DataFrame(facts.get("tried") or [{"method": facts.get("method", "")}]),
        heldout=moved.evidence.samples,
        rmsecv_by_components={},
        figures=moved.figures,
        card=card,
        report=_page(moved, card),
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


def _page(moved: "MovedSensor", card: str) -> str:
    """Return card, judged statistics and figures as one page to sign."""
    from pat.report.card_page import card_page
    from pat.report.page import Section, table
    from pat.report.validation_page import profile_words, sheet_sections, signatures_section
    from pipelines.sensor_origin import lineage

    asked = (
        () if moved.profile is None else (table(("item", "value"), profile_words(moved.profile)),)
    )
    made_from = table(("item", "value"), lineage(moved.sensor))
    sheet = moved.evidence.sheet
    return card_page(
        card,
        moved.figures,
        title=f"Transfer of {moved.sensor.title}",
        evidence=[
            *(Section("What it is for", asked) for _ in asked),
            Section("What it was made from", (made_from,)),
            *([] if sheet is None else sheet_sections(sheet)),
        ],
        closing=[signatures_section()],
    )
