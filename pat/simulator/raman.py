"""The forward model: from what is in a vessel to the counts that a spectrometer stores."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import AxisError
from pat.simulator.components import MOLAR_MASS, default_axis, pure_spectra
from pat.simulator.conditions import N_WIGGLES
from pat.simulator.instrument import REFERENCE_ELECTRONS, Acquisition, Instrument
from pat.simulator.medium import MEDIUM_G_PER_L

#: Channels simulated beyond both ends, so that a spectrum may move by as much.
PADDING = 8
#: Fluorescence at 500 over that at 1800 cm-1. Measured on reactors: 2.1 on day 1, 1.55 on day 14.
TILT = {"medium": 2.2, "cells": 1.7, "product": 1.45, "fouling": 1.3}
#: Light lost at a fouling of 1, and its fluorescence in units of water's 1640 band.
FOULING_LOSS, FOULING_FLUORESCENCE = 0.10, 0.15
ETALON_PERIOD_CM1 = 110.0
STITCH_CM1 = 1850.0

#: Column of the states, and what turns it into the unit of the component.
SOLUTES = {
    "glucose": ("glucose_g_per_l", 1.0),
    "lactate": ("lactate_g_per_l", 1.0),
    "glutamine": ("glutamine_mmol_per_l", MOLAR_MASS["glutamine"] / 1000.0),
    "glutamate": ("glutamate_mmol_per_l", MOLAR_MASS["glutamate"] / 1000.0),
    "ammonium": ("ammonium_mmol_per_l", MOLAR_MASS["ammonium"] / 1000.0),
    "mab": ("titre_g_per_l", 1.0),
    "cells": ("tcd_1e6_per_ml", 1.0),
}


#: What the light comes from, in the order of the rows of `Optics.pure`; the sample's own first.
SAMPLE_SOURCES = ("water", *SOLUTES, *MEDIUM_G_PER_L)
PATH_SOURCES = {"sapphire": "window", "silica": "window", "biofilm": "fouling",
                "nitrogen": "nitrogen"}  # fmt: skip
WIGGLES = tuple(f"wiggle.{k:02d}" for k in range(N_WIGGLES))


@dataclass(frozen=True, slots=True, eq=False)
class Optics:
    """One instrument on one axis: everything that can be computed before a culture is known.

    The templates reach `PADDING` channels beyond the axis; the rest does not.
    """

    axis: FloatArray  # (n_channels,)
    pure: FloatArray  # (sample sources then path sources, padded channels)
    fluorescence: FloatArray  # (the keys of TILT, padded channels)
    wiggles: FloatArray  # (N_WIGGLES, padded channels)
    throughput: FloatArray  # (n_channels,)

    @property
    def step_cm1(self) -> float:
        """Distance of two channels."""
        return float(self.axis[1] - self.axis[0])


def optics(instrument: Instrument, axis: FloatArray | None = None) -> Optics:
    """Return the templates of an instrument on an evenly spaced rising axis (n_channels,).

    Raises
    ------
    AxisError
        If the axis does not rise in even steps.
    """
    shifts = default_axis() if axis is None else np.asarray(axis, dtype=np.float64)
    steps = np.diff(shifts)
    if shifts.size < 2 or steps[0] <= 0 or not np.allclose(steps, steps[0], rtol=1e-9, atol=0):
        msg = "expected an axis of at least two channels that rises in even steps"
        raise AxisError(msg)
    return _optics(instrument, float(shifts[0]), float(steps[0]), shifts.size)


@lru_cache(maxsize=16)
def _optics(instrument: Instrument, start: float, step: float, size: int) -> Optics:
    padded: FloatArray = start + step * np.arange(-PADDING, size + PADDING, dtype=np.float64)
    true = instrument.true_shift(padded)
    axis = padded[PADDING:-PADDING]
    centres = np.linspace(100.0, 3425.0, N_WIGGLES)
    width = 0.6 * (centres[1] - centres[0])
    pure = pure_spectra(true, broadening_cm1=instrument.broadening_cm1)
    return Optics(
        axis=axis,
        pure=pure.loc[[*SAMPLE_SOURCES, *PATH_SOURCES]].to_numpy(),
        fluorescence=np.array([tilted(true, tilt=tilt) for tilt in TILT.values()]),
        wiggles=np.exp(-0.5 * ((true - centres[:, np.newaxis]) / width) ** 2),
        throughput=instrument.throughput(axis),
    )


def tilted(axis: FloatArray, *, tilt: float) -> FloatArray:
    """Return an exponential, 1 at 1200 cm-1, that falls by `tilt` from 500 to 1800 cm-1."""
    shape: FloatArray = np.exp((1200.0 - axis) * np.log(tilt) / 1300.0)
    return shape


def expected_electrons(
    states: pd.DataFrame, conditions: pd.DataFrame, *, optics: Optics
) -> FloatArray:
    """Return the electrons that each spectrum would hold without noise.

    Parameters
    ----------
    states : DataFrame of n_spectra rows
        What is in the vessel: the columns of a trajectory's states.
    conditions : DataFrame of n_spectra rows
        As `pat.simulator.conditions.conditions` returns them.

    Returns
    -------
    ndarray of shape (n_spectra, n_channels)
    """
    emitted = _emitted(states, conditions, optics=optics)
    moved = _moved(emitted, conditions, optics=optics)
    phase = 2.0 * np.pi * optics.axis / ETALON_PERIOD_CM1
    depth, offset = _column(conditions, "etalon"), _column(conditions, "etalon_rad")
    moved *= (
        1.0 + (depth * np.cos(offset)) * np.sin(phase) + (depth * np.sin(offset)) * np.cos(phase)
    )
    moved *= optics.throughput * (1.0 + _column(conditions, "stitch") * (optics.axis > STITCH_CM1))
    moved *= _column(conditions, "gain") * _photons(conditions)
    return moved


def _column(frame: pd.DataFrame, name: str) -> FloatArray:
    column: FloatArray = frame[name].to_numpy(dtype=np.float64)[:, np.newaxis]
    return column


def _photons(conditions: pd.DataFrame) -> FloatArray:
    reference = Acquisition()
    dose = conditions["laser_mw"] * conditions["exposure_s"] * conditions["accumulations"]
    share = dose.to_numpy(dtype=np.float64) / (reference.laser_mw * reference.duration_s)
    return REFERENCE_ELECTRONS * share[:, np.newaxis]


def _emitted(states: pd.DataFrame, conditions: pd.DataFrame, *, optics: Optics) -> FloatArray:
    """Return the light of sample, window and fouling, (n_spectra, padded channels)."""
    fouling = _column(conditions, "fouling")
    through = np.exp(-_column(conditions, "turbidity") * _column(states, "tcd_1e6_per_ml"))
    through *= _column(conditions, "collected") * (1.0 - FOULING_LOSS * np.minimum(fouling, 10.0))
    columns, factors = zip(*SOLUTES.values(), strict=True)
    solutes = states[list(columns)].to_numpy() * np.array(factors)
    medium = conditions[[f"medium.{name}" for name in MEDIUM_G_PER_L]].to_numpy()
    path = conditions[list(PATH_SOURCES.values())].to_numpy()
    sample = through * np.hstack([np.ones_like(through), solutes, medium])
    light: FloatArray = np.hstack([sample, path]) @ optics.pure
    glow = _fluorescence(states, conditions) @ optics.fluorescence[:3]
    glow *= 1.0 + conditions[list(WIGGLES)].to_numpy() @ optics.wiggles
    glow *= through
    light += glow
    light += (FOULING_FLUORESCENCE * fouling) * optics.fluorescence[3]
    return light


def _fluorescence(states: pd.DataFrame, conditions: pd.DataFrame) -> FloatArray:
    """Return the fluorescence of medium, cells and product, (n_spectra, 3)."""
    return np.hstack(
        [
            _column(conditions, "fluorescence.medium"),
            _column(conditions, "fluorescence.cells") * _column(states, "tcd_1e6_per_ml"),
            _column(conditions, "fluorescence.product") * _column(states, "titre_g_per_l"),
        ]
    )


def _moved(light: FloatArray, conditions: pd.DataFrame, *, optics: Optics) -> FloatArray:
    """Return `light` on the axis proper, moved by the shift and stretch of each spectrum.

    Whole channels by slicing, the rest by Taylor's series to the second order with differences
    of the fourth order: exact to 0.1 % of a band of 8 cm-1 half a channel away.
    """
    size = optics.axis.size
    moved = np.empty((len(light), size))
    shifts = conditions["shift_cm1"].to_numpy() / optics.step_cm1
    stretches = conditions["stretch"].to_numpy() / optics.step_cm1
    for row, (shift, stretch) in enumerate(zip(shifts, stretches, strict=True)):
        whole = int(np.clip(np.rint(shift), 2 - PADDING, PADDING - 2))
        at = PADDING - whole
        a, b, c, d, e = (light[row, at + k : at + k + size] for k in (-2, -1, 0, 1, 2))
        by = -(shift - whole) - stretch * (optics.axis - 1000.0)
        slope = (8.0 * (d - b) - (e - a)) / 12.0
        bend = (16.0 * (b + d) - 30.0 * c - (a + e)) / 12.0
        moved[row] = c + by * (slope + 0.5 * by * bend)
    return moved
