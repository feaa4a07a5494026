"""Figures of merit: how well predictions meet assays, pooled over held-out cultures."""

from pat.calibration.merit.by_culture import PairedTest, culture_interval, paired_by_culture
from pat.calibration.merit.error_split import ErrorSplit, sensor_share
from pat.calibration.merit.figures import bias, coverage, q2, r2, rmse, rpd, sep, slope

__all__ = [
    "ErrorSplit",
    "PairedTest",
    "bias",
    "coverage",
    "culture_interval",
    "paired_by_culture",
    "q2",
    "r2",
    "rmse",
    "rpd",
    "sensor_share",
    "sep",
    "slope",
]
