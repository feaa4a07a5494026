"""Streams of random numbers that depend on what they are for, never on what else is drawn."""

import zlib

import numpy as np
from scipy.signal import lfilter

from pat.arrays import FloatArray
from pat.errors import InputError


def stream(seed: int, *names: str) -> np.random.Generator:
    """Return the generator for this purpose; equal names give equal numbers.

    Raises
    ------
    InputError
        If the seed is negative.
    """
    if seed < 0:
        msg = f"expected a seed of 0 or more; got {seed}"
        raise InputError(msg)
    key = tuple(zlib.crc32(name.encode()) for name in names)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def autoregressive(normals: FloatArray, *, correlation: float) -> FloatArray:
    """Return stationary AR(1) series of unit variance from standard normals.

    Parameters
    ----------
    normals : ndarray of shape (n_steps, n_series)
    correlation : float
        Between one step and the next, in [0, 1).
    """
    inputs = np.sqrt(1.0 - correlation**2) * normals
    inputs[0] = normals[0]
    series: FloatArray = lfilter([1.0], [1.0, -correlation], inputs, axis=0)
    return series
