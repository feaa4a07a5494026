"""PLS cross-validation beside ikpls: 500 spectra of 3,000 channels, 10 grouped folds."""

import contextlib
import io

import numpy as np
from ikpls.fast_cross_validation.numpy import PLS

from benchmarks.rows import Row, cpu_cost
from pat.arrays import FloatArray, IntArray
from pat.calibration.blocks import Block
from pat.calibration.sample_space import SampleSpacePLS
from pat.calibration.trainings import Trainings

N_COMPONENTS, N_FOLDS = 15, 10


def row(*, n_samples: int = 500, n_channels: int = 3000, rounds: int = 5) -> Row:
    """Return the comparison; ikpls does its faster algorithm for wide spectra."""
    spectra, y, folds = simulated(n_samples, n_channels)
    ours, theirs = our_rmsecv(spectra, y, folds), their_rmsecv(spectra, y, folds)
    difference = np.max(np.abs(ours - theirs)) / np.std(y)
    ours_cost, theirs_cost = [
        cpu_cost(lambda way=way: way(spectra, y, folds), rounds=rounds)
        for way in (our_rmsecv, their_rmsecv)
    ]
    return Row(
        job=f"PLS, {n_samples} x {n_channels}, {N_COMPONENTS} components, {N_FOLDS} grouped folds",
        ours=ours_cost,
        peer="ikpls, algorithm 1",
        theirs=theirs_cost,
        wanted=">= 2.4",
        checked=f"RMSECV equal to {difference:.0e} sd",
    )


def simulated(n_samples: int, n_channels: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return spectra of bands over a background, what they hold, and the fold of each."""
    rng = np.random.default_rng(5)
    axis = np.linspace(0, 1, n_channels)
    bands = np.exp(-0.5 * ((axis - rng.uniform(0, 1, (30, 1))) / 0.02) ** 2)
    amounts = rng.uniform(0, 1, (n_samples, 30))
    noise = rng.normal(scale=0.05, size=(n_samples, n_channels))
    y = amounts[:, 0] + 0.5 * amounts[:, 1] + rng.normal(scale=0.05, size=n_samples)
    return 5 + amounts @ bands + noise, y, np.arange(n_samples) // 10 % N_FOLDS


def our_rmsecv(spectra: FloatArray, y: FloatArray, folds: IntArray) -> FloatArray:
    """Return RMSECV by component count in sample space."""
    rows = np.array([folds != fold for fold in range(N_FOLDS)])
    trainings = Trainings(targets=np.tile(y, (N_FOLDS, 1)), rows=rows)
    found = SampleSpacePLS(N_COMPONENTS).held_out(Block(rows=spectra), trainings)
    held = found[folds, :, np.arange(len(y))]
    return np.sqrt(np.mean((held - y[:, None]) ** 2, axis=0))


def their_rmsecv(spectra: FloatArray, y: FloatArray, folds: IntArray) -> FloatArray:
    """Return RMSECV by component count out of ikpls."""
    pls = PLS(algorithm=1, scale_X=False, scale_Y=False)
    with contextlib.redirect_stdout(io.StringIO()):
        sums = pls.cross_validate(
            spectra, y, N_COMPONENTS, folds, _squared_errors, n_jobs=1, verbose=0
        )
    return np.sqrt(np.sum(list(sums.values()), axis=0) / len(y))


def _squared_errors(measured: FloatArray, predicted: FloatArray) -> FloatArray:
    return np.sum((predicted - measured) ** 2, axis=(1, 2))
