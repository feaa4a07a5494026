"""The streaming predictor: from a drop folder to rows in a database, once each."""

from pat.stream.comparison import Comparison, Row
from pat.stream.drop_names import DropNames
from pat.stream.journal import Desk, Journal
from pat.stream.known_files import KnownFiles
from pat.stream.late_assays import LateAssays
from pat.stream.listener import Listener
from pat.stream.online_values import OnlineValues
from pat.stream.records import Arrival, FileOutcome, FileVersion, Scan, State
from pat.stream.runner import run
from pat.stream.scorer import Scorer, Sensor, with_gaps
from pat.stream.source import Source
from pat.stream.station import Station
from pat.stream.vitals import Vitals
from pat.stream.watched_folder import FolderSettings, WatchedFolder

__all__ = [
    "Arrival",
    "Comparison",
    "Desk",
    "DropNames",
    "FileOutcome",
    "FileVersion",
    "FolderSettings",
    "Journal",
    "KnownFiles",
    "LateAssays",
    "Listener",
    "OnlineValues",
    "Row",
    "Scan",
    "Scorer",
    "Sensor",
    "Source",
    "State",
    "Station",
    "Vitals",
    "WatchedFolder",
    "run",
    "with_gaps",
]
