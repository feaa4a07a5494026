"""Simulated campaigns whose new cultures are also measured with one thing wrong, by its size."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from pat.arrays import BoolArray, FloatArray
from pat.calibration import CalibrationSet, calibration_set
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures
from pat.simulator.instrument import instrument_named
from pat.simulator.medium import MEDIUM_G_PER_L
from pat.simulator.raman import optics
from pat.simulator.scene import Scene, campaign_scene, measured_counts

N_CALIBRATED, N_NEW = 24, 8
AXIS: FloatArray = np.arange(400.0, 1850.0 + 0.5)
BAND_FWHM_CM1 = 20.0
ANALYTE = "glucose"

SIZES: dict[str, tuple[float, ...]] = {
    "axis shift, cm-1": (0.25, 0.5, 0.75, 1.0, 1.5, 3.0),
    "sapphire bands, share": (-0.3, -0.2, -0.1, 0.1, 0.2, 0.3, 0.5),
    "medium background, share": (0.1, 0.2, 0.3, 0.5),
    "interferent, times the noise": (1.0, 2.0, 3.0, 5.0, 8.0, 50.0),
}


@dataclass(frozen=True, slots=True, eq=False)
class StrangeCampaign:
    """A campaign of 24 vessels to calibrate with, and eight new ones.

    Parameters
    ----------
    cal : CalibrationSet
        All samples, one spectrum each.
    number : ndarray of shape (n_samples,)
        Vessel of each sample, from 0; new from N_CALIBRATED on.
    truth : ndarray of shape (n_samples,)
        What was in front of the probe, in g/L.
    strange : dict of (kind, size) to ndarray of shape (n_new_samples, n_channels)
        The new vessels' spectra with something wrong, vessel by vessel.
    strange_truth : ndarray of shape (n_new_samples,)
    """

    cal: CalibrationSet
    number: FloatArray
    truth: FloatArray
    strange: dict[tuple[str, float], FloatArray]
    strange_truth: FloatArray

    @property
    def is_new(self) -> BoolArray:
        """Which samples are of new vessels."""
        return self.number >= N_CALIBRATED


def strange_campaign(seed: int) -> StrangeCampaign:
    """Return the campaign of a seed."""
    cultures = simulate_cultures(design(N_CALIBRATED + N_NEW, seed=seed), seed=seed)
    settings = CampaignSettings(seed=seed, axis=AXIS)
    made = simulate_campaign(cultures, settings=settings)
    cal = calibration_set([made.campaign])
    order = {culture.vessel: place for place, culture in enumerate(cultures)}
    scene = campaign_scene(cultures[N_CALIBRATED:], settings=settings)
    return StrangeCampaign(
        cal=cal,
        number=cal.samples["vessel"].map(order).to_numpy(dtype=np.float64),
        truth=made.truth[f"true.{ANALYTE}_g_per_l"].to_numpy(),
        strange=dict(_strange(scene, settings=settings)),
        strange_truth=scene.states[f"{ANALYTE}_g_per_l"].to_numpy(),
    )


def _strange(
    scene: Scene, *, settings: CampaignSettings
) -> Iterator[tuple[tuple[str, float], FloatArray]]:
    optic = optics(instrument_named(settings.instrument), settings.axis)
    kinds = {
        "axis shift, cm-1": _shifted,
        "sapphire bands, share": window_changed,
        "medium background, share": _medium_raised,
    }
    for kind, change in kinds.items():
        for size in SIZES[kind]:
            counts = measured_counts(change(scene, size), optics=optic, settings=settings)
            yield (kind, size), counts
    usual = measured_counts(scene, optics=optic, settings=settings)
    kind = "interferent, times the noise"
    rng = np.random.default_rng(settings.seed)
    places = rng.uniform(500.0, 1750.0, len(scene))[:, None]
    band = np.exp(-4 * np.log(2) * ((AXIS - places) / BAND_FWHM_CM1) ** 2)
    noise = np.median(np.abs(np.diff(usual, n=2, axis=1)), axis=1) / 0.6745 / np.sqrt(6.0)
    for size in SIZES[kind]:
        yield (kind, size), usual + size * noise[:, None] * band


def _shifted(scene: Scene, size: float) -> Scene:
    shift = scene.conditions["shift_cm1"] + size
    return replace(scene, conditions=scene.conditions.assign(shift_cm1=shift))


def window_changed(scene: Scene, size: float) -> Scene:
    window = scene.conditions["window"] * (1.0 + size)
    return replace(scene, conditions=scene.conditions.assign(window=window))


def _medium_raised(scene: Scene, size: float) -> Scene:
    lit = scene.conditions.copy()
    for name in (*(f"medium.{name}" for name in MEDIUM_G_PER_L), "fluorescence.medium"):
        lit[name] = lit[name] * (1.0 + size)
    return replace(scene, conditions=lit)
