"""Figures of merit: how well predictions meet assays, pooled over held-out cultures."""

from pat.calibration.merit.agreement import Tolerance, tolerance
from pat.calibration.merit.bias_tests import BiasTest, SpreadTest, bias_test, spread_test
from pat.calibration.merit.by_culture import PairedTest, culture_interval, paired_by_culture
from pat.calibration.merit.components import VarianceComponents, variance_components
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
from pat.calibration.merit.levels import Level, accuracy_by_level
from pat.calibration.merit.line import LineTest, line_test
from pat.calibration.merit.sufficiency import (
    Repeatability,
    Sufficiency,
    repeatability,
    sufficiency,
)

__all__ = [
    "BiasTest",
    "ErrorSplit",
    "Level",
    "LineTest",
    "PairedTest",
    "Repeatability",
    "SpreadTest",
    "Sufficiency",
    "Tolerance",
    "VarianceComponents",
    "accuracy_by_level",
    "bias",
    "bias_test",
    "ccc",
    "coverage",
    "culture_interval",
    "line_test",
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
    "spread_test",
    "sufficiency",
    "tolerance",
    "variance_components",
]
