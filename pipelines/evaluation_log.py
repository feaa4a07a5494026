"""Keeps the report of an evaluation in the run of its sensor, where a promotion looks for it."""

import sys
from datetime import UTC, datetime

from pat.errors import StoreError
from pat.report.criteria import unmet
from pat.report.validation_page import ValidationReport, validation_page


def keep_report(
    report: ValidationReport, *, reference: str, campaign: str, tracking_uri: str | None
) -> None:
    """Keep a report in the sensor's run and say where; a sensor from a folder has none.

    A store that cannot be written to is a warning: the page itself is written.
    """
    if not reference.startswith("models:"):
        return
    from pat.registry import EvaluationRecord, log_evaluation, open_tracking

    judged = [one for one in report.criteria if one.is_met is not None]
    record = EvaluationRecord(
        campaign=campaign,
        at=datetime.now(UTC),
        report=validation_page(report),
        facts=report.as_json(),
        criteria_failed=unmet(judged) if judged else None,
    )
    try:
        place = log_evaluation(reference, record, tracking=open_tracking(tracking_uri))
    except StoreError as error:
        print(f"warning: {error}", file=sys.stderr)
        return
    if place is None:
        print("warning: the sensor's run is gone, so the report is not kept there", file=sys.stderr)
    else:
        print(f"kept in the sensor's run: {place}")
