"""A fed-batch culture over time: what is true in one vessel at every hour."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from pat.arrays import FloatArray
from pat.errors import InputError
from pat.simulator.design import VesselPlan
from pat.simulator.faults import Fault


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """One culture, simulated.

    Parameters
    ----------
    plan : VesselPlan
    hours : ndarray of shape (n,)
        Whole hours from 0 to the end of the run.
    states : DataFrame of n rows
        The columns of `Observation` at `hours`; its index is 0..n-1.
    events : DataFrame
        elapsed_h, kind (feed, bolus, base, sample, temperature_shift), amount, unit; in order of
        time. `base` is the totaliser of the pH control, not an addition at one instant.
    knots : DataFrame
        The columns of `states` at every step of the integration. An event has two rows at its
        time: before it and after it.
    faults : tuple of Fault
        Every fault of this vessel, those of its spectrometer too.
    """

    plan: VesselPlan
    hours: FloatArray
    states: pd.DataFrame
    events: pd.DataFrame
    knots: pd.DataFrame
    faults: tuple[Fault, ...] = ()

    @property
    def vessel(self) -> str:
        """Name of the vessel."""
        return self.plan.vessel

    def at(self, hours: ArrayLike) -> pd.DataFrame:
        """Return the columns of `states` at these hours, one row each.

        An instant exactly at an event is before it.

        Raises
        ------
        InputError
            If an hour lies outside the run.

        Notes
        -----
        Linear between the steps of the integration, which are at most half an hour apart; never
        across an event.
        """
        wanted = np.atleast_1d(np.asarray(hours, dtype=np.float64))
        times = self.knots["elapsed_h"].to_numpy()
        inside = (wanted >= times[0]) & (wanted <= times[-1])
        if not np.all(inside):
            msg = (
                f"vessel {self.vessel}: expected hours from {times[0]:g} to {times[-1]:g}; "
                f"got {wanted[~inside][0]:g}"
            )
            raise InputError(msg)
        right = np.maximum(np.searchsorted(times, wanted, side="left"), 1)
        left = right - 1
        gap = times[right] - times[left]
        weight = np.where(gap > 0, (wanted - times[left]) / np.where(gap > 0, gap, 1.0), 0.0)
        values = self.knots.to_numpy()
        weight = weight[:, np.newaxis]
        rows = (1.0 - weight) * values[left] + weight * values[right]
        frame = pd.DataFrame(rows, columns=self.knots.columns)
        frame["elapsed_h"] = wanted
        return frame
