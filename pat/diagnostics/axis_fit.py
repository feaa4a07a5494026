"""Fits the correction of an axis to the bands that were found on it."""

from collections.abc import Sequence

import numpy as np
from numpy.polynomial import Polynomial

from pat.arrays import BoolArray, FloatArray
from pat.diagnostics.axis_bands import WINDOW, Finder, Found

_OUTLIER = 3.5  # standard deviations
_ROUNDS = 4
_SIGNIFICANT = 9.0  # drop of chi-square that a further coefficient must bring
_BAND_SD = 0.2  # cm-1 to which the place of a band can be read at all


def fitted_axis(
    finder: Finder, start: Polynomial, components: Sequence[str], *, degrees: tuple[int, int]
) -> tuple[Polynomial, list[Found], BoolArray]:
    """Return the mended axis, the bands found and which of them it rests on."""
    mended, found = start, finder.bands(start, components)
    kept = np.zeros(len(found), dtype=bool)
    for _ in range(_ROUNDS):
        if not found:
            break
        named = np.array([place for _, _, place in found])
        true = np.array([band.shift_cm1 for _, band, _ in found])
        sds = np.hypot([band.sd_cm1 for _, band, _ in found], _BAND_SD)
        mended, kept = _robust_fit(named, true, sds, degrees=degrees, start=mended)
        again = finder.bands(mended, components)
        if [place for _, _, place in again] == [place for _, _, place in found]:
            break
        found = again
        kept = np.ones(len(found), dtype=bool) if len(found) != kept.size else kept
    return mended, found, kept


def _robust_fit(
    named: FloatArray,
    true: FloatArray,
    sds: FloatArray,
    *,
    degrees: tuple[int, int],
    start: Polynomial,
) -> tuple[Polynomial, BoolArray]:
    """Return the correction of the degree that the bands support, outliers left out."""
    kept = np.abs(start(named) - true) <= np.maximum(_OUTLIER * sds, WINDOW)
    best = start
    for _ in range(len(named)):
        best = _of_best_degree(named[kept], true[kept], sds[kept], degrees=degrees, start=start)
        strange = np.abs(best(named) - true) / sds
        strange[~kept] = 0.0
        if strange.max(initial=0.0) <= _OUTLIER or kept.sum() <= degrees[0] + 2:
            break
        kept[np.argmax(strange)] = False
    return best, kept


def _of_best_degree(
    named: FloatArray,
    true: FloatArray,
    sds: FloatArray,
    *,
    degrees: tuple[int, int],
    start: Polynomial,
) -> Polynomial:
    best, least = start, np.inf
    for degree in range(degrees[0], degrees[1] + 1):
        if named.size < degree + (1 if degree < 2 else 2):
            break
        correction = Polynomial.fit(named, true - named, degree, w=1 / sds).convert()
        chi2 = float(np.sum(((correction(named) + named - true) / sds) ** 2))
        if degree == degrees[0] or least - chi2 > _SIGNIFICANT:
            best, least = correction + Polynomial([0.0, 1.0]), chi2
    return best


def offset_sd(found: Sequence[Found], kept: BoolArray) -> float:
    sds = np.hypot([band.sd_cm1 for _, band, _ in found], _BAND_SD)[kept]
    return float(1 / np.sqrt(np.sum(1 / sds**2)))
