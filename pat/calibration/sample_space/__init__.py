"""Calibration in sample space: what PLS and PCA need, from the Gram matrix of the rows."""

from pat.calibration.sample_space.held_out import SampleSpacePLS
from pat.calibration.sample_space.scores import pca_scores
from pat.calibration.sample_space.view import View, views

__all__ = ["SampleSpacePLS", "View", "pca_scores", "views"]
