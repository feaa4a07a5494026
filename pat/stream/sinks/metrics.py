"""Predictions and the predictor's state as Prometheus metrics."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from pat.errors import InputError
from pat.stream.predictions import Prediction
from pat.stream.sinks.sink import Publication
from pat.stream.vitals import Pulse

_EXAMPLE = "127.0.0.1:9464"
_LABELS = ("campaign", "vessel", "analyte")
_QUALITIES = {"good": 2, "uncertain": 1, "bad": 0}


def metrics_address(listen: str) -> tuple[str, int]:
    """Return host and port that metrics are read from.

    Raises
    ------
    InputError
        If it is no such address.
    """
    parts = urlsplit(f"//{listen}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port:
        msg = f"metrics: expected HOST:PORT such as {_EXAMPLE}; got {listen!r}"
        raise InputError(msg)
    return host, port


class Metrics:
    """Serves `/metrics`: the newest value, quality and times of each vessel and analyte.

    Delivery: the newest state whenever it is asked for; Prometheus samples it.

    Parameters
    ----------
    address : (str, int)
        Host and port.
    """

    name = "metrics"

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._server: Any = None
        self._gauges: dict[str, Any] = {}

    def open(self, live: Sequence[Prediction]) -> None:
        """Serve the newest values."""
        from prometheus_client import CollectorRegistry, start_http_server

        registry = CollectorRegistry()
        self._gauges = _gauges(registry)
        for each in live:
            self._show(each)
        host, port = self._address
        self._server, _ = start_http_server(port, host, registry)

    def publish(self, publications: Sequence[Publication]) -> None:
        """Count these, and show the live ones."""
        for each in publications:
            self._gauges["predictions"].labels(each.prediction.quality).inc()
            if each.is_live:
                self._show(each.prediction)

    def withdraw(self, prediction: Prediction, reason: str) -> None:
        """Show a value as bad."""
        del reason
        self._gauges["quality"].labels(*_labels(prediction)).set(_QUALITIES["bad"])

    def beat(self, pulse: Pulse) -> None:
        """Show how predictor and sinks fare."""
        self._gauges["beat"].set(pulse.beat)
        self._gauges["backlog"].set(pulse.backlog)
        if pulse.last_spectrum_at is not None:
            self._gauges["last_spectrum"].set(pulse.last_spectrum_at.timestamp())
        for sink in pulse.sinks:
            self._gauges["sink_up"].labels(sink.name).set(sink.is_up)
            self._gauges["sink_waiting"].labels(sink.name).set(sink.waiting)

    def close(self) -> None:
        """Serve no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _show(self, prediction: Prediction) -> None:
        labels = _labels(prediction)
        value = float("nan") if prediction.value is None else prediction.value
        self._gauges["value"].labels(*labels).set(value)
        self._gauges["quality"].labels(*labels).set(_QUALITIES[prediction.quality])
        if prediction.time is not None:
            self._gauges["time"].labels(*labels).set(prediction.time.timestamp())


def _labels(prediction: Prediction) -> tuple[str, str, str]:
    return (prediction.campaign or "", prediction.vessel or "", prediction.analyte)


def _gauges(registry: Any) -> dict[str, Any]:
    from prometheus_client import Counter, Gauge

    def gauge(name: str, words: str, labels: Sequence[str] = ()) -> Any:
        return Gauge(f"pat_{name}", words, labels, registry=registry)

    return {
        "value": gauge("value", "newest prediction, in the sensor's unit", _LABELS),
        "quality": gauge("quality", "of the newest: 2 good, 1 uncertain, 0 bad", _LABELS),
        "time": gauge("spectrum_time_seconds", "when its spectrum was taken", _LABELS),
        "beat": gauge("heartbeat", "counts up once a second"),
        "backlog": gauge("backlog_files", "files seen and not yet stored"),
        "last_spectrum": gauge("last_spectrum_seconds", "when the last spectrum came"),
        "sink_up": gauge("sink_up", "whether a sink's peer answers", ["sink"]),
        "sink_waiting": gauge("sink_waiting", "predictions a sink has yet to publish", ["sink"]),
        "predictions": Counter(
            "pat_predictions", "since the start, by quality", ["quality"], registry=registry
        ),
    }  # fmt: skip
