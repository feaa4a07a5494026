"""Interval PLS: the error of a model on each window of the axis against that on all of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pat.arrays import BoolArray, FloatArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space.held_out import SampleSpacePLS
from pat.calibration.trainings import Trainings


@dataclass(frozen=True, slots=True, eq=False)
class RegionScan:
    """Cross-validated errors by window.

    Parameters
    ----------
    low, high : ndarray of shape (n_windows,)
        Ends of each window on the axis.
    rmsecv : ndarray of shape (n_windows,)
        On the window alone, the lowest over component counts.
    whole : float
        The same on all channels.
    """

    low: FloatArray
    high: FloatArray
    rmsecv: FloatArray
    whole: float


def region_scan(
    spectra: FloatArray,
    targets: FloatArray,
    *,
    axis: FloatArray,
    folds: Sequence[BoolArray],
    n_components: int,
    width: float,
) -> RegionScan:
    """Return RMSECV by PLS on each window, cultures held out.

    Parameters
    ----------
    spectra : ndarray of shape (n_samples, n_features)
        Preprocessed as a whole; windows are cut from that.
    targets : ndarray of shape (n_samples,)
        Finite.
    axis : ndarray of shape (n_features,)
        May have gaps; a window that lies in one is left out.
    folds : sequence of ndarray of bool, shape (n_samples,)
        The rows that each fold holds out; together every row once.
    n_components : int
        PLS with 1 to this many.
    width : float
        Of a window, in the unit of the axis.

    References
    ----------
    Nørgaard et al. (2000). Applied Spectroscopy 54, 413-419.
    """
    held = np.array(folds)
    trainings = Trainings(targets=np.tile(targets, (len(held), 1)), rows=~held)
    number = np.floor((axis - axis.min()) / width).astype(np.int64)
    windows = [np.flatnonzero(number == one) for one in np.unique(number)]
    windows = [channels for channels in windows if channels.size >= 2]

    def error(block: Block) -> float:
        found = SampleSpacePLS(n_components).held_out(block, trainings)
        squared = np.where(held[:, None, :], (found - targets) ** 2, 0.0)
        return float(np.sqrt(np.nanmin(squared.sum(axis=(0, 2)) / held.sum())))

    return RegionScan(
        low=np.array([axis[channels].min() for channels in windows]),
        high=np.array([axis[channels].max() for channels in windows]),
        rmsecv=np.array([error(Block(rows=spectra[:, channels])) for channels in windows]),
        whole=error(Block(rows=spectra)),
    )
