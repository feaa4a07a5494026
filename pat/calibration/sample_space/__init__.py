"""Calibration in sample space: what models need, from the Gram matrix of the rows."""

from pat.calibration.sample_space.gaussian import SampleSpaceGaussian
from pat.calibration.sample_space.held_out import SampleSpacePLS
from pat.calibration.sample_space.kernel_svr import SampleSpaceSVR, SupportSetting
from pat.calibration.sample_space.ridge import SampleSpaceRidge
from pat.calibration.sample_space.scores import pca_scores
from pat.calibration.sample_space.view import View, views
from pat.calibration.sample_space.way import Way, way_of_pls

__all__ = [
    "SampleSpaceGaussian",
    "SampleSpacePLS",
    "SampleSpaceRidge",
    "SampleSpaceSVR",
    "SupportSetting",
    "View",
    "Way",
    "pca_scores",
    "views",
    "way_of_pls",
]
