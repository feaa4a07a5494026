"""One analyser visiting the vessels in its round: when it arrives, and how long it can stay."""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.errors import InputError
from pat.simulator.instrument import Acquisition


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """The visits of one analyser.

    Parameters
    ----------
    starts : tuple of ndarrays of shape (n_visits,)
        Hours since inoculation, one array a vessel.
    acquisition : Acquisition
        How a spectrum is taken in the time that the round leaves.
    """

    starts: tuple[FloatArray, ...]
    acquisition: Acquisition


def no_rounds(n_vessels: int, acquisition: Acquisition) -> Rounds:
    """Return no visits at all."""
    return Rounds(starts=(np.empty(0),) * n_vessels, acquisition=acquisition)


def analyser_rounds(
    *, n_vessels: int, every_min: float, end_h: float, acquisition: Acquisition
) -> Rounds:
    """Return the visits, evenly spaced: each vessel once in `every_min` minutes.

    Parameters
    ----------
    end_h : float
        No visit ends later.
    acquisition : Acquisition
        As it would like to; it takes fewer accumulations where the round leaves less time.

    Raises
    ------
    InputError
        If the round leaves less than one exposure for a vessel.
    """
    slot_s = every_min * 60.0 / n_vessels
    if not slot_s >= acquisition.exposure_s:
        msg = (
            f"expected a round of at least {n_vessels * acquisition.exposure_s / 60.0:g} min, one "
            f"exposure of {acquisition.exposure_s:g} s for each of {n_vessels} vessels; "
            f"got {every_min:g} min"
        )
        raise InputError(msg)
    accumulations = min(acquisition.accumulations, int(slot_s // acquisition.exposure_s))
    short = Acquisition(acquisition.laser_mw, acquisition.exposure_s, accumulations)
    latest = end_h - short.duration_s / 3600.0
    starts = []
    for place in range(n_vessels):
        first = place * slot_s / 3600.0
        visits: FloatArray = np.arange(first, latest + 1e-9, every_min / 60.0, dtype=np.float64)
        starts.append(visits)
    return Rounds(starts=tuple(starts), acquisition=short)
