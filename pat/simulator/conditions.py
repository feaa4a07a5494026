"""What the light path of a vessel is like at each spectrum: the disturbances, drawn."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.simulator.disturbances import Disturbances
from pat.simulator.instrument import Acquisition
from pat.simulator.medium import INTERFERENTS, MEDIUM_G_PER_L, MediumLot, lognormal
from pat.simulator.streams import autoregressive, stream

#: Bumps of the fluorescence's shape that wander by themselves.
N_WIGGLES = 14
BLEACHING_H = 60.0
FOULING_MIDDLE_H, FOULING_WIDTH_H, FOULING_CV = 216.0, 30.0, 0.5
#: Hours over which what drifts forgets where it was, and how long before inoculation it begins.
DRIFT_MEMORY_H, LEAD_H = 48.0, 24

CONSTANTS = ("gain", "turbidity", "fouling", "preparation", "cells", "product", "etalon")
DRIFTS = ("gain", "etalon")


class VesselDraws(NamedTuple):
    """Standard normals of one vessel, drawn whatever the sizes that they are multiplied with."""

    constants: dict[str, float]  # what differs between vessels
    drifts: dict[str, FloatArray]  # what moves with time, (n_spectra,) each
    spectra: FloatArray  # (n_spectra, 2): shift and stretch of each spectrum


def spectrum_stream(seed: int, *, vessel: str, hour: float) -> np.random.Generator:
    """Return the generator of one spectrum; which others are taken does not change it."""
    return stream(seed, vessel, "spectrum", f"{round(hour * 3600)}")


def draw(hours: FloatArray, *, vessel: str, seed: int) -> VesselDraws:
    """Return the random numbers of one vessel's spectra at `hours` (n_spectra,)."""
    constant_names = (*CONSTANTS, *INTERFERENTS)
    drift_names = (*DRIFTS, *INTERFERENTS, *(f"wiggle.{k:02d}" for k in range(N_WIGGLES)))
    constants = stream(seed, vessel, "light path").standard_normal(len(constant_names))
    n_hours = LEAD_H + int(np.ceil(max(float(hours.max()), 0.0))) + 2
    normals = stream(seed, vessel, "drift").standard_normal((n_hours, len(drift_names)))
    hourly = autoregressive(normals, correlation=float(np.exp(-1.0 / DRIFT_MEMORY_H)))
    grid = np.arange(n_hours, dtype=np.float64) - LEAD_H
    shifts = [
        stream(seed, vessel, "axis", f"{round(hour * 3600)}").standard_normal(2) for hour in hours
    ]
    return VesselDraws(
        constants=dict(zip(constant_names, constants.tolist(), strict=True)),
        drifts={
            name: np.interp(hours, grid, series)
            for name, series in zip(drift_names, hourly.T, strict=True)
        },
        spectra=np.array(shifts),
    )


def conditions(
    hours: FloatArray,
    *,
    vessel: str,
    seed: int,
    lot: MediumLot,
    disturbances: Disturbances,
    acquisition: Acquisition,
) -> pd.DataFrame:
    """Return the conditions of one vessel's spectra.

    Parameters
    ----------
    hours : ndarray of shape (n_spectra,)
        Middle of each acquisition, in hours since inoculation; at least one.

    Returns
    -------
    DataFrame of n_spectra rows
        laser_mw, exposure_s, accumulations; gain, collected (share of the sample's light that
        comes back), turbidity, fouling, window, shift_cm1, stretch, stitch, nitrogen, etalon,
        etalon_rad;
        fluorescence.NAME in units of water's 1640 band (cells: for 1e6/mL, product: for 1 g/L);
        medium.NAME in g/L; wiggle.NN as shares of the fluorescence.
    """
    draws = draw(hours, vessel=vessel, seed=seed)
    d = disturbances
    size = draws.constants
    sigmoid = 1.0 / (1.0 + np.exp(-(hours - FOULING_MIDDLE_H) / FOULING_WIDTH_H))
    light = {
        "laser_mw": acquisition.laser_mw,
        "exposure_s": acquisition.exposure_s,
        "accumulations": acquisition.accumulations,
        "gain": lognormal(size["gain"], d.gain_cv)
        * lognormal(draws.drifts["gain"], d.gain_drift_cv),
        "collected": 1.0,
        "turbidity": d.turbidity * lognormal(size["turbidity"], d.turbidity_cv),
        "fouling": d.fouling * lognormal(size["fouling"], FOULING_CV) * sigmoid,
        "window": d.window,
        "shift_cm1": d.shift_jitter_cm1 * draws.spectra[:, 0],
        "stretch": d.stretch_jitter * draws.spectra[:, 1],
        "stitch": d.stitch,
        "nitrogen": d.nitrogen,
        "etalon": d.etalon,
        "etalon_rad": d.etalon_drift_rad * (size["etalon"] + draws.drifts["etalon"]),
    }
    prepared = float(lognormal(size["preparation"], d.medium_preparation_cv))
    fluorescence = _fluorescence(hours, draws=draws, lot=lot, disturbances=d)
    fluorescence["fluorescence.medium"] = fluorescence["fluorescence.medium"] * prepared
    medium = {
        name: values * prepared
        for name, values in _medium(draws=draws, lot=lot, disturbances=d).items()
    }
    wiggles = {
        name: d.fluorescence_wiggle * series
        for name, series in draws.drifts.items()
        if name.startswith("wiggle.")
    }
    return pd.DataFrame(light | fluorescence | medium | wiggles, index=range(len(hours)))


def _fluorescence(
    hours: FloatArray, *, draws: VesselDraws, lot: MediumLot, disturbances: Disturbances
) -> dict[str, FloatArray | float]:
    d = disturbances
    faded = -np.expm1(-np.maximum(hours, 0.0) / BLEACHING_H)
    return {
        "fluorescence.medium": d.fluorescence_medium
        * lot.fluorescence(d.medium_lot_cv)
        * (1.0 - d.bleaching * faded),
        "fluorescence.cells": d.fluorescence_cells
        * float(lognormal(draws.constants["cells"], d.fluorescence_cv)),
        "fluorescence.product": d.fluorescence_product
        * float(lognormal(draws.constants["product"], d.fluorescence_cv)),
    }


def _medium(
    *, draws: VesselDraws, lot: MediumLot, disturbances: Disturbances
) -> dict[str, FloatArray | float]:
    held = lot.concentrations(disturbances.medium_lot_cv)
    values: dict[str, FloatArray | float] = {}
    for name, usual in MEDIUM_G_PER_L.items():
        values[f"medium.{name}"] = float(held[name])
        if name in INTERFERENTS:
            own = draws.constants[name] * disturbances.interferents_persistent
            drift = draws.drifts[name] * disturbances.interferents_drift
            values[f"medium.{name}"] = np.maximum(float(held[name]) + usual * (own + drift), 0.0)
    return values
