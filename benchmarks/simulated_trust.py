"""Simulated campaigns with new cultures, preprocessed once and kept, for the studies of trust.

The fixed simple recipe: 450-1800 cm-1, first derivative over 25 cm-1, SNV. The new cultures are
also measured with one thing wrong at a time, by its size.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray, IntArray
from pat.preprocessing import SNV, Crop, SavitzkyGolay
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures
from pat.simulator.culture import Trajectory
from pat.simulator.instrument import instrument_named
from pat.simulator.medium import MEDIUM_G_PER_L
from pat.simulator.raman import optics
from pat.simulator.scene import Scene, campaign_scene, measured_counts

ANALYTES = ("glucose", "lactate", "titre")
N_CALIBRATED, N_NEW = 24, 8
AXIS: FloatArray = np.arange(430.0, 1820.0 + 0.5)
BAND_FWHM_CM1 = 20.0

SIZES: dict[str, tuple[float, ...]] = {
    "axis shift, cm-1": (0.25, 0.5, 0.75, 1.0, 1.5, 2.0),
    "sapphire bands, share": (0.05, 0.1, 0.15, 0.2, 0.3),
    "medium background, share": (0.1, 0.2, 0.3, 0.5),
    "interferent, times the noise": (1.0, 2.0, 3.0, 5.0, 8.0),
}


@dataclass(frozen=True, slots=True, eq=False)
class TrustCampaign:
    """Preprocessed spectra of one campaign; the last vessels are the new ones.

    Parameters
    ----------
    spectra : ndarray of shape (n_samples, n_channels)
    assays : ndarray of shape (n_samples, len(ANALYTES))
    vessel : ndarray of int, shape (n_samples,)
        From 0; new from N_CALIBRATED on.
    hours : ndarray of shape (n_samples,)
    strange : dict of (kind, size) to ndarray of shape (n_new_samples, n_channels)
        The new vessels' spectra with something wrong.
    """

    spectra: FloatArray
    assays: FloatArray
    vessel: IntArray
    hours: FloatArray
    strange: dict[tuple[str, float], FloatArray]

    @property
    def is_new(self) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Which samples are of new vessels."""
        return self.vessel >= N_CALIBRATED


def trust_campaign(seed: int, *, cache: Path) -> TrustCampaign:
    """Return the campaign of a seed, simulated only once."""
    path = cache / f"trust-{seed:04d}.npz"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        made = _simulated(seed)
        scratch = path.with_suffix(".tmp.npz")
        arrays = {f"strange:{kind}:{size:g}": rows for (kind, size), rows in made.strange.items()}
        np.savez(
            scratch,
            spectra=made.spectra.astype(np.float32), assays=made.assays,
            vessel=made.vessel, hours=made.hours,
            **{name: rows.astype(np.float32) for name, rows in arrays.items()},
        )  # fmt: skip
        scratch.replace(path)
    return _loaded(path)


def _loaded(path: Path) -> TrustCampaign:
    with np.load(path) as stored:
        strange = {}
        for name in stored.files:
            if name.startswith("strange:"):
                _, kind, size = name.split(":")
                strange[kind, float(size)] = stored[name].astype(np.float64)
        return TrustCampaign(
            spectra=stored["spectra"].astype(np.float64),
            assays=stored["assays"],
            vessel=stored["vessel"],
            hours=stored["hours"],
            strange=strange,
        )


def _simulated(seed: int) -> TrustCampaign:
    cultures = simulate_cultures(design(N_CALIBRATED + N_NEW, seed=seed), seed=seed)
    settings = CampaignSettings(seed=seed, axis=AXIS)
    made = simulate_campaign(cultures, settings=settings)
    keys = made.campaign.spectra.keys
    recipe = _recipe()
    spectra = recipe.fit_transform(made.campaign.spectra.intensities)
    names = keys["vessel"].to_numpy(dtype=object)
    order = {culture.vessel: place for place, culture in enumerate(cultures)}
    drawn = keys["time"] + pd.to_timedelta(keys["acquisition_s"], unit="s")
    wide = made.campaign.assays.pivot_table(
        index=["vessel", "time"], columns="analyte", values="value"
    )
    assays = wide.loc[list(zip(names, drawn, strict=True)), list(ANALYTES)].to_numpy()
    return TrustCampaign(
        spectra=spectra,
        assays=assays,
        vessel=np.array([order[name] for name in names], dtype=np.int64),
        hours=keys["elapsed_h"].to_numpy(dtype=np.float64),
        strange={
            key: recipe.transform(counts)
            for key, counts in _strange(cultures[N_CALIBRATED:], settings=settings)
        },
    )


def _recipe() -> Pipeline:
    inside = AXIS[(AXIS >= 450.0) & (AXIS <= 1800.0)]
    return Pipeline(
        [
            ("crop", Crop(AXIS, [(450.0, 1800.0)])),
            ("savgol", SavitzkyGolay(25, 2, deriv=1, axis=inside)),
            ("snv", SNV()),
        ]
    )


def _strange(
    cultures: list[Trajectory], *, settings: CampaignSettings
) -> Iterator[tuple[tuple[str, float], FloatArray]]:
    scene = campaign_scene(cultures, settings=settings)
    optic = optics(instrument_named(settings.instrument), settings.axis)
    kinds = {
        "axis shift, cm-1": _shifted,
        "sapphire bands, share": _window_changed,
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


def _window_changed(scene: Scene, size: float) -> Scene:
    window = scene.conditions["window"] * (1.0 + size)
    return replace(scene, conditions=scene.conditions.assign(window=window))


def _medium_raised(scene: Scene, size: float) -> Scene:
    lit = scene.conditions.copy()
    for name in (*(f"medium.{name}" for name in MEDIUM_G_PER_L), "fluorescence.medium"):
        lit[name] = lit[name] * (1.0 + size)
    return replace(scene, conditions=lit)
