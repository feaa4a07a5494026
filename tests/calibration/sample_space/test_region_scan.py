"""A scan over regions finds what plain loops find, and where the analyte is."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression

from pat.calibration.sample_space.region_scan import region_scan

AXIS = np.concatenate([np.arange(400.0, 700.0, 5.0), np.arange(900.0, 1000.0, 5.0)])
GROUPS = np.repeat(np.arange(6), 6)
FOLDS = [np.isin(GROUPS, [first, first + 1]) for first in (0, 2, 4)]


def made() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    amounts = rng.uniform(0, 5, (36, 2))
    pure = np.exp(-0.5 * ((AXIS - np.array([[520.0], [650.0]])) / 12) ** 2)
    return amounts @ pure + rng.normal(scale=0.02, size=(36, AXIS.size)), amounts[:, 0]


def scanned(width: float):
    spectra, y = made()
    return region_scan(spectra, y, axis=AXIS, folds=FOLDS, n_components=3, width=width)


def test_the_window_with_the_band_is_the_best_and_a_gap_has_none():
    found = scanned(50.0)

    best = int(np.argmin(found.rmsecv))
    assert (found.low[best], found.high[best]) == (500.0, 545.0)
    assert not np.any((found.low >= 700) & (found.high < 900))
    assert found.rmsecv[best] < 0.1
    assert np.max(found.rmsecv) > 1.0


def test_each_error_is_that_of_ordinary_cross_validation():
    spectra, y = made()
    found = scanned(100.0)

    for number, low in enumerate(found.low):
        inside = (low <= AXIS) & (found.high[number] >= AXIS)
        squared = np.zeros((3, y.size))
        for held in FOLDS:
            for count in (1, 2, 3):
                model = PLSRegression(count, scale=False)
                model.fit(spectra[~held][:, inside], y[~held])
                squared[count - 1, held] = (model.predict(spectra[held][:, inside]) - y[held]) ** 2
        assert found.rmsecv[number] == pytest.approx(np.sqrt(squared.mean(axis=1).min()))


def test_one_window_over_everything_is_the_whole():
    found = scanned(1000.0)

    assert found.rmsecv == pytest.approx([found.whole])
