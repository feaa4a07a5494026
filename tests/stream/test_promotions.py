"""A promotion takes effect between two spectra; else the last good sensor goes on."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from pat.errors import SensorError, StoreError
from pat.stream.promotions import Promotions
from pat.stream.scorer import Sensor
from pat.stream.tables import EVENTS
from tests.stream.drop import MeanSensor, Stream, drop_hourly, wait_for

FIRST = MeanSensor("glucose", digest="digest 1")
SECOND = MeanSensor("glucose", digest="digest 2")


class Registry:
    """Says which sensor a name means, or fails as it is told to."""

    def __init__(self) -> None:
        self.champion: Sensor = FIRST
        self.error: Exception | None = None
        self.n_looks = 0

    def find_newer(self, reference: str, digest: str) -> Sensor | None:
        self.n_looks += 1
        if self.error is not None:
            raise self.error
        return None if self.champion.digest == digest else self.champion


@pytest.fixture
def registry() -> Registry:
    return Registry()


def watching(registry: Registry) -> Promotions:
    promotions = Promotions(
        {"cho.glucose": FIRST.digest}, find_newer=registry.find_newer, every_s=0.01
    )
    promotions.start()
    return promotions


def test_a_promotion_is_found_once(registry: Registry) -> None:
    promotions = watching(registry)
    assert promotions.take() == []
    registry.champion = SECOND
    looks = registry.n_looks
    wait_for(lambda: registry.n_looks > looks + 3)
    promotions.end()

    [swap] = promotions.take()
    assert (swap.reference, swap.digest, swap.sensor) == ("cho.glucose", "digest 1", SECOND)
    assert promotions.take() == []


@pytest.mark.parametrize(
    "error",
    [StoreError("the registry does not answer"), SensorError("golden set"), OSError("no network")],
)
def test_what_goes_wrong_is_told_once_and_forgotten_when_it_is_over(
    registry: Registry, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    registry.error = error
    promotions = watching(registry)
    wait_for(lambda: registry.n_looks > 3)
    assert promotions.take() == []
    registry.error, registry.champion = None, SECOND
    found = []
    wait_for(lambda: bool(found.append(promotions.take()) or found[-1]))
    promotions.end()

    told = [record.message for record in caplog.records]
    assert [message for message in told if str(error) in message] == [told[0]]
    assert "the last good sensor goes on" in told[0]
    assert told[-1] == "cho.glucose can be followed again"


def test_a_running_stream_changes_its_sensor_and_loses_and_doubles_nothing(
    tmp_path: Path, registry: Registry
) -> None:
    folder = tmp_path / "cho"
    folder.mkdir()
    drop_hourly(folder, 5)
    stream = Stream(folder, sensors=(FIRST,), once=False, promotions=watching(registry))
    thread = stream.start()
    wait_for(lambda: len(stream.heard.predictions) == 5)
    registry.champion = SECOND
    wait_for(lambda: events(stream) == 1)
    drop_hourly(folder, 5, start=5)
    wait_for(lambda: len(stream.heard.predictions) == 10)
    stream.stop.set()
    stream.source.wake()
    thread.join(10)

    table = stream.table().sort_values("time")
    assert table["sensor_digest"].tolist() == ["digest 1"] * 5 + ["digest 2"] * 5
    assert table["value"].tolist() == pytest.approx([float(hour) for hour in range(1, 11)])


def events(stream: Stream) -> int:
    return len(stream.rows(select(EVENTS).where(EVENTS.c.kind == "sensor")))


def test_a_look_that_hangs_holds_up_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "cho"
    folder.mkdir()
    drop_hourly(folder, 5)
    hangs = threading.Event()

    def find_newer(reference: str, digest: str) -> Sensor | None:
        hangs.wait(60)
        return None

    promotions = Promotions({"x": "digest 1"}, find_newer=find_newer, every_s=0.0)
    promotions.start()

    table = Stream(folder, sensors=(FIRST,), promotions=promotions).run().table()

    hangs.set()
    promotions.end()
    assert len(table) == 5
