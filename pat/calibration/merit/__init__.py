"""Figures of merit: how well predictions meet assays, pooled over held-out cultures."""

from pat.calibration.merit.agreement import Tolerance, tolerance
from pat.calibration.merit.bias_tests import (
    BiasTest,
    Spread,
    SpreadTest,
    bias_test,
    spread_of,
    spread_test,
)
from pat.calibration.merit.by_condition import (
    Condition,
    ConditionLevel,
    condition_folds,
    error_by_condition,
    levels_of,
)
from pat.calibration.merit.by_culture import PairedTest, culture_interval, paired_by_culture
from pat.calibration.merit.components import VarianceComponents, variance_components
from pat.calibration.merit.detection import DetectionLimits, detection_limits
from pat.calibration.merit.error_split import ErrorSplit, sensor_share
from pat.calibration.merit.figures import (
    bias,
    ccc,
    coverage,
    q2,
    r2,
    rer,
    rmse,
    rpd,
    rpiq,
    sep,
    slope,
)
from pat.calibration.merit.jackknife import Scale, jackknife_interval
from pat.calibration.merit.levels import Level, accuracy_by_level
from pat.calibration.merit.line import LineTest, line_test
from pat.calibration.merit.linearity import Linearity, linearity
from pat.calibration.merit.sufficiency import (
    Repeatability,
    Sufficiency,
    repeatability,
    sufficiency,
)

__all__ = [
    "BiasTest",
    "Condition",
    "ConditionLevel",
    "DetectionLimits",
    "ErrorSplit",
    "Level",
    "LineTest",
    "Linearity",
    "PairedTest",
    "Repeatability",
    "Scale",
    "Spread",
    "SpreadTest",
    "Sufficiency",
    "Tolerance",
    "VarianceComponents",
    "accuracy_by_level",
    "bias",
    "bias_test",
    "ccc",
    "condition_folds",
    "coverage",
    "culture_interval",
    "detection_limits",
    "error_by_condition",
    "jackknife_interval",
    "levels_of",
    "line_test",
    "linearity",
    "paired_by_culture",
    "q2",
    "r2",
    "repeatability",
    "rer",
    "rmse",
    "rpd",
    "rpiq",
    "sensor_share",
    "sep",
    "slope",
    "spread_of",
    "spread_test",
    "sufficiency",
    "tolerance",
    "variance_components",
]
