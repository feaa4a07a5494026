"""What each spectrum looks like at a glance: range, finite or not, saturated, repeated."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from pat.arrays import BoolArray, FloatArray, IntArray
from pat.spectra import Spectra

#: A spectrum of less range than this share of the usual one shows nothing.
LEAST_RANGE = 0.01

_BLOCK = 2048  # spectra looked at together, to bound memory


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """What can be told of each spectrum without knowing any other.

    Parameters
    ----------
    spans : ndarray of shape (n_spectra,)
        Greatest less least finite intensity; 0 where nothing is finite.
    is_finite : ndarray of bool, shape (n_spectra,)
        Whether every channel is.
    saturated_rows, saturated_channels : ndarray of shape (n_hits,)
        Row and channel of each intensity at or above saturation.
    """

    spans: FloatArray
    is_finite: BoolArray
    saturated_rows: IntArray
    saturated_channels: IntArray


def looks(spectra: Spectra, *, saturation: float | None) -> Looks:
    """Return the looks of all spectra; without a `saturation` nothing is saturated."""
    spans, finite = np.zeros(len(spectra)), np.zeros(len(spectra), dtype=bool)
    hits: list[IntArray] = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, len(spectra), _BLOCK):
        block = spectra.intensities[start : start + _BLOCK]
        is_finite = np.isfinite(block)
        finite[start : start + _BLOCK] = is_finite.all(axis=1)
        low = np.where(is_finite, block, np.inf).min(axis=1)
        high = np.where(is_finite, block, -np.inf).max(axis=1)
        spans[start : start + _BLOCK] = np.where(is_finite.any(axis=1), high - low, 0.0)
        if saturation is not None:
            hits.append(np.argwhere(block >= saturation) + np.array([start, 0]))
    found = np.concatenate(hits)
    return Looks(
        spans=spans,
        is_finite=finite,
        saturated_rows=found[:, 0],
        saturated_channels=found[:, 1],
    )


def dead_rows(seen: Looks, among: BoolArray) -> BoolArray:
    """Return which of these spectra show nothing, bool of shape (n_spectra,).

    Constant ones, and ones of less range than `LEAST_RANGE` of the usual one among them, as
    a closed shutter leaves.
    """
    if not among.any():
        return among
    usual = float(np.median(seen.spans[among]))
    return among & ~(seen.spans > LEAST_RANGE * usual)


def repeated_rows(spectra: Spectra, among: BoolArray) -> tuple[IntArray, ...]:
    """Return the groups of spectra that are the same in every channel, of two or more."""
    groups: dict[bytes, list[int]] = defaultdict(list)
    for row in np.flatnonzero(among):
        content = spectra.intensities[row].tobytes()
        groups[hashlib.blake2b(content, digest_size=16).digest()].append(int(row))
    return tuple(np.array(rows, dtype=np.int64) for rows in groups.values() if len(rows) > 1)
