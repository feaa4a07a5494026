"""`pat promote` shows the evidence before it moves an alias, and how to undo it after."""

from pathlib import Path
from typing import Any

import pytest

from pat.errors import InputError, SensorError
from pat.registry import Tracking, history, log_training, version_with_alias
from pipelines import promote
from tests.registry.stores import copied, trained_store
from tests.registry.trainings import make_heldout, make_run, make_training

pytestmark = pytest.mark.mlflow


@pytest.fixture
def tracking(tmp_path: Path) -> Tracking:
    """A store with version 1 of cho.glucose."""
    return copied(trained_store(), tmp_path / "store")


def give(tracking: Tracking, version: int, **settings: Any) -> None:
    words = {"by": "A. Reviewer", "why": "smaller error", "alias": "champion", "waive": None}
    promote.run("cho.glucose", version, tracking_uri=tracking.uri, **{**words, **settings})


def champion(tracking: Tracking) -> int | None:
    found = version_with_alias("cho.glucose", "champion", tracking=tracking)
    return None if found is None else found.version


def test_the_first_champion_shows_its_margin(
    tracking: Tracking, capsys: pytest.CaptureFixture[str]
) -> None:
    give(tracking, 1)

    assert capsys.readouterr().out.splitlines() == [
        "version 1: nested RMSE 0.3 g/L; guessing from culture age 1.2 g/L",
        "cho.glucose: champion is now version 1 (by A. Reviewer: smaller error)",
        f"tracking: {tracking.uri}",
    ]


def test_a_challenger_is_shown_beside_the_champion_on_what_both_held_out(
    tracking: Tracking, capsys: pytest.CaptureFixture[str]
) -> None:
    give(tracking, 1)
    better = make_run(heldout=make_heldout(spread=0.02, seed=5))
    log_training(tracking, make_training([better]), register=True)
    capsys.readouterr()

    give(tracking, 2)

    printed = capsys.readouterr().out
    assert "on 30 samples of 6 cultures that both held out" in printed
    assert "first   version 2: RMSE 0.0" in printed
    assert "second  version 1, now champion: RMSE 0.1" in printed
    assert "the first has the smaller error" in printed
    assert "undo: pat promote cho.glucose 1 --by WHO --why TEXT" in printed


def test_the_undo_line_rolls_back(tracking: Tracking) -> None:
    give(tracking, 1)
    log_training(tracking, make_training(), register=True)
    give(tracking, 2)

    give(tracking, 1, why="rolled back")

    assert champion(tracking) == 1
    assert [move.to_version for move in history("cho.glucose", tracking)] == [1, 2, 1]


def test_the_undo_line_names_another_alias(
    tracking: Tracking, capsys: pytest.CaptureFixture[str]
) -> None:
    give(tracking, 1, alias="shadow")
    log_training(tracking, make_training(), register=True)

    give(tracking, 2, alias="shadow")

    assert "undo: pat promote cho.glucose 1 --to shadow --by" in capsys.readouterr().out


def test_promoting_the_champion_again_changes_nothing(
    tracking: Tracking, capsys: pytest.CaptureFixture[str]
) -> None:
    give(tracking, 1)

    give(tracking, 1)

    assert "is the champion already; nothing was changed" in capsys.readouterr().out
    assert len(history("cho.glucose", tracking)) == 1


def test_a_refusal_comes_with_the_evidence_and_moves_nothing(
    tracking: Tracking, capsys: pytest.CaptureFixture[str]
) -> None:
    log_training(tracking, make_training([make_run(nested=1.1)]), register=True)

    with pytest.raises(SensorError, match="--waive WHY"):
        give(tracking, 2)

    assert "version 2: nested RMSE 1.1 g/L; guessing from culture age 1.2" in (
        capsys.readouterr().out
    )
    assert champion(tracking) is None

    give(tracking, 2, waive="for the trend alone")

    assert "margin waived: for the trend alone" in capsys.readouterr().out


def test_versions_without_a_shared_sample_are_said_to_be_incomparable(
    tracking: Tracking, capsys: pytest.CaptureFixture[str]
) -> None:
    give(tracking, 1)
    other = make_run(heldout=make_heldout(campaign="hek"))
    log_training(tracking, make_training([other]), register=True)

    give(tracking, 2)

    assert "share no held-out sample" in capsys.readouterr().out


def test_without_a_store_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected an MLflow store"):
        promote.run(
            "cho.glucose", 1, by="R", why="x", alias="champion", waive=None,
            tracking_uri=f"sqlite:///{tmp_path / 'mlflow.db'}",
        )  # fmt: skip

    assert list(tmp_path.iterdir()) == []
