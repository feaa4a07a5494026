"""Faults of the spectrometer: what becomes of the conditions of a vessel's spectra."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pat.arrays import BoolArray, FloatArray
from pat.simulator.faults import Fault, FaultKind
from pat.simulator.medium import MEDIUM_G_PER_L, medium_lot

#: Hours in which a fouling film grows, and axis drift (cm-1) of a laser that lost all its power.
FILM_H, AGEING_SHIFT_CM1 = 12.0, 1.0
WEEK_H = 168.0
#: Lots of another maker differ by more than lots of one maker do.
WRONG_LOT_CV = 0.3


def with_spectral_faults(
    conditions: pd.DataFrame, hours: FloatArray, *, faults: Sequence[Fault]
) -> pd.DataFrame:
    """Return the conditions of one vessel with its faults; faults of the culture change nothing.

    Parameters
    ----------
    conditions : DataFrame of n_spectra rows
    hours : ndarray of shape (n_spectra,)
        Middle of each acquisition, in hours since inoculation.
    faults : sequence of Fault
        Of this vessel. Sizes: laser_ageing, the share of power lost in a week; probe_fouling, the
        film once grown (1 takes a tenth of the light); window_change, the change of the sapphire
        and silica bands as a share; wrong_medium_lot, the deviation in units of a usual wrong lot.

    Notes
    -----
    No random number is drawn, so that the run without the fault shares all of them.
    """
    changed = conditions.copy()
    for fault in faults:
        after = np.maximum(hours - fault.hour, 0.0)
        since = hours >= fault.hour
        if fault.kind is FaultKind.LASER_AGEING:
            left = np.clip(1.0 - fault.size * after / WEEK_H, 0.0, 1.0)
            changed["gain"] *= left
            changed["shift_cm1"] += AGEING_SHIFT_CM1 * (1.0 - left)
        elif fault.kind is FaultKind.PROBE_FOULING:
            changed["fouling"] += fault.size * -np.expm1(-after / FILM_H)
        elif fault.kind is FaultKind.WINDOW_CHANGE:
            changed["window"] *= np.where(since, 1.0 + fault.size, 1.0)
            changed["etalon_rad"] += np.where(since, np.pi / 2.0, 0.0)
        elif fault.kind is FaultKind.WRONG_MEDIUM_LOT:
            _pour_wrong_lot(changed, since=since, size=fault.size)
    return changed


def _pour_wrong_lot(conditions: pd.DataFrame, *, since: BoolArray, size: float) -> None:
    lot = medium_lot("wrong")
    held = lot.concentrations(WRONG_LOT_CV) / pd.Series(MEDIUM_G_PER_L)
    for name, factor in held.items():
        conditions[f"medium.{name}"] *= np.where(since, factor**size, 1.0)
    glow = lot.fluorescence(WRONG_LOT_CV)
    conditions["fluorescence.medium"] *= np.where(since, glow**size, 1.0)
