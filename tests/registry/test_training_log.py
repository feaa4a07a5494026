"""A training is in the store whole, under the names of the contract, or not at all."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from pat.errors import StoreError
from pat.registry.tracking import Tracking
from pat.registry.training_log import log_training
from tests.registry.trainings import FIGURE, make_heldout, make_run, make_training

pytestmark = pytest.mark.mlflow


def experiment(tracking: Tracking, name: str = "cho") -> str:
    found = tracking.client.get_experiment_by_name(name)
    return "" if found is None else str(found.experiment_id)


def contents(tracking: Tracking) -> dict[str, Any]:
    """Return all that a user can find in the store, and every file."""
    client, where = tracking.client, experiment(tracking)
    models = client.search_registered_models()
    folder = Path(tracking.uri.removeprefix("sqlite:///")).parent / "artifacts"
    return {
        "runs": sorted(run.info.run_id for run in client.search_runs([where])) if where else [],
        "models": sorted(m.model_id for m in client.search_logged_models([where])) if where else [],
        "aliases": {m.name: {a: int(v) for a, v in m.aliases.items()} for m in models},
        "versions": sorted((v.name, v.version) for v in client.search_model_versions()),
        "files": sorted(str(f) for f in folder.rglob("*") if f.is_file()),
    }


def test_the_runs_keep_the_names_that_dashboards_hang_on(tracking: Tracking) -> None:
    (logged,) = log_training(tracking, make_training(), register=True)

    child = tracking.client.get_run(logged.run_id)
    parent = tracking.client.get_run(child.data.tags["mlflow.parentRunId"])
    assert child.info.run_name == "glucose quick 2026-05-01 10:00"
    assert parent.info.run_name == "quick 2026-05-01 10:00"
    assert {child.info.status, parent.info.status} == {"FINISHED"}
    assert child.data.metrics["nested/rmse"] == 0.3
    assert child.data.metrics["null/culture_age"] == 1.2
    assert child.data.params["n_components"] == "5"
    assert child.data.tags["unit"] == "g/L"
    assert child.data.tags["mlflow.note.content"].startswith("# glucose soft sensor")
    assert parent.data.params["effort"] == "quick"
    assert child.inputs.dataset_inputs[0].dataset.digest == "0" * 36


def test_rmsecv_is_a_curve_over_the_number_of_components(tracking: Tracking) -> None:
    (logged,) = log_training(tracking, make_training(), register=False)

    curve = tracking.client.get_metric_history(logged.run_id, "cv/rmse_by_components")
    assert [(point.step, point.value) for point in curve] == [(1, 0.9), (2, 0.4), (3, 0.25)]


def test_search_held_out_rows_figures_and_report_are_artifacts(
    tracking: Tracking, tmp_path: Path
) -> None:
    (logged,) = log_training(tracking, make_training(), register=False)

    folder = Path(tracking.client.download_artifacts(logged.run_id, "", str(tmp_path)))
    table = json.loads((folder / "search.json").read_text())
    assert table["columns"] == ["recipe", "model", "rmsecv"]
    assert len(table["data"]) == 2
    heldout = pd.read_csv(folder / "heldout.csv")
    pd.testing.assert_series_equal(heldout["prediction"], make_heldout()["prediction"])
    assert (folder / "figures" / "1-measured.svg").read_text() == FIGURE
    assert (folder / "report.html").read_text().startswith("<!doctype html>")


def test_each_analyte_becomes_a_version_with_the_challenger_alias(tracking: Tracking) -> None:
    runs = [make_run("glucose"), make_run("titre")]

    first = log_training(tracking, make_training(runs), register=True)
    second = log_training(tracking, make_training(runs[:1]), register=True)

    assert [s.reference for s in first] == ["models:/cho.glucose/1", "models:/cho.titre/1"]
    assert second[0].reference == "models:/cho.glucose/2"
    assert contents(tracking)["aliases"]["cho.glucose"] == {"challenger": 2}
    version = tracking.client.get_model_version("cho.glucose", "2")
    assert version.run_id == second[0].run_id
    assert version.tags["nested/rmse"] == "0.3"


def test_without_registering_the_model_is_there_and_the_registry_is_empty(
    tracking: Tracking,
) -> None:
    (logged,) = log_training(tracking, make_training(), register=False)

    assert logged.version is None
    assert logged.reference.startswith("models:/m-")
    assert tracking.client.get_logged_model(logged.reference.removeprefix("models:/"))
    assert list(tracking.client.search_registered_models()) == []


@pytest.mark.parametrize("analyte", ["NAD@(ox) 100% a'b", "α-ketoglutarate", "VCD (1e6.mL)"])
def test_an_analyte_may_be_called_what_a_laboratory_calls_it(
    analyte: str, tracking: Tracking
) -> None:
    (logged,) = log_training(tracking, make_training([make_run(analyte)]), register=True)

    assert tracking.client.get_model_version(f"cho.{analyte}", "1").run_id == logged.run_id


def test_a_card_longer_than_a_tag_is_cut_not_refused(tracking: Tracking) -> None:
    from dataclasses import replace

    long = replace(make_run(), card="# glucose\n\n" + "campaign; " * 3000)

    (logged,) = log_training(tracking, make_training([long]), register=True)

    assert len(tracking.client.get_run(logged.run_id).data.tags["mlflow.note.content"]) <= 8000


def test_nothing_is_written_to_the_working_folder(
    tracking: Tracking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "uv.lock").write_text("version = 1")
    (here / "pyproject.toml").write_text("[project]")
    monkeypatch.chdir(here)

    (logged,) = log_training(tracking, make_training(), register=False)

    assert sorted(f.name for f in here.iterdir()) == ["pyproject.toml", "uv.lock"]
    model = tracking.client.get_logged_model(logged.reference.removeprefix("models:/"))
    files = Path(model.artifact_location.removeprefix("file://")).iterdir()
    assert not {"uv.lock", "pyproject.toml"} & {f.name for f in files}


def test_a_training_after_its_experiment_was_deleted_is_seen(tracking: Tracking) -> None:
    log_training(tracking, make_training(), register=False)
    tracking.client.delete_experiment(experiment(tracking))

    (logged,) = log_training(tracking, make_training(), register=False)

    assert logged.run_id in contents(tracking)["runs"]


POINTS = [
    ("create_run", 1),
    ("create_run", 3),
    ("create_logged_model", 2),
    ("log_batch", 2),
    ("log_model_artifacts", 2),
    ("create_registered_model", 1),
    ("create_model_version", 1),
    ("set_registered_model_alias", 1),
    ("set_registered_model_alias", 2),
]


def break_at(
    method: str, call: int, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], None]:
    """Raise after that call of a client's method has done its work; return how to mend it."""
    sound: Any = getattr(MlflowClient, method)
    calls = 0

    def breaking(self: MlflowClient, *args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        answer = sound(self, *args, **kwargs)
        if calls == call:
            raise error
        return answer

    monkeypatch.setattr(MlflowClient, method, breaking)
    return lambda: monkeypatch.setattr(MlflowClient, method, sound)


@pytest.mark.parametrize("method, call", POINTS)
def test_ctrl_c_at_any_point_leaves_the_store_as_it_was(
    method: str, call: int, trained: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(trained)
    break_at(method, call, KeyboardInterrupt(), monkeypatch)

    with pytest.raises(KeyboardInterrupt):
        log_training(trained, make_training([make_run(), make_run("titre")]), register=True)

    assert contents(trained) == before
    assert mlflow.active_run() is None


@pytest.mark.parametrize(
    "error, words",
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no room left"),
        (MlflowException("(sqlite3.OperationalError) database is locked\n[SQL]"), "is locked"),
        (MlflowException("the moon is full\nmore\nand more"), "the moon is full"),
    ],
)
def test_a_store_that_fails_half_way_is_one_message_and_leaves_nothing(
    error: Exception, words: str, tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_at("log_model_artifacts", 1, error, monkeypatch)

    with pytest.raises(StoreError, match=words) as caught:
        log_training(tracking, make_training(), register=True)

    assert "nothing was registered" in str(caught.value)
    assert "\n" not in str(caught.value)
    left = contents(tracking)
    assert left == {"runs": [], "models": [], "aliases": {}, "versions": [], "files": []}


def test_a_training_that_works_after_one_that_failed_starts_at_version_one(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend = break_at("set_registered_model_alias", 1, OSError("gone"), monkeypatch)
    with pytest.raises(StoreError):
        log_training(tracking, make_training(), register=True)
    mend()

    (logged,) = log_training(tracking, make_training(), register=True)

    assert logged.reference == "models:/cho.glucose/1"


def test_what_cannot_be_taken_back_is_named(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_at("log_model_artifacts", 1, OSError("the cable is out"), monkeypatch)

    def refuse(self: MlflowClient, run_id: str) -> None:
        raise MlflowException("the cable is out")

    monkeypatch.setattr(MlflowClient, "delete_run", refuse)

    with pytest.raises(StoreError, match=r"could not be taken back: run [0-9a-f]{32}"):
        log_training(tracking, make_training(), register=True)
