"""Feeds: what fills the drop folder with spectra that come as messages, not as files."""

from pat.stream.feeds.fed_folder import FedFolder
from pat.stream.feeds.feed import Feed
from pat.stream.feeds.mqtt import MqttFeed, MqttTopic, mqtt_topic
from pat.stream.feeds.replay import Outlet, Replay, ReplayFeed
from pat.stream.feeds.spool import Spool

__all__ = [
    "FedFolder",
    "Feed",
    "MqttFeed",
    "MqttTopic",
    "Outlet",
    "Replay",
    "ReplayFeed",
    "Spool",
    "mqtt_topic",
]
