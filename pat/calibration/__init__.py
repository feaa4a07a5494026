"""Calibration: from paired samples to the champion of each analyte, chosen honestly."""

from pat.calibration.calibration_set import CalibrationSet
from pat.calibration.candidate import Candidate
from pat.calibration.champion import Champion
from pat.calibration.consensus import ConsensusRule, Strategy
from pat.calibration.families import (
    Family,
    GaussianProcessFamily,
    KernelSVRFamily,
    LightGBMFamily,
    PLSFamily,
    RidgeFamily,
    SVRFamily,
)
from pat.calibration.jobs import Progress
from pat.calibration.refit import check_refit
from pat.calibration.result import SearchResult, Skipped
from pat.calibration.search import SearchSpace, search
from pat.calibration.stacking import calibration_set
from pat.calibration.tasks import Screening

__all__ = [
    "CalibrationSet",
    "Candidate",
    "Champion",
    "ConsensusRule",
    "Family",
    "GaussianProcessFamily",
    "KernelSVRFamily",
    "LightGBMFamily",
    "PLSFamily",
    "Progress",
    "RidgeFamily",
    "SVRFamily",
    "Screening",
    "SearchResult",
    "SearchSpace",
    "Skipped",
    "Strategy",
    "calibration_set",
    "check_refit",
    "search",
]
