"""Whoever reads predictions: each sink follows the results at its own pace."""

from pat.stream.sinks.alarms import Alarms
from pat.stream.sinks.follower import Follower
from pat.stream.sinks.freshness import Freshness
from pat.stream.sinks.json_lines import JsonLines
from pat.stream.sinks.model_card import ModelCard, ModelCards
from pat.stream.sinks.mqtt import Mqtt, mqtt_address
from pat.stream.sinks.outbox import Outbox
from pat.stream.sinks.sink import Publication, Sink

__all__ = [
    "Alarms",
    "Follower",
    "Freshness",
    "JsonLines",
    "ModelCard",
    "ModelCards",
    "Mqtt",
    "Outbox",
    "Publication",
    "Sink",
    "mqtt_address",
]
