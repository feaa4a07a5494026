"""`pat models` lists every version with its alias and errors, and says where it looked."""

from pathlib import Path

import pytest

from pat.registry import log_training, promote
from pipelines import models
from tests.registry.stores import copied, empty_store, trained_store
from tests.registry.trainings import make_run, make_training

pytestmark = pytest.mark.mlflow


def test_versions_stand_in_order_with_aliases_and_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tracking = copied(trained_store(), tmp_path / "store")
    promote("cho.glucose", 1, alias="champion", by="R", why="first", tracking=tracking)
    runs = [make_run("glucose", nested=None), make_run("titre")]
    log_training(tracking, make_training(runs), register=True)

    models.run(tracking_uri=tracking.uri)

    heading, *rows, last = capsys.readouterr().out.splitlines()
    assert heading.split()[:3] == ["sensor", "version", "alias"]
    assert [row.split()[:3] for row in rows] == [
        ["cho.glucose", "2", "challenger"],
        ["cho.glucose", "1", "champion"],
        ["cho.titre", "1", "challenger"],
    ]
    assert rows[1].split()[3:6] == ["0.25", "0.3", "g/L"]
    assert last == f"tracking: {tracking.uri}"


def test_an_empty_registry_says_what_to_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tracking = copied(empty_store(), tmp_path / "store")

    models.run(tracking_uri=tracking.uri)

    assert "nothing is registered; train with: pat train CAMPAIGN" in capsys.readouterr().out
