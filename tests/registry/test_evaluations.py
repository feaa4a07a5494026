"""An evaluation stays with its sensor, and criteria that it misses stand in a promotion's way."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pat.errors import SensorError
from pat.registry.evaluations import EvaluationRecord, log_evaluation
from pat.registry.margin import margin
from pat.registry.promotion import promote
from pat.registry.tracking import Tracking
from pat.registry.training_log import log_training
from pat.registry.versions import get_version
from tests.registry.trainings import make_training

pytestmark = pytest.mark.mlflow
REFERENCE = "models:/cho.glucose/1"


@pytest.fixture
def trained(tracking: Tracking) -> Tracking:
    """A training of this test alone: MLflow's client remembers the artifacts' place by run."""
    log_training(tracking, make_training(), register=True)
    return tracking


def record(failed: str | None, *, hour: int = 9, campaign: str = "next/<b>") -> EvaluationRecord:
    at = datetime(2026, 5, 2, hour, tzinfo=UTC)
    return EvaluationRecord(campaign, at, "<!doctype html><title>x</title>", {"n": 1}, failed)


def kept(tracking: Tracking, place: str, name: str, folder: Path) -> str:
    run_id = get_version("cho.glucose", 1, tracking=tracking).run_id
    path = tracking.client.download_artifacts(run_id, f"{place}/{name}", str(folder))
    return Path(path).read_text()


def test_page_and_facts_are_kept_and_a_second_evaluation_leaves_the_first(
    trained: Tracking, tmp_path: Path
) -> None:
    first = log_evaluation(REFERENCE, record(None), tracking=trained)
    second = log_evaluation(REFERENCE, record("", hour=10), tracking=trained)

    assert first != second
    assert first is not None
    assert kept(trained, first, "report.html", tmp_path).startswith("<!doctype html>")
    assert json.loads(kept(trained, first, "report.json", tmp_path)) == {"n": 1}
    run = trained.client.get_run(get_version("cho.glucose", 1, tracking=trained).run_id)
    assert run.data.tags["evaluations.next-b-"] == "no criterion missed"


def test_criteria_missed_on_new_cultures_need_a_waiver_until_they_are_met(
    trained: Tracking,
) -> None:
    words = {"alias": "champion", "by": "A. Reviewer", "why": "better", "tracking": trained}
    log_evaluation(REFERENCE, record("bias within 0.1: not met"), tracking=trained)

    with pytest.raises(SensorError, match=r"evaluated on next-b-, bias within 0\.1: not met"):
        promote("cho.glucose", 1, **words)

    log_evaluation(REFERENCE, record("", hour=10), tracking=trained)
    assert margin(get_version("cho.glucose", 1, tracking=trained), trained).is_met
    assert promote("cho.glucose", 1, **words).waived is None


def test_an_evaluation_without_criteria_says_nothing_of_those_missed_before(
    trained: Tracking,
) -> None:
    log_evaluation(REFERENCE, record("too far off"), tracking=trained)
    log_evaluation(REFERENCE, record(None, hour=10), tracking=trained)

    assert get_version("cho.glucose", 1, tracking=trained).failed_on == {"next-b-": "too far off"}


def test_a_sensor_that_was_not_registered_keeps_its_evaluations_too(tracking: Tracking) -> None:
    [logged] = log_training(tracking, make_training(), register=False)

    place = log_evaluation(logged.reference, record("too far off"), tracking=tracking)

    assert place is not None
    files = tracking.client.list_artifacts(logged.run_id, place)
    assert [Path(one.path).name for one in files] == ["report.html", "report.json"]


def test_a_run_that_is_gone_keeps_no_page_but_what_was_missed_counts(trained: Tracking) -> None:
    trained.client.delete_run(get_version("cho.glucose", 1, tracking=trained).run_id)

    assert log_evaluation(REFERENCE, record("too far off"), tracking=trained) is None
    assert get_version("cho.glucose", 1, tracking=trained).failed_on == {"next-b-": "too far off"}
