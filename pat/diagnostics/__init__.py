"""Diagnostics: can this prediction be trusted, and what does the sensor read."""

from pat.diagnostics.anatomy import (
    Anatomy,
    Reading,
    Role,
    anatomy,
    leading_row_wise,
    takes_process,
    with_latent_beside,
)
from pat.diagnostics.applicability import (
    Distances,
    calibration_spread,
    channel_residuals,
    distances,
    used_channels,
)
from pat.diagnostics.distances import (
    ScoreSpread,
    hotelling_t2,
    q_contributions,
    score_spread,
    squared_residual,
    t2_contributions,
)
from pat.diagnostics.importance import LinearForm, linear_form, vip
from pat.diagnostics.limits import box_limit, q_limit, robust_box_limit, t2_limit
from pat.diagnostics.outliers import CalibrationOutlier, calibration_outliers

__all__ = [
    "Anatomy",
    "CalibrationOutlier",
    "Distances",
    "LinearForm",
    "Reading",
    "Role",
    "ScoreSpread",
    "anatomy",
    "box_limit",
    "calibration_outliers",
    "calibration_spread",
    "channel_residuals",
    "distances",
    "hotelling_t2",
    "leading_row_wise",
    "linear_form",
    "q_contributions",
    "q_limit",
    "robust_box_limit",
    "score_spread",
    "squared_residual",
    "t2_contributions",
    "t2_limit",
    "takes_process",
    "used_channels",
    "vip",
    "with_latent_beside",
]
