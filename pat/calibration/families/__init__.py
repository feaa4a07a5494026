"""Model families: what is fitted behind a recipe, with which settings, and as which Pipeline."""

from pat.calibration.families.family import Family, Setting
from pat.calibration.families.kernels import GaussianProcessFamily, KernelSVRFamily
from pat.calibration.families.linear import PLSFamily, RidgeFamily
from pat.calibration.families.scores import LightGBMFamily, SVRFamily

__all__ = [
    "Family",
    "GaussianProcessFamily",
    "KernelSVRFamily",
    "LightGBMFamily",
    "PLSFamily",
    "RidgeFamily",
    "SVRFamily",
    "Setting",
]
