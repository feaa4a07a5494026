"""A broker and a client of other makes get every prediction, the newest one retained."""

from pathlib import Path

import pytest

from pat.errors import InputError
from pat.stream.sinks import Mqtt, Publication, mqtt_address
from tests.stream.drop import wait_for
from tests.stream.servers import Broker, Subscriber
from tests.stream.sinks import made_up
from tests.stream.sinks.made_up import finish, live, make_prediction, open_journal, pulse, store

TOPIC = "plant/pat/cho/V01/glucose"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://broker", "mqtt://broker:1883/pat"),
        ("mqtt://10.0.0.7:1884/site/line", "mqtt://10.0.0.7:1884/site/line"),
        ("mqtts://broker/a", "mqtts://broker:8883/a"),
    ],
)
def test_an_address_is_a_broker_and_a_topic(url: str, address: str) -> None:
    assert str(mqtt_address(url)) == address


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("broker:1883", "expected an address such as mqtt://"),
        ("http://broker", "expected an address such as mqtt://"),
        ("mqtt://broker:port/x", "expected an address such as mqtt://"),
        ("mqtt://", "expected an address such as mqtt://"),
        ("mqtt://me:secret@broker/x", "set PAT_MQTT_USER and PAT_MQTT_PASSWORD"),
        ("mqtt://broker/a/+/b", "a topic without"),
    ],
)
def test_an_address_that_is_none_is_told(url: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        mqtt_address(url)

    assert "secret" not in str(error.value)


@pytest.mark.broker
class TestBroker:
    """Beside a real one."""

    def test_the_newest_value_is_retained_and_late_ones_lie_beside_it(self, broker: Broker) -> None:
        sink = Mqtt(mqtt_address(broker.url))
        sink.open([])
        sink.publish([*live(make_prediction(2)), Publication(make_prediction(1), is_live=False)])

        late_comer = Subscriber(broker)
        wait_for(lambda: bool(late_comer.of(TOPIC)))

        [value] = late_comer.of(TOPIC)
        assert (value["value"], value["lower"], value["quality"]) == (2.0, 1.5, "good")
        assert (value["time"], value["unit"]) == ("2024-05-01T11:00:00Z", "g/L")
        assert (value["t2"], value["q_limit"], value["sensor_digest"]) == (1.0, 8.0, "d1")
        assert late_comer.of(f"{TOPIC}/late") == []
        sink.close()
        late_comer.close()

    def test_birth_pulse_and_farewell_are_retained(self, broker: Broker) -> None:
        client = Subscriber(broker, "plant/pat/status")
        sink = Mqtt(mqtt_address(broker.url))
        sink.open([])
        sink.beat(pulse(7))
        sink.close()
        wait_for(lambda: len(client.messages) == 2)

        states = [(each["state"], each.get("beat")) for each in client.of("plant/pat/status")]
        assert states == [("online", 7), ("offline", None)]
        client.close()

    def test_the_last_will_tells_of_a_predictor_that_died(self, broker: Broker) -> None:
        client = Subscriber(broker, "plant/pat/status")
        sink = Mqtt(mqtt_address(broker.url))
        sink.open([])
        sink.beat(pulse())
        sink._client.socket().shutdown(2)  # as a process that was killed
        wait_for(lambda: len(client.messages) == 2)

        assert client.of("plant/pat/status")[-1] == {"state": "offline"}
        sink.close()
        client.close()

    def test_a_value_too_old_is_retained_as_bad(self, broker: Broker) -> None:
        sink = Mqtt(mqtt_address(broker.url))
        sink.open([make_prediction(1)])
        sink.withdraw(make_prediction(1), "no spectrum since noon")
        client = Subscriber(broker)
        wait_for(lambda: bool(client.of(TOPIC)))

        [value] = client.of(TOPIC)
        assert (value["quality"], value["value"]) == ("bad", 1.0)
        assert value["reasons"] == "no spectrum since noon"
        sink.close()
        client.close()

    def test_names_with_a_meaning_in_topics_are_encoded(self, broker: Broker) -> None:
        sink = Mqtt(mqtt_address(broker.url))
        sink.open([])
        client = Subscriber(broker)
        sink.publish(live(make_prediction(1, vessel="V/1+#", campaign="cho")))
        wait_for(lambda: bool(client.messages))

        assert client.messages[0][0] == "plant/pat/cho/V%2F1%2B%23/glucose"
        sink.close()
        client.close()

    def test_a_broker_that_goes_and_comes_back_gets_all_of_it(
        self, broker: Broker, tmp_path: Path
    ) -> None:
        journal = open_journal(tmp_path)
        follower = made_up.follow(Mqtt(mqtt_address(broker.url)), journal)
        store(journal, make_prediction(1))
        wait_for(lambda: follower.status().waiting == 0 and follower.status().is_up)
        broker.stop()
        store(journal, *(make_prediction(number) for number in range(2, 52)))
        wait_for(lambda: not follower.status().is_up)
        broker.start()
        client = Subscriber(broker)

        finish(follower, patience_s=30)
        journal.close()
        wait_for(lambda: len({each["id"] for each in client.of(TOPIC)}) == 51)
        assert [each["id"] for each in client.of(TOPIC)] == list(range(1, 52))
        client.close()

    def test_a_broker_that_refuses_is_told(self, broker: Broker, tmp_path: Path) -> None:
        broker.stop()
        strict = Broker(broker.program, tmp_path, settings="allow_anonymous false")
        strict.start()
        sink = Mqtt(mqtt_address(strict.url))

        try:
            with pytest.raises(ConnectionError, match=r"(?i)not authori"):
                sink.open([])
        finally:
            sink.close()
            strict.stop()
