"""A sink gets every prediction in order, down or up, and holds up nobody else."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pat.stream.journal import Journal
from pat.stream.sinks import Outbox
from pat.stream.sinks import follower as follower_module
from pat.stream.tables import EVENTS, PUBLICATIONS
from tests.stream.drop import wait_for
from tests.stream.sinks.made_up import Ear, finish, follow, make_prediction, open_journal, store


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = open_journal(tmp_path)
    yield journal
    journal.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a sink be tried again soon, and ages be looked at often."""
    monkeypatch.setattr(follower_module, "_FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(follower_module, "_LAST_PAUSE_S", 0.05)
    monkeypatch.setattr(follower_module, "_TICK_S", 0.05)


def test_every_prediction_is_published_in_order_once(journal: Journal) -> None:
    ear = Ear()
    follower = follow(ear, journal)
    for number in range(1, 301):
        store(journal, make_prediction(number))

    finish(follower, patience_s=20)

    assert ear.values == [float(number) for number in range(1, 301)]
    assert follower.status().waiting == 0


def test_a_sink_goes_on_where_it_was_after_a_restart(journal: Journal) -> None:
    first = Ear()
    follower = follow(first, journal)
    store(journal, make_prediction(1), make_prediction(2))
    finish(follower, patience_s=20)
    store(journal, make_prediction(3))

    second = Ear()
    finish(follow(second, journal))

    assert (first.values, second.values) == ([1.0, 2.0], [3.0])
    assert [each.value for each in second.shown] == [2.0]


def test_a_new_sink_shows_the_newest_values_and_follows_from_there(journal: Journal) -> None:
    store(journal, make_prediction(1), make_prediction(2), make_prediction(7, vessel="V02"))

    ear = Ear()
    follower = follow(ear, journal)
    store(journal, make_prediction(3))
    finish(follower, patience_s=20)

    assert sorted(each.value or 0 for each in ear.shown) == [2.0, 7.0]
    assert ear.values == [3.0]


@pytest.mark.parametrize("what", ["open", "publish", "beat"])
def test_a_sink_that_is_down_loses_nothing_and_stops_nobody(journal: Journal, what: str) -> None:
    is_down = threading.Event()
    is_down.set()
    ill = Ear("ill", fails=lambda at: at == what and is_down.is_set())
    sound = Ear("sound")
    followers = [follow(ill, journal), follow(sound, journal)]
    store(journal, *(make_prediction(number) for number in range(1, 51)))
    wait_for(lambda: len(sound.heard) == 50)
    assert not followers[0].status().is_up

    is_down.clear()
    for each in followers:
        finish(each, patience_s=20)

    assert ill.values[-50:] == sound.values
    kinds = journal.frame(select(EVENTS.c.kind))["kind"].tolist()
    assert kinds == ["sink down", "sink up"]


def test_a_publication_that_broke_off_comes_again_whole(journal: Journal) -> None:
    calls = []

    def fails(what: str) -> bool:
        calls.append(what)
        return what == "publish" and calls.count("publish") == 1

    ear = Ear(fails=fails)
    follower = follow(ear, journal)
    store(journal, make_prediction(1), make_prediction(2))
    finish(follower, patience_s=20)

    assert ear.values == [1.0, 2.0]


def test_a_late_prediction_does_not_take_the_place_of_a_newer_one(journal: Journal) -> None:
    ear = Ear()
    follower = follow(ear, journal)
    store(journal, make_prediction(5), make_prediction(2), make_prediction(6))
    store(journal, make_prediction(3, sample="S1", kind="spike"), make_prediction(4, vessel=None))
    finish(follower, patience_s=20)

    assert [(each.prediction.value, each.is_live) for each in ear.heard] == [
        (5.0, True), (2.0, False), (6.0, True), (3.0, False), (4.0, False),
    ]  # fmt: skip


def test_what_was_published_when_is_kept(journal: Journal) -> None:
    follower = follow(Ear(), journal)
    store(journal, *(make_prediction(number) for number in range(1, 11)))
    finish(follower, patience_s=20)

    table = journal.frame(select(PUBLICATIONS).order_by(PUBLICATIONS.c.id))
    assert set(table["sink"]) == {"ear"}
    covered = [
        number
        for first, last in zip(table["first_id"], table["last_id"], strict=True)
        for number in range(first, last + 1)
    ]
    assert covered == list(range(1, 11))


def test_a_sink_follows_its_own_station_alone(journal: Journal, tmp_path: Path) -> None:
    other = open_journal(tmp_path, station="/other")
    ear = Ear()
    follower = follow(ear, journal)
    store(other, make_prediction(1))
    store(journal, make_prediction(2))
    finish(follower, patience_s=20)
    other.close()

    assert ear.values == [2.0]


def test_a_value_that_is_too_old_is_withdrawn_once_and_renewed_by_the_next(
    journal: Journal,
) -> None:
    now = datetime.now(UTC)
    ear = Ear()
    follower = follow(ear, journal, expect_every=timedelta(minutes=15))
    old = now - timedelta(minutes=20)
    store(journal, make_prediction(1, time=old, received_at=old))
    store(journal, make_prediction(1, time=now, received_at=now, vessel="V02"))
    wait_for(lambda: len(ear.withdrawn) == 1)
    beats = ear.beats
    wait_for(lambda: ear.beats > beats + 3)

    [(prediction, reason)] = ear.withdrawn
    assert prediction.vessel == "V01"
    assert reason.startswith("no spectrum since ")
    assert reason.endswith("expected every 15 min")

    store(journal, make_prediction(2, time=now, received_at=now))
    finish(follower, patience_s=20)
    assert ear.heard[-1].is_live
    assert len(ear.withdrawn) == 1


def test_a_sink_that_stays_down_ends_with_the_patience_and_is_told(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    ear = Ear(fails=lambda what: True)
    follower = follow(ear, journal)
    store(journal, make_prediction(1))

    finish(follower, patience_s=0.3)

    assert "1 prediction is to come, at the next start" in caplog.text
    assert Outbox(journal, sink="ear").waiting() == 1


def test_culture_age_orders_what_has_no_time(journal: Journal) -> None:
    ear = Ear()
    follower = follow(ear, journal)
    for hours in (5.0, 4.0, 6.0):
        row = make_prediction(1, time=None, elapsed_h=hours, spectrum_sha256=str(hours))
        store(journal, row)
    finish(follower, patience_s=20)

    assert [each.is_live for each in ear.heard] == [True, False, True]
