"""Prometheus reads the newest values and how the predictor fares, in its own format."""

import urllib.request
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pat.errors import InputError
from pat.stream.sinks import Publication
from pat.stream.sinks.metrics import Metrics, metrics_address
from pat.stream.vitals import SinkStatus
from tests.stream.servers import free_port
from tests.stream.sinks.made_up import TEN, live, make_prediction, pulse

parser = pytest.importorskip(
    "prometheus_client.parser", reason="the extra metrics is not installed"
)


@pytest.fixture
def sink() -> Iterator[Metrics]:
    sink = Metrics(("127.0.0.1", free_port()))
    sink.open([])
    yield sink
    sink.close()


def scrape(sink: Metrics) -> dict[tuple[str, ...], float]:
    host, port = sink._address
    with urllib.request.urlopen(f"http://{host}:{port}/metrics") as answer:
        text = answer.read().decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in parser.text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_newest_value_its_quality_and_its_time_are_read(sink: Metrics) -> None:
    sink.publish([*live(make_prediction(2)), Publication(make_prediction(1), is_live=False)])

    samples = scrape(sink)
    assert samples[("pat_value", "glucose", "cho", "V01")] == 2.0
    assert samples[("pat_quality", "glucose", "cho", "V01")] == 2
    assert samples[("pat_spectrum_time_seconds", "glucose", "cho", "V01")] == TEN.timestamp() + 3600
    assert samples[("pat_predictions_total", "good")] == 2


def test_a_value_too_old_is_of_bad_quality(sink: Metrics) -> None:
    sink.publish(live(make_prediction(1)))
    sink.withdraw(make_prediction(1), "no spectrum")

    assert scrape(sink)[("pat_quality", "glucose", "cho", "V01")] == 0


def test_the_predictor_and_its_sinks_are_seen(sink: Metrics) -> None:
    down = SinkStatus("mqtt", is_up=False, waiting=12, trouble="refused")
    sink.beat(replace(pulse(9), sinks=(down,)))

    samples = scrape(sink)
    assert samples[("pat_heartbeat",)] == 9
    assert samples[("pat_backlog_files",)] == 3
    assert samples[("pat_sink_up", "mqtt")] == 0
    assert samples[("pat_sink_waiting", "mqtt")] == 12


@pytest.mark.parametrize("listen", ["", "9464", "localhost", "127.0.0.1:none", ":9464"])
def test_an_address_that_is_none_is_told(listen: str) -> None:
    with pytest.raises(InputError, match="expected HOST:PORT"):
        metrics_address(listen)
