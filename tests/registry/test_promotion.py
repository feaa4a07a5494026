"""A promotion needs its margin or a waiver, is recorded before it happens, and can be undone."""

from dataclasses import replace
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST

from pat.errors import InputError, SensorError, StoreError
from pat.registry.margin import Margin, margin
from pat.registry.promotion import Promotion, history, promote
from pat.registry.tracking import Tracking
from pat.registry.training_log import log_training
from pat.registry.versions import get_version, version_with_alias
from tests.registry.trainings import make_run, make_training

pytestmark = pytest.mark.mlflow


def champion(tracking: Tracking, alias: str = "champion") -> int | None:
    found = version_with_alias("cho.glucose", alias, tracking=tracking)
    return None if found is None else found.version


def give(tracking: Tracking, version: int, **settings: Any) -> Promotion:
    words = {"alias": "champion", "by": "A. Reviewer", "why": "smaller error", **settings}
    return promote("cho.glucose", version, tracking=tracking, **words)


def train_again(tracking: Tracking, **settings: Any) -> None:
    log_training(tracking, make_training([make_run(**settings)]), register=True)


@pytest.mark.parametrize(
    "nested, age, met",
    [
        (0.79, 1.0, True),
        (0.80, 1.0, True),
        (0.81, 1.0, False),
        (0.5, None, True),
        (None, 1.0, False),
        (None, None, False),
    ],
)
def test_the_margin_is_four_fifths_of_guessing_from_culture_age(
    nested: float | None, age: float | None, met: bool
) -> None:
    assert Margin(nested, age).is_met is met


@pytest.mark.parametrize(
    "metrics, said",
    [
        (
            {"nested/rmse": 0.9, "null/mean": 1.0},
            r"nested RMSE 0\.9 .* from the mean \(1 ",
        ),
        (
            {"nested/rmse": 0.9, "null/mean": 1.0, "null/culture_age": 2.0},
            None,  # the better known guess counts
        ),
        (
            {"nested/rmse": 0.1, "null/culture_age": 1, "test/rmsep": 0.9, "test/culture_age": 1},
            "RMSEP of vessels that served for nothing else 0.9",
        ),
        ({"nested/rmse": 2.0, "null/culture_age": 1, "test/rmsep": 0.3, "test/mean": 1}, None),
    ],
)
def test_the_error_is_held_against_the_guess_on_the_same_samples(
    trained: Tracking, metrics: dict[str, float], said: str | None
) -> None:
    one = replace(make_run(), metrics=metrics)
    log_training(trained, make_training([one]), register=True)

    if said is None:
        assert give(trained, 2).to_version == 2
        return
    with pytest.raises(SensorError, match=said):
        give(trained, 2)


def test_a_promotion_moves_the_alias_and_says_who_and_why(trained: Tracking) -> None:
    move = give(trained, 1)

    assert champion(trained) == 1
    assert (move.from_version, move.to_version, move.by) == (None, 1, "A. Reviewer")
    assert history("cho.glucose", trained) == [move]


def test_a_sensor_below_the_margin_is_refused_and_nothing_is_moved(trained: Tracking) -> None:
    train_again(trained, nested=0.9, culture_age=1.0)

    with pytest.raises(SensorError, match=r"0\.9 g/L is above 0\.8 times .* --waive WHY"):
        give(trained, 2)

    assert champion(trained) is None
    assert history("cho.glucose", trained) == []


def test_a_waiver_lets_it_pass_and_is_kept(trained: Tracking) -> None:
    train_again(trained, nested=0.9, culture_age=1.0)

    give(trained, 2, waive="needed for the trend alone")

    assert champion(trained) == 2
    assert history("cho.glucose", trained)[0].waived == "needed for the trend alone"


def test_a_sensor_that_misses_its_criteria_is_refused_until_someone_waives_them(
    trained: Tracking,
) -> None:
    train_again(trained, criteria_failed="bias: not met")

    with pytest.raises(SensorError, match=r"acceptance criteria are not met: bias: not met"):
        give(trained, 2)
    assert champion(trained) is None

    give(trained, 2, waive="the trend alone is needed")
    assert champion(trained) == 2
    note = trained.client.get_registered_model("cho.glucose").description
    assert "waived: the trend alone is needed" in note
    card = trained.client.get_model_version("cho.glucose", "2").description
    assert "the trend alone is needed" in card


def test_what_is_not_shown_is_refused_with_what_is_missing(trained: Tracking) -> None:
    run = make_run()
    tagged = replace(run, tags={**run.tags, "not_shown": "expected samples of 5 vessels"})
    log_training(trained, make_training([tagged]), register=True)

    with pytest.raises(SensorError, match="is not shown: expected samples of 5 vessels"):
        give(trained, 2)


def test_an_unknown_nested_error_needs_a_waiver(trained: Tracking) -> None:
    train_again(trained, nested=None)

    with pytest.raises(SensorError, match="nested error is unknown"):
        give(trained, 2)


def test_the_margin_survives_the_deletion_of_its_run(trained: Tracking) -> None:
    version = get_version("cho.glucose", 1, tracking=trained)
    gone = trained.client.get_run

    def missing(self: MlflowClient, run_id: str) -> Any:
        if run_id == version.run_id:
            raise MlflowException("no such run", error_code=RESOURCE_DOES_NOT_EXIST)
        return gone(run_id)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MlflowClient, "get_run", missing)
        assert margin(version, trained) == Margin(0.3, 1.2)


def test_an_older_version_comes_back_without_a_margin(trained: Tracking) -> None:
    train_again(trained, nested=0.9, culture_age=1.0)
    give(trained, 2, waive="trend alone")
    give(trained, 1)

    give(trained, 2, why="rolled back")

    assert champion(trained) == 2
    moves = history("cho.glucose", trained)
    assert [(m.from_version, m.to_version) for m in moves] == [(None, 2), (2, 1), (1, 2)]
    assert moves == sorted(moves, key=lambda move: move.at)


def test_a_version_that_held_another_alias_still_needs_its_margin(trained: Tracking) -> None:
    train_again(trained, nested=0.9, culture_age=1.0)
    give(trained, 2, alias="shadow", waive="beside the champion")

    with pytest.raises(SensorError, match="not promoted"):
        give(trained, 2)


@pytest.mark.parametrize(
    "words",
    [{"by": " "}, {"why": ""}, {"waive": "  "}, {"alias": "latest"}, {"alias": "v2"},
     {"alias": "a b"}, {"alias": ""}],
)  # fmt: skip
def test_empty_words_and_reserved_aliases_are_refused(
    words: dict[str, str], unchanged: Tracking
) -> None:
    with pytest.raises(InputError, match="expected"):
        give(unchanged, 1, **words)

    assert history("cho.glucose", unchanged) == []


def test_a_version_that_is_not_there_is_refused(unchanged: Tracking) -> None:
    with pytest.raises(SensorError, match="has no version 7"):
        give(unchanged, 7)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MlflowException("locked")])
def test_a_move_that_fails_leaves_no_record(
    error: BaseException, trained: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: MlflowClient, *args: object) -> None:
        raise error

    monkeypatch.setattr(MlflowClient, "set_registered_model_alias", broken)

    with pytest.raises((KeyboardInterrupt, StoreError)):
        give(trained, 1)

    assert champion(trained) is None
    assert history("cho.glucose", trained) == []


def test_the_page_of_the_sensor_shows_who_promoted_what_newest_first(trained: Tracking) -> None:
    train_again(trained)
    give(trained, 1, why="first | only")
    give(trained, 2, by="B. Owner", waive=None)

    text = trained.client.get_registered_model("cho.glucose").description

    rows = [line for line in text.splitlines() if line.startswith("| 20")]
    assert "2 (was 1)" in rows[0]
    assert "B. Owner" in rows[0]
    assert "first \\| only" in rows[1]


def test_a_long_history_still_fits_the_description(trained: Tracking) -> None:
    train_again(trained)
    for version in (1, 2) * 3:
        give(trained, version, why="long " * 400)

    text = trained.client.get_registered_model("cho.glucose").description

    assert len(text) <= 5000
    assert len(history("cho.glucose", trained)) == 6
