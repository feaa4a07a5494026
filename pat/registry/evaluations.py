"""Evaluations of a sensor, kept in the run of the training that made it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pat.registry.store_errors import none_if_missing, store_errors
from pat.registry.tracking import Tracking
from pat.registry.versions import (
    FAILED_ON,
    NONE_MISSED,
    SensorVersion,
    logged_id,
    resolve_version,
)

#: Folder of a run's artifacts, and prefix of its tags.
_KEPT = "evaluations"
_LONGEST_TAG = 5000


@dataclass(frozen=True, slots=True)
class EvaluationRecord:
    """An evaluation as it is kept.

    Parameters
    ----------
    campaign : str
    at : datetime
        With its time zone.
    report : str
        HTML.
    facts : mapping
        What the report says, for a JSON file.
    criteria_failed : str or None
        The criteria that were judged and not met, in words; empty where there is none, None
        where no criteria were stated.
    """

    campaign: str
    at: datetime
    report: str
    facts: Mapping[str, Any]
    criteria_failed: str | None


def log_evaluation(reference: str, record: EvaluationRecord, *, tracking: Tracking) -> str | None:
    """Keep an evaluation with the sensor; return its place in the run, None where that is gone.

    Criteria that it misses count against a promotion of the version until a later evaluation on
    the same campaign meets them.

    Parameters
    ----------
    reference : str
        The address of exactly one sensor, as `resolve_sensor` returns it.
    record : EvaluationRecord
    tracking : Tracking

    Raises
    ------
    SensorError
        If there is no such sensor.
    StoreError
        If the store fails.
    """
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", record.campaign)
    place = f"{_KEPT}/{name}-{record.at:%Y%m%dT%H%M%S%fZ}"
    unregistered = logged_id(reference)
    with store_errors(tracking.address, consequence="the evaluation was not kept there"):
        if unregistered is None:
            version = resolve_version(reference, tracking)
            run_id = version.run_id
            _tag(version, name, record, tracking)
        else:
            run_id = str(tracking.client.get_logged_model(unregistered).source_run_id)
        run = none_if_missing(lambda: tracking.client.get_run(run_id))
        if run is None or run.info.lifecycle_stage != "active":
            return None
        facts = json.dumps(record.facts, indent=2, allow_nan=False)
        tracking.client.log_text(run_id, record.report, f"{place}/report.html")
        tracking.client.log_text(run_id, facts, f"{place}/report.json")
        tracking.client.set_tag(run_id, f"{_KEPT}.{name}", _verdict(record))
    return place


def _tag(version: SensorVersion, name: str, record: EvaluationRecord, tracking: Tracking) -> None:
    """Hold what was missed against the version, first: a failure must not be lost."""
    if record.criteria_failed is not None:
        failed = record.criteria_failed[:_LONGEST_TAG] or NONE_MISSED
        key = f"{FAILED_ON}{name}"
        tracking.client.set_model_version_tag(version.name, str(version.version), key, failed)


def _verdict(record: EvaluationRecord) -> str:
    if record.criteria_failed is None:
        return "no criteria stated"
    return "criteria not met" if record.criteria_failed else "no criterion missed"
