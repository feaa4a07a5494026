"""The page shows each vessel's newest value, what changes, and a course that fits a chart."""

import itertools
from datetime import timedelta
from pathlib import Path

import pytest

from pat.stream.sinks import Publication
from tests.stream.sinks.made_up import (
    TEN,
    finish,
    follow,
    live,
    make_prediction,
    open_journal,
    store,
)
from tests.stream.web.served import Served


def hourly(n: int, **cells: object) -> list:
    return [make_prediction(number, **cells) for number in range(1, n + 1)]


def test_a_reader_is_told_everything_and_then_what_changed(tmp_path: Path) -> None:
    with Served.of(tmp_path, [*hourly(3), *hourly(2, vessel="V02")]) as served:
        changes = served.changes()
        kind, first = next(changes)
        served.page.publish(live(make_prediction(4)))
        changed = next(cells for _, cells in changes if cells["tags"])

    assert kind == "all"
    assert {(tag["vessel"], tag["value"]) for tag in first["tags"]} == {("V01", 3.0), ("V02", 2.0)}
    points = next(tag["points"] for tag in first["tags"] if tag["vessel"] == "V01")
    assert [point[1:] for point in points] == [[v, v - 0.5, v + 0.5, 0] for v in (1.0, 2.0, 3.0)]
    assert [(tag["vessel"], tag["value"]) for tag in changed["tags"]] == [("V01", 4.0)]
    assert [point[1] for point in changed["tags"][0]["points"]] == [4.0]


def test_a_late_spectrum_joins_the_trend_and_leaves_the_newest_value(tmp_path: Path) -> None:
    late = make_prediction(1, value=9.0, time=TEN + timedelta(minutes=30))
    with Served.of(tmp_path, hourly(3)) as served:
        changes = served.changes()
        next(changes)
        served.page.publish([Publication(late, is_live=False)])
        tag = next(cells for _, cells in changes if cells["tags"])["tags"][0]

    assert tag["value"] == 3.0
    assert [point[1] for point in tag["points"]] == [9.0]


def test_a_value_too_old_is_bad_until_a_spectrum_comes_again(tmp_path: Path) -> None:
    with Served.of(tmp_path, hourly(1)) as served:
        served.page.withdraw(make_prediction(1), "no spectrum since 10:00")
        _, outdated = next(served.changes())
        served.page.publish(live(make_prediction(2)))
        _, renewed = next(served.changes())

    assert outdated["tags"][0]["quality"] == "bad"
    assert outdated["tags"][0]["reasons"] == "no spectrum since 10:00"
    assert (renewed["tags"][0]["quality"], renewed["tags"][0]["reasons"]) == ("good", "")


def test_a_dead_spectrum_and_one_without_a_vessel_are_told_with_their_reasons(
    tmp_path: Path,
) -> None:
    dead = make_prediction(
        2, value=None, lower=None, upper=float("nan"), quality="bad", reasons="dead"
    )
    nameless = make_prediction(3, vessel=None, quality="bad", reasons="no vessel")
    with Served.of(tmp_path, hourly(1)) as served:
        served.page.publish([*live(dead), Publication(nameless, is_live=False)])
        _, cells = next(served.changes())

    assert (cells["tags"][0]["value"], cells["tags"][0]["upper"]) == (None, None)
    assert cells["tags"][0]["points"][-1][1:] == [None, None, None, 2]
    assert [(row["reasons"], row["file"]) for row in cells["bad"]] == [("no vessel", "3.csv")]


def test_a_course_is_thinned_to_a_chart_and_keeps_its_means_and_its_alarms(tmp_path: Path) -> None:
    every_minute = [
        make_prediction(n, time=TEN + timedelta(minutes=n), q=99.0 if n == 700 else 2.0,
                        quality="uncertain" if n == 700 else "good",
                        reasons="Q above its limit" if n == 700 else "")
        for n in range(1200)
    ]  # fmt: skip
    with Served.of(tmp_path, every_minute) as served:
        path = "/culture?campaign=cho&vessel=V01&analyte=glucose&hours="
        found, short = served.told(f"{path}24"), served.told(f"{path}1")

    course = found["course"]
    assert len(course) == 600
    assert sum(point[1] for point in course) / 600 == pytest.approx(1199 / 2)
    alarms = [point for point in course if point[7] == 99.0]
    assert [(point[4], point[8]) for point in alarms] == [(1, 8.0)]
    assert [each["reasons"] for each in found["doubts"]] == ["Q above its limit"]
    assert [point[1] for point in short["course"]] == list(range(1139, 1200))


def test_culture_age_serves_where_no_time_is_known(tmp_path: Path) -> None:
    aged = [make_prediction(n, time=None, elapsed_h=float(n)) for n in range(1, 31)]
    with Served.of(tmp_path, aged) as served:
        course = served.told("/culture?campaign=cho&vessel=V01&analyte=glucose&hours=6")["course"]
        _, cells = next(served.changes())

    assert [point[0] / 3600 for point in course] == list(range(24, 31))
    assert cells["tags"][0]["time"] is None
    assert [point[0] / 3600 for point in cells["tags"][0]["points"]] == list(range(18, 31))


@pytest.mark.parametrize("asked", ["", "vessel=V01", "vessel=V01&analyte=glucose&hours=nan",
                                   "vessel=V01&analyte=glucose&hours=1e9"])  # fmt: skip
def test_a_question_without_sense_is_refused(tmp_path: Path, asked: str) -> None:
    with Served.empty(tmp_path) as served:
        assert served.ask(f"/culture?{asked}").status == 400


def test_the_page_ends_while_somebody_reads_and_can_be_opened_again(tmp_path: Path) -> None:
    with Served.of(tmp_path, hourly(1)) as served:
        changes = served.changes()
        next(changes)
        served.page.close()
        rest = list(itertools.islice(changes, 10))
        served.page.open([make_prediction(1)])
        _, again = next(served.changes())

    assert len(rest) < 10
    assert [tag["value"] for tag in again["tags"]] == [1.0]


def test_a_follower_shows_what_the_stream_stores(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    with Served.empty(tmp_path) as served:
        served.page.close()
        follower = follow(served.page, journal)
        store(journal, *hourly(3))
        shown = next(_readings(served))
        finish(follower)
    journal.close()

    assert [tag["value"] for tag in shown["tags"]] == [3.0]


def _readings(served: Served):
    while True:
        try:
            yield from (cells for _, cells in served.changes() if cells["tags"])
        except ConnectionError:
            continue
