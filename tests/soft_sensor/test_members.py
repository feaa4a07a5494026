"""Fits of few samples print nothing that a user could do anything about."""

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression

from pat.soft_sensor.members import quiet


def test_more_components_than_few_samples_hold_are_no_news():
    X = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    y = X @ np.array([1.0, 1.0, 0.0])

    with pytest.warns(UserWarning, match="y residual is constant"):
        PLSRegression(3).fit(X, y)

    with quiet():
        PLSRegression(3).fit(X, y)
