"""Preprocessing: spectra in, spectra out; scikit-learn transformers with plain kernels."""

from pat.preprocessing.axis import Crop, Resample, regular_grid
from pat.preprocessing.baseline import (
    AirPLS,
    ArPLS,
    AsLS,
    AsPLS,
    PolynomialBaseline,
    RubberBand,
)
from pat.preprocessing.internal_standard import BandNormalise, band_size
from pat.preprocessing.recipe import axis_after
from pat.preprocessing.scatter import EMSC, MSC, SNV, emsc, msc, scatter_terms, snv
from pat.preprocessing.smoothing import SavitzkyGolay, savitzky_golay
from pat.preprocessing.spikes import RemoveSpikes, modified_z_scores
from pat.preprocessing.whittaker import stiffness_to_lambda

__all__ = [
    "EMSC",
    "MSC",
    "SNV",
    "AirPLS",
    "ArPLS",
    "AsLS",
    "AsPLS",
    "BandNormalise",
    "Crop",
    "PolynomialBaseline",
    "RemoveSpikes",
    "Resample",
    "RubberBand",
    "SavitzkyGolay",
    "axis_after",
    "band_size",
    "emsc",
    "modified_z_scores",
    "msc",
    "regular_grid",
    "savitzky_golay",
    "scatter_terms",
    "snv",
    "stiffness_to_lambda",
]
