"""Splits into cultures that calibrate and new ones: left-out residuals, simulated and real."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.plain_pls import PlainPLS
from pat.arrays import BoolArray, FloatArray, IntArray
from pat.calibration import calibration_set
from pat.preprocessing import SNV, BandNormalise, SavitzkyGolay
from pat.readers import read_campaign

REAL_COMPONENTS = {
    "bioreactors-small": {"glucose": 8},
    "mixtures-785": {"glucose": 6, "acetate": 8, "magnesium_sulfate": 4},
    "mixtures-plate": {"glucose": 5, "acetate": 4, "magnesium_sulfate": 4},
}
MOST_FOLDS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Left-out residuals of a calibration, and residuals of new cultures by all of it.

    Parameters
    ----------
    residual, leverage, q : ndarray of shape (n_samples,)
        Leverage without 1/n.
    culture : ndarray of shape (n_samples,)
    is_new : ndarray of bool, shape (n_samples,)
    by_fold : ndarray of shape (n_calibration, n_new)
        Residual of each new sample by the model that left out each calibration sample.
    sec : float
    n_components : int
    """

    residual: FloatArray
    leverage: FloatArray
    q: FloatArray
    culture: IntArray
    is_new: BoolArray
    by_fold: FloatArray
    sec: float
    n_components: int

    @property
    def weights(self) -> FloatArray:
        """The share of each calibration sample, cultures weighing the same."""
        _, index, counts = np.unique(
            self.culture[~self.is_new], return_inverse=True, return_counts=True
        )
        return 1.0 / (len(counts) * counts[index])

    @property
    def rmsecv(self) -> float:
        """Of left-out cultures."""
        return float(np.sqrt(self.weights @ self.residual[~self.is_new] ** 2))


def in_sample_space(spectra: FloatArray) -> FloatArray:
    """Return scores that hold all distances of spectra, fewer than channels."""
    left, singular, _ = np.linalg.svd(spectra - spectra.mean(axis=0), full_matrices=False)
    scores: FloatArray = left * singular
    return scores


def split(
    spectra: FloatArray,
    assay: FloatArray,
    culture: IntArray,
    is_new: BoolArray,
    *,
    n_components: int,
) -> Split:
    """Return the residuals of a calibration on all but the new cultures."""
    known = ~is_new
    model = PlainPLS(spectra[known], assay[known], n_components)
    residual, leverage, q = np.empty((3, len(assay)))
    value, leverage[is_new], q[is_new] = model.read(spectra[is_new])
    residual[is_new] = value - assay[is_new]
    by_fold = np.empty((len(assay), int(is_new.sum())))
    for out in folds(culture, known):
        left = PlainPLS(spectra[known & ~out], assay[known & ~out], n_components)
        value, leverage[out], q[out] = left.read(spectra[out])
        residual[out] = value - assay[out]
        by_fold[out] = left.read(spectra[is_new])[0] - assay[is_new]
    return Split(
        residual, leverage, q, culture, is_new, by_fold[known], model.sec, n_components
    )  # fmt: skip


def folds(culture: IntArray, known: BoolArray) -> list[BoolArray]:
    """Return masks that leave out whole cultures, one at a time or in at most 20 parts."""
    names = np.random.default_rng(0).permutation(np.unique(culture[known]))
    parts = np.array_split(names, min(MOST_FOLDS, len(names)) if len(names) > 30 else len(names))
    return [np.isin(culture, part) for part in parts]


def real_splits(data: Path) -> Iterator[tuple[str, list[Split]]]:
    """Yield a title and the splits of each analyte of the real campaigns."""
    for name, components in REAL_COMPONENTS.items():
        cal = calibration_set([read_campaign(data / name)])
        scores = in_sample_space(real_rows(name, cal.axis, cal.intensities))
        names = cal.samples["vessel"].to_numpy(dtype=str)
        culture = np.unique(names, return_inverse=True)[1]
        for analyte, n_components in components.items():
            assay = cal.values[analyte].to_numpy(dtype=np.float64)
            found = [
                split(scores, assay, culture, out, n_components=n_components)
                for out in left_out(name, names, data=data)
            ]
            yield f"{name}, {analyte}, {len(found)} splits", found


def real_rows(name: str, axis: FloatArray, intensities: FloatArray) -> FloatArray:
    """Return a real campaign's spectra after a simple recipe that suits it."""
    region = (350.0, 1500.0) if name == "mixtures-plate" else (450.0, 1800.0)
    if name == "mixtures-785":
        intensities = BandNormalise((1550.0, 1750.0), axis).fit_transform(intensities)
    slopes = SavitzkyGolay(25, 2, deriv=1, axis=axis).fit_transform(intensities)
    inside: FloatArray = slopes[:, (axis >= region[0]) & (axis <= region[1])]
    return SNV().fit_transform(inside) if name == "bioreactors-small" else inside


def left_out(name: str, names: NDArray[np.str_], *, data: Path) -> Iterator[BoolArray]:
    """Yield which samples are new, split by split."""
    if name == "bioreactors-small":
        resamples = pd.read_csv(data / name / "published_resamples.csv")
        for held in resamples["held_out_vessels"]:
            yield np.isin(names, held.split())
        return
    rng = np.random.default_rng(1)
    for _ in range(4):
        for part in np.array_split(rng.permutation(np.unique(names)), 5):
            yield np.isin(names, part)
