"""The only place that knows MLflow: runs, models, versions, promotions."""

from pat.registry.comparison import Comparison, compare
from pat.registry.evaluations import EvaluationRecord, log_evaluation
from pat.registry.margin import Margin, margin
from pat.registry.promotion import Promotion, history, promote
from pat.registry.tracking import Tracking, make_tracking, open_tracking
from pat.registry.training_log import log_training
from pat.registry.training_record import AnalyteRun, Dataset, LoggedSensor, TrainingRun
from pat.registry.versions import (
    CRITERIA_FAILED,
    NOT_SHOWN,
    SensorVersion,
    get_version,
    registered_sensors,
    resolve_sensor,
    resolve_version,
    version_with_alias,
)

__all__ = [
    "CRITERIA_FAILED",
    "NOT_SHOWN",
    "AnalyteRun",
    "Comparison",
    "Dataset",
    "EvaluationRecord",
    "LoggedSensor",
    "Margin",
    "Promotion",
    "SensorVersion",
    "Tracking",
    "TrainingRun",
    "compare",
    "get_version",
    "history",
    "log_evaluation",
    "log_training",
    "make_tracking",
    "margin",
    "open_tracking",
    "promote",
    "registered_sensors",
    "resolve_sensor",
    "resolve_version",
    "version_with_alias",
]
