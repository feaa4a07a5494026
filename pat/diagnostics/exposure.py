"""Spectra that were exposed otherwise than the rest, by what the instrument states."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import BoolArray, IntArray

#: Exposures that differ by less are the same.
SAME_WITHIN = 0.02
_STATED = ("exposure_s", "accumulations", "laser_mw")


@dataclass(frozen=True, slots=True, eq=False)
class OddExposure:
    """Spectra whose stated exposure is not the usual one.

    Parameters
    ----------
    rows : ndarray of int
    reason : str
    """

    rows: IntArray
    reason: str


def odd_exposures(keys: pd.DataFrame, among: BoolArray) -> tuple[OddExposure, ...]:
    """Return spectra that were exposed otherwise than most, one finding for each quantity.

    Parameters
    ----------
    keys : DataFrame of n_spectra rows
        exposure_s, accumulations, laser_mw where the instrument tells them.
    among : ndarray of bool, shape (n_spectra,)
        Spectra to look at.

    Notes
    -----
    Counts grow with all three, and noise with them. A quantity that most spectra do not share
    (a laser that is read back, an automatic exposure) has no usual value, and judges nothing.
    """
    found = []
    for name in (name for name in _STATED if name in keys):
        values = pd.to_numeric(keys[name], errors="coerce").to_numpy(dtype=np.float64)
        known = among & np.isfinite(values)
        if not known.any():
            continue
        usual = float(np.median(values[known]))
        other = known & (np.abs(values - usual) > SAME_WITHIN * abs(usual))
        if other.any() and 2 * other.sum() < known.sum():
            low, high = float(values[other].min()), float(values[other].max())
            span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
            reason = f"{name} is {span}, in the others {usual:g}: counts and noise differ with it"
            found.append(OddExposure(np.flatnonzero(other), reason))
    return tuple(found)
