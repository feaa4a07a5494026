"""Calibration samples that stand out are found by what leaving them out would do.

Oracle: least squares refitted without each sample.
"""

import numpy as np
import pytest
from scipy import stats

from pat.diagnostics.outliers import calibration_outliers


def fitted(seed=1, n=40):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, 3))
    assay = scores @ [1.0, 2.0, -1.0] + 4 + 0.2 * rng.normal(size=n)
    return scores, assay


def residuals_of(scores, assay):
    regressors = np.column_stack([np.ones(len(scores)), scores])
    return regressors @ np.linalg.lstsq(regressors, assay)[0] - assay


def test_cooks_distance_is_how_far_the_fit_moves_without_the_sample():
    scores, assay = fitted()
    assay[7] += 5.0
    scores[3] *= 12.0
    residuals = residuals_of(scores, assay)
    regressors = np.column_stack([np.ones(40), scores])
    variance = residuals @ residuals / 36

    found = {one.row: one for one in calibration_outliers(scores, residuals)}

    assert {3, 7} <= set(found)
    for row, one in found.items():
        rest = np.arange(40) != row
        without = regressors @ np.linalg.lstsq(regressors[rest], assay[rest])[0]
        moved = np.sum((without - (residuals + assay)) ** 2) / (4 * variance)
        assert one.cook == pytest.approx(moved / stats.f.ppf(0.5, 4, 36))


def test_the_mean_leverage_is_one():
    scores = np.repeat(np.eye(3), 4, axis=0) * np.tile([1.0, -1.0], 6)[:, None]
    scores[0] = [9.0, 0, 0]
    regressors = np.column_stack([np.ones(12), scores])
    hat = regressors @ np.linalg.pinv(regressors)

    (one,) = calibration_outliers(scores, np.tile([1.0, -1.0], 6))

    assert (one.row, one.leverage) == (0, pytest.approx(hat[0, 0] * 12 / 4))


def test_a_wrong_assay_is_named_by_its_residual():
    scores, assay = fitted(n=200)
    assay[11] -= 2.0

    found = calibration_outliers(scores, residuals_of(scores, assay))

    first = found[0]
    assert first.row == 11
    assert first.studentised > 5
    assert "studentised residual +" in first.reason


def test_few_of_ordinary_samples_stand_out():
    shares = [
        len(calibration_outliers(scores, residuals_of(scores, assay))) / 200
        for scores, assay in (fitted(seed, 200) for seed in range(20))
    ]

    # 0.3 % by residual, and what three components make of thrice the mean leverage.
    assert np.mean(shares) < 0.03


@pytest.mark.parametrize(
    ("scores", "residuals"), [(np.ones((3, 2)), np.ones(3)), (np.eye(9)[:, :2], np.zeros(9))]
)
def test_where_nothing_can_be_told_nothing_stands_out(scores, residuals):
    assert calibration_outliers(scores, residuals) == ()
