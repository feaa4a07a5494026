"""Noise has the size that physics gives it, and every count is whole."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pat.simulator.detector import detected_counts
from pat.simulator.disturbances import Disturbances

QUIET = Disturbances.none()


def detect(electrons, *, disturbances, accumulations=1, exposure_s=10.0, seed=0):
    n = len(electrons)
    lit = pd.DataFrame({"exposure_s": [exposure_s] * n, "accumulations": [accumulations] * n})
    streams = [np.random.default_rng([seed, row]) for row in range(n)]
    return detected_counts(electrons, lit, disturbances=disturbances, streams=streams)


@pytest.mark.parametrize("mean", [2e3, 2e5])
def test_shot_noise_has_the_variance_of_poissons_law(mean):
    counts = detect(np.full((20, 5000), mean), disturbances=only(shot_noise=1.0))

    electrons = 4.0 * counts
    # Five standard errors of a variance of 1e5 draws are 2.2 %; rounding adds 16 / 12.
    assert electrons.var() == pytest.approx(mean + 16 / 12, rel=0.022)
    assert electrons.mean() == pytest.approx(mean, rel=1e-3)


def test_shot_noise_has_the_quantiles_of_poissons_law():
    mean = 5000.0
    counts = detect(np.full((20, 5000), mean), disturbances=only(shot_noise=1.0))

    shares = [0.01, 0.25, 0.5, 0.75, 0.99]
    expected = stats.poisson.ppf(shares, mean)
    # Whole counts are steps of 4 electrons.
    assert np.quantile(4.0 * counts, shares) == pytest.approx(expected, abs=4.0)


@pytest.mark.parametrize("accumulations", [1, 75])
def test_read_noise_adds_up_over_the_readouts(accumulations):
    counts = detect(
        np.zeros((20, 5000)), disturbances=only(read_noise_e=20.0), accumulations=accumulations
    )

    expected = 20.0**2 * accumulations + 16 / 12
    assert (4.0 * counts).var() == pytest.approx(expected, rel=0.022)


def test_counts_are_whole_and_end_at_full_scale():
    counts = detect(np.full((2, 100), 1e6), disturbances=only(shot_noise=1.0), accumulations=2)

    assert np.all(counts == np.rint(counts))
    assert np.all(counts == 2 * 65535)


def test_without_noise_counts_are_the_electrons_over_the_gain():
    counts = detect(np.array([[0.0, 4.0, 5.0, 4000.0]]), disturbances=QUIET)

    assert counts.tolist() == [[0.0, 1.0, 1.0, 1000.0]]


def test_cosmic_rays_come_as_often_as_was_said_and_stand_alone():
    flat = np.full((400, 1000), 4e4)
    counts = detect(flat, disturbances=only(cosmic_rays_per_h=1.0), exposure_s=3600.0)

    hit = counts > 1e4 + 200
    # 400 expected, five standard deviations are 100; two channels a ray, a few rays are faint.
    rays = np.count_nonzero(np.diff(hit.astype(int), axis=1, prepend=0) == 1)
    assert rays == pytest.approx(400, abs=110)
    assert hit.sum() <= 2 * rays


def test_noise_of_one_spectrum_does_not_depend_on_its_neighbours():
    electrons = np.full((3, 50), 1e4)
    together = detect(electrons, disturbances=Disturbances())

    alone = detect(electrons[:1], disturbances=Disturbances())

    assert np.array_equal(together[:1], alone)


def only(**sizes):
    return Disturbances(**(dict.fromkeys(Disturbances.__dataclass_fields__, 0.0) | sizes))
