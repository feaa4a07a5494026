"""The newest prediction of each value is the one that a plain reading of all rows finds."""

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from pat.stream.journal import Desk, Journal
from pat.stream.predictions import Prediction, newest, prediction_of
from tests.stream.sinks.made_up import TEN, make_prediction, open_journal, store


@pytest.fixture(params=["sqlite", "postgres"])
def journal(request: pytest.FixtureRequest, tmp_path: Path):
    url = request.getfixturevalue("postgres") if request.param == "postgres" else None
    opened = open_journal(tmp_path, url=url)
    yield opened
    opened.close()


def found(journal: Journal, number: int) -> list[Prediction]:
    with journal.engine.connect() as connection:
        query = newest(number, station=journal.station)
        return [prediction_of(row) for row in connection.execute(query)]


def some_rows(n: int) -> list[Prediction]:
    """Return rows in any order of time, some of them without one, or no live values at all."""
    rng = np.random.default_rng(4)
    rows = []
    for number in range(1, n + 1):
        has_time = rng.random() < 0.8
        hour = float(rng.integers(0, 12))
        rows.append(
            make_prediction(
                number,
                campaign=str(rng.choice(["cho", "hek", ""])) or None,
                vessel=str(rng.choice(["V01", "V02", ""], p=[0.5, 0.4, 0.1])) or None,
                analyte=str(rng.choice(["glucose", "lactate"])),
                kind=str(rng.choice(["culture", "spike"], p=[0.9, 0.1])),
                time=TEN + timedelta(hours=hour) if has_time else None,
                elapsed_h=hour if rng.random() < 0.5 else None,
            )
        )
    return rows


def by_reading_all(rows: list[Prediction]) -> set[int]:
    best: dict[object, Prediction] = {}

    def place(one: Prediction) -> tuple[object, ...]:
        early = TEN - timedelta(days=999)
        age = -1.0 if one.elapsed_h is None else one.elapsed_h
        return (one.time is not None, one.time or early, age, one.id)

    for one in rows:
        if one.tag is None:
            continue
        if one.tag not in best or place(one) > place(best[one.tag]):
            best[one.tag] = one
    return {one.id for one in best.values()}


def test_the_newest_of_each_tag_is_found_among_rows_in_any_order(journal: Journal) -> None:
    rows = some_rows(300)
    store(journal, *rows)
    other = Desk("/elsewhere", "x")
    beside = Journal(
        journal.engine.url.render_as_string(hide_password=False),
        desk=other, stop=threading.Event(), patience_s=20,
    )  # fmt: skip
    store(beside, replace(rows[0], vessel="V77", spectrum_sha256="other"))
    beside.close()

    for number in (0, 1, 40, 300, 999):
        stored = found(journal, number)
        assert {one.id for one in stored} == by_reading_all(rows[:number])
        assert [one.id for one in stored] == sorted(one.id for one in stored)


def test_nothing_is_newest_where_nothing_is_stored(journal: Journal) -> None:
    assert found(journal, 10) == []
