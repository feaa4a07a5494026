"""A chain is what its steps are, and steps that cannot be folded are said to be so.

Oracle: the steps' own transform.
"""

import numpy as np
import pytest

from pat.calibration.block_scaler import BlockScaler
from pat.preprocessing import (
    EMSC,
    SNV,
    ArPLS,
    BandNormalise,
    Crop,
    RemoveSpikes,
    Resample,
    SavitzkyGolay,
)
from pat.soft_sensor.folding.chain import folded_chain

AXIS = np.arange(400.0, 600.0)
GRID = np.arange(410.0, 590.0, 1.7)


def some_spectra(n=6):
    rng = np.random.default_rng(0)
    return (
        1000
        + AXIS
        + 300 * rng.uniform(size=(n, 1)) * np.exp(-0.5 * ((AXIS - 500) / 10) ** 2)
        + rng.normal(size=(n, AXIS.size))
    )


def through(steps, spectra):
    for step in steps:
        spectra = step.fit(spectra).transform(spectra)
    return spectra


@pytest.mark.parametrize(
    "steps",
    [
        [Crop(AXIS, ((420.0, 470.0), (500.0, 580.0)))],
        [Resample(AXIS, GRID), SavitzkyGolay(21, 3, deriv=2, axis=GRID)],
        [Resample(AXIS, GRID[::-1])],
        [SavitzkyGolay(9, 2, axis=AXIS), SavitzkyGolay(15, 2, deriv=1, axis=AXIS)],
        [None, "passthrough", SavitzkyGolay(9, 2, axis=AXIS), BlockScaler()],
    ],
    ids=["crop", "resample, filter", "falling", "two filters", "scaled"],
)
def test_linear_steps_fold_into_one_matrix(steps):
    spectra = some_spectra()
    expected = through([step for step in steps if hasattr(step, "fit")], spectra)

    chain = folded_chain(steps, AXIS.size)

    found = chain.gain * (chain.matrix @ spectra.T).T + chain.offset
    np.testing.assert_allclose(found, expected, atol=1e-11 * np.abs(expected).max())


@pytest.mark.parametrize(
    "steps",
    [
        [ArPLS(100.0, AXIS)],
        [RemoveSpikes()],
        [BandNormalise((450.0, 550.0), AXIS, measure="height")],
        [SNV(), SavitzkyGolay(9, 2, axis=AXIS)],
        [EMSC(2, AXIS), SNV()],
        [BandNormalise((450.0, 550.0), AXIS), BandNormalise((450.0, 550.0), AXIS)],
    ],
    ids=["baseline", "spikes", "height", "filter after SNV", "SNV after EMSC", "two bands"],
)
def test_what_is_no_matrix_and_scale_is_not_folded(steps):
    through(steps, some_spectra())

    assert folded_chain(steps, AXIS.size) is None
