"""The classical errors of a prediction are those of the textbooks.

Oracles: ordinary least squares, where E1655 is exact; hand-worked numbers.
"""

import numpy as np
import pytest
from scipy import stats

from pat.calibration.intervals import e1655_error, faber_bro_error, u_deviation


def test_e1655_covers_as_often_as_it_says_where_least_squares_holds():
    rng = np.random.default_rng(7)
    covered = []
    for _ in range(2000):
        x, new = rng.normal(size=(12, 2)), rng.normal(size=2)
        y = x @ [1.0, -2.0] + rng.normal(size=12)
        centre, mean = x.mean(axis=0), y.mean()
        slope, *_ = np.linalg.lstsq(x - centre, y - mean, rcond=None)
        residual = y - mean - (x - centre) @ slope
        sec = np.sqrt(residual @ residual / (12 - 2 - 1))
        away = new - centre
        scatter = np.linalg.inv((x - centre).T @ (x - centre))
        leverage = np.array([away @ scatter @ away + 1 / 12])
        half = stats.t.ppf(0.95, 9) * e1655_error(leverage, sec=sec)[0]
        truth = new @ [1.0, -2.0] + rng.normal()
        covered.append(abs(mean + away @ slope - truth) <= half)

    # Exact; three binomial standard errors.
    assert np.mean(covered) == pytest.approx(0.90, abs=0.02)


def test_the_u_deviation_is_the_one_worked_out_by_hand():
    error = u_deviation(
        np.array([0.09, 0.09]), np.array([2.0, 32.0]),
        mse_validation=0.04, q_validation=2.0, n_samples=60, n_components=5,
    )  # fmt: skip

    # 0.04 · (1 - 6/60) · (0.09 + 1) and (0.09 + 16)
    assert error == pytest.approx([np.sqrt(0.03924), np.sqrt(0.57924)])


def test_faber_and_bro_take_off_the_assays_own_error():
    leverage = np.array([0.0, 0.44])

    assert faber_bro_error(leverage, sec=0.5, sel=0.0) == pytest.approx([0.5, 0.6])
    assert faber_bro_error(leverage, sec=0.5, sel=0.4) == pytest.approx([0.3, np.sqrt(0.2)])
    assert faber_bro_error(leverage, sec=0.5, sel=0.9) == pytest.approx([0.0, 0.0])
