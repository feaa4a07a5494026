"""Every preprocessing step keeps scikit-learn's contract and our own: whole, row by row, safe."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from pat import preprocessing as steps

AXIS = np.arange(400.0, 1801.0, 2.0)

STEPS = [
    steps.Resample(),
    steps.Crop(),
    steps.RemoveSpikes(),
    steps.ArPLS(),
    steps.AirPLS(),
    steps.AsLS(),
    steps.AsPLS(),
    steps.PolynomialBaseline(),
    steps.RubberBand(),
    steps.SavitzkyGolay(),
    steps.SNV(),
    steps.MSC(),
    steps.EMSC(),
    steps.BandNormalise(),
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(STEPS)
def test_scikit_learns_estimator_checks(estimator, check):
    check(estimator)
