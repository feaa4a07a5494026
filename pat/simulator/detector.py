"""The detector: photon noise, read noise, cosmic rays and whole counts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.simulator.disturbances import Disturbances
from pat.simulator.instrument import ELECTRONS_PER_COUNT, FULL_SCALE_COUNTS

#: Electrons of a cosmic ray: median, and spread of the logarithm.
COSMIC_MEDIAN_E, COSMIC_LOG_SD = 8e3, 0.8


def detected_counts(
    electrons: FloatArray,
    conditions: pd.DataFrame,
    *,
    disturbances: Disturbances,
    streams: Sequence[np.random.Generator],
) -> FloatArray:
    """Return the stored counts, summed over the accumulations.

    Parameters
    ----------
    electrons : ndarray of shape (n_spectra, n_channels)
        Expected, over all accumulations.
    conditions : DataFrame of n_spectra rows
        exposure_s and accumulations are read.
    streams : sequence of n_spectra generators

    Returns
    -------
    ndarray of shape (n_spectra, n_channels)
        Whole numbers, cut off at full scale; some below zero where there is no light.

    Notes
    -----
    Poisson's law by its normal limit, which differs by less than 1 % in any quantile of use above
    1,000 electrons; so a spectrum with a fault and the one without share their noise.
    """
    accumulations = conditions["accumulations"].to_numpy(dtype=np.float64)
    durations_h = conditions["exposure_s"].to_numpy(dtype=np.float64) * accumulations / 3600.0
    counts = np.empty_like(electrons)
    for row, rng in enumerate(streams):
        read = disturbances.read_noise_e**2 * accumulations[row]
        shot = disturbances.shot_noise**2 * np.maximum(electrons[row], 0.0)
        noise = rng.standard_normal(electrons.shape[1])
        counts[row] = electrons[row] + np.sqrt(read + shot) * noise
        rays = disturbances.cosmic_rays_per_h * durations_h[row]
        if rays > 0:
            _add_cosmic_rays(counts[row], expected=float(rays), rng=rng)
    np.rint(counts / ELECTRONS_PER_COUNT, out=counts)
    return np.minimum(counts, FULL_SCALE_COUNTS * accumulations[:, np.newaxis], out=counts)


def _add_cosmic_rays(electrons: FloatArray, *, expected: float, rng: np.random.Generator) -> None:
    for _ in range(rng.poisson(expected)):
        channel = int(rng.integers(electrons.size - 1))
        height = COSMIC_MEDIAN_E * np.exp(COSMIC_LOG_SD * rng.standard_normal())
        share = rng.uniform(0.5, 1.0)
        electrons[channel] += share * height
        electrons[channel + 1] += (1.0 - share) * height
