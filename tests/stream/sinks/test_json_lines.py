"""The file has every prediction once, one a line, whatever broke off the writing."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pat.stream.predictions import Prediction
from pat.stream.sinks import JsonLines
from tests.stream.sinks.made_up import finish, follow, live, make_prediction, open_journal, store


def read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def appended(path: Path, *predictions: Prediction) -> None:
    sink = JsonLines(path)
    sink.open([])
    sink.publish(live(*predictions))
    sink.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "predictions.jsonl"


def test_a_line_holds_the_whole_prediction(path: Path) -> None:
    appended(path, make_prediction(2, reasons="Q 9 > 8", t2=float("inf")))

    [line] = read(path)
    assert (line["value"], line["time"], line["vessel"]) == (2.0, "2024-05-01T11:00:00Z", "V01")
    assert (line["reasons"], line["t2"], line["file_sha256"]) == ("Q 9 > 8", None, "f2")


def test_what_comes_again_after_a_crash_is_not_doubled(path: Path) -> None:
    appended(path, make_prediction(1), make_prediction(2))
    appended(path, make_prediction(1), make_prediction(2), make_prediction(3))

    assert [line["id"] for line in read(path)] == [1, 2, 3]


@pytest.mark.parametrize("cut", [1, 10, 300])
def test_a_line_that_was_cut_off_is_written_again(path: Path, cut: int) -> None:
    appended(path, make_prediction(1), make_prediction(2))
    path.write_bytes(path.read_bytes()[:-cut])

    appended(path, make_prediction(1), make_prediction(2))

    assert [line["id"] for line in read(path)] == [1, 2]


def test_numbers_of_another_database_are_other_predictions(path: Path) -> None:
    appended(path, make_prediction(7))
    appended(path, make_prediction(7, spectrum_sha256="another"))

    assert len(read(path)) == 2


def test_a_file_that_was_moved_away_is_begun_anew(path: Path) -> None:
    sink = JsonLines(path)
    sink.open([])
    sink.publish(live(make_prediction(1)))
    path.rename(path.with_suffix(".1"))
    sink.publish(live(make_prediction(2)))
    sink.close()

    assert [line["id"] for line in read(path)] == [2]
    assert [line["id"] for line in read(path.with_suffix(".1"))] == [1]


def test_a_value_too_old_is_a_line_of_its_own(path: Path) -> None:
    sink = JsonLines(path)
    sink.open([])
    sink.publish(live(make_prediction(1)))
    sink.withdraw(make_prediction(1), "no spectrum since noon")
    sink.close()

    assert [(line["quality"], line["reasons"]) for line in read(path)] == [
        ("good", ""), ("bad", "no spectrum since noon"),
    ]  # fmt: skip


def test_a_folder_that_is_away_is_waited_for(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    path = tmp_path / "share" / "predictions.jsonl"
    follower = follow(JsonLines(path), journal, expect_every=timedelta(days=9999))
    store(journal, make_prediction(1))
    path.parent.mkdir()
    finish(follower, patience_s=20)
    journal.close()

    assert [line["value"] for line in read(path)] == [1.0]
