"""Every message of a topic is one file, whatever breaks between broker, disk and predictor."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pat.errors import InputError
from pat.readers.spectrum_json import spectrum_json
from pat.spectra import AxisKind
from pat.stream.feeds import MqttFeed, Spool, mqtt_topic
from tests.stream.drop import AXIS, Stream, wait_for
from tests.stream.servers import Broker


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://broker/raman", "mqtt://broker:1883/raman"),
        ("mqtt://10.0.0.7:1884/site/raman/#", "mqtt://10.0.0.7:1884/site/raman/#"),
        ("mqtts://broker/site/+/raman", "mqtts://broker:8883/site/+/raman"),
    ],
)
def test_an_address_is_a_broker_and_topics(url: str, address: str) -> None:
    assert str(mqtt_topic(url)) == address


@pytest.mark.parametrize(
    "url",
    ["broker/raman", "mqtt://broker", "mqtt://broker/a/#/b", "mqtt://broker:x/a", "mqtt:///a"],
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    with pytest.raises(InputError, match="expected an address such as mqtt://"):
        mqtt_topic(url)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(InputError, match="set PAT_MQTT_SOURCE_USER") as error:
        mqtt_topic("mqtt://me:secret@broker/raman")

    assert "secret" not in str(error.value)


def scan(level: float, vessel: str = "V01") -> bytes:
    wave = np.sin(np.arange(AXIS.size) * 2 * np.pi / AXIS.size)
    told = {"vessel": vessel, "time": f"2024-05-01T10:{int(level):02d}:00Z"}
    return spectrum_json(told, AXIS, level + wave, axis_kind=AxisKind.RAMAN_SHIFT)


def publish(broker: Broker, *messages: tuple[str, bytes]) -> None:
    """Publish as a spectrometer's gateway would, and wait until the broker has it."""
    from paho.mqtt import client as paho

    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    for topic, content in messages:
        client.publish(topic, content, qos=1).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


class BrokenSpool(Spool):
    """Fails the first times, before or after the file is there, as a full disk or a crash would."""

    def __init__(self, folder: Path, *, n_failures: int, is_written: bool) -> None:
        super().__init__(folder)
        self.n_failures = n_failures
        self.is_written = is_written
        self.n_calls = 0

    def put(self, name: str, content: bytes) -> bool:
        self.n_calls += 1
        fails = self.n_calls <= self.n_failures
        if fails and not self.is_written:
            raise OSError(28, "No space left on device")
        is_new = super().put(name, content)
        if fails:
            raise OSError(5, "the power went")
        return is_new


@pytest.mark.broker
class TestBroker:
    """Beside a real one."""

    @pytest.fixture
    def feed_of(self, broker: Broker) -> Callable[..., MqttFeed]:
        self.notes: list[str] = []

        def make(spool: Spool, topic: str = "raman/#") -> MqttFeed:
            where = mqtt_topic(f"mqtt://127.0.0.1:{broker.port}/{topic}")
            return MqttFeed(where, client="pat-test", spool=spool, note=self.notes.append)

        return make

    def test_what_is_published_while_nobody_listens_comes_later(
        self, broker: Broker, tmp_path: Path, feed_of: Callable[..., MqttFeed]
    ) -> None:
        first = feed_of(Spool(tmp_path / "spool"))
        first.start()
        time.sleep(1.0)  # until it has subscribed once
        publish(broker, ("raman/V01", scan(1)))
        wait_for(lambda: len(files(tmp_path / "spool")) == 1)
        first.stop()
        publish(broker, ("raman/V01", scan(2)), ("raman/V02", scan(3)), ("else/V02", scan(4)))

        second = feed_of(Spool(tmp_path / "spool"))
        second.start()
        wait_for(lambda: len(files(tmp_path / "spool")) == 3)
        second.stop()

        assert {path.read_bytes() for path in files(tmp_path / "spool")} == {
            scan(1), scan(2), scan(3),
        }  # fmt: skip
        assert {path.parent.name for path in files(tmp_path / "spool")} == {"V01", "V02"}

    @pytest.mark.parametrize("is_written", [False, True])
    def test_what_is_not_on_disk_is_not_acknowledged(
        self, broker: Broker, tmp_path: Path, feed_of: Callable[..., MqttFeed], is_written: bool
    ) -> None:
        spool = BrokenSpool(tmp_path / "spool", n_failures=2, is_written=is_written)
        feed = feed_of(spool)
        feed.start()
        time.sleep(1.0)
        publish(broker, *((f"raman/V0{n}", scan(n)) for n in range(1, 6)))
        wait_for(lambda: len(files(tmp_path / "spool")) == 5, timeout_s=30)
        wait_for(lambda: any("answers again" in note for note in self.notes))
        feed.stop()

        assert spool.n_calls >= 7
        assert {path.read_bytes() for path in files(tmp_path / "spool")} == {
            scan(n) for n in range(1, 6)
        }

    def test_a_broker_that_goes_away_is_followed_again(
        self, broker: Broker, tmp_path: Path, feed_of: Callable[..., MqttFeed]
    ) -> None:
        feed = feed_of(Spool(tmp_path / "spool"))
        feed.start()
        time.sleep(1.0)
        broker.stop()
        wait_for(lambda: any("is down" in note for note in self.notes))
        broker.start()
        wait_for(lambda: any("answers again" in note for note in self.notes), timeout_s=30)
        publish(broker, ("raman/V01", scan(1)))
        wait_for(lambda: len(files(tmp_path / "spool")) == 1)
        feed.stop()

    def test_every_message_is_accounted_for_and_a_repetition_is_one_row(
        self, broker: Broker, tmp_path: Path, feed_of: Callable[..., MqttFeed]
    ) -> None:
        folder = tmp_path / "cho"
        folder.mkdir()
        stream = Stream(folder, once=False, feeds=[feed_of(Spool(folder / "mqtt"), "#")])
        thread = stream.start()
        time.sleep(1.0)
        csv = b"raman_shift_cm1,intensity\n400,7\n401,7\n402,7\n"
        messages = [
            ("raman/V01", scan(1)), ("raman/V01", scan(1)), ("raman/V02", b"\xff\x00 no spectrum"),
            ("../../V03", scan(3, "V03")), ("index.csv", csv), ("raman/V01", scan(2)),
            ("raman/V09__20240501T113000Z.csv", csv), ("raman/V01", scan(1)),
        ]  # fmt: skip
        publish(broker, *messages)
        wait_for(lambda: len(stream.heard.predictions) + len(stream.heard.refusals) >= 6)
        time.sleep(0.5)
        stream.stop.set()
        stream.source.wake()
        thread.join(30)

        table = stream.table()
        named = table[table["vessel"].notna()].sort_values(["vessel", "time"])
        assert named["vessel"].tolist() == ["V01", "V01", "V03", "V09"]
        assert named["value"].tolist() == pytest.approx([1, 2, 3, 7])
        assert table["vessel"].isna().sum() == 1  # index.csv of a topic is no companion
        [refused] = stream.heard.refusals
        assert "expected a JSON object" in refused.reason
        assert {path.relative_to(tmp_path).parts[0] for path in files(tmp_path)} <= {
            "cho", "results.db", "mosquitto.conf",
        }  # fmt: skip

    def test_a_message_that_is_too_large_is_noted_and_comes_once(
        self,
        broker: Broker,
        tmp_path: Path,
        feed_of: Callable[..., MqttFeed],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("pat.stream.feeds.mqtt._LARGEST_BYTES", len(scan(2)) + 10)
        for level in (1, 2):  # the second feed takes up the session of the first
            feed = feed_of(Spool(tmp_path / "spool"))
            feed.start()
            time.sleep(1.0)
            if level == 1:
                publish(broker, ("raman/V01", scan(1) + bytes(1_000)))
            publish(broker, ("raman/V01", scan(level)))
            wait_for(lambda n=level: len(files(tmp_path / "spool")) == n)
            feed.stop()

        [note] = self.notes
        assert f"raman/V01: expected at most {len(scan(2)) + 10} bytes; got" in note

    def test_trying_out_takes_nothing_and_cuts_nobody_off(
        self, broker: Broker, tmp_path: Path, feed_of: Callable[..., MqttFeed]
    ) -> None:
        feed = feed_of(Spool(tmp_path / "spool"))
        feed.start()
        time.sleep(1.0)
        feed_of(Spool(tmp_path / "other")).try_out()
        publish(broker, ("raman/V01", scan(1)))
        wait_for(lambda: len(files(tmp_path / "spool")) == 1)
        feed.stop()

        assert self.notes == []
        assert not (tmp_path / "other").exists()

    def test_trying_out_tells_a_broker_that_does_not_answer(
        self, broker: Broker, tmp_path: Path, feed_of: Callable[..., MqttFeed]
    ) -> None:
        broker.stop()

        with pytest.raises(ConnectionRefusedError):
            feed_of(Spool(tmp_path)).try_out()
