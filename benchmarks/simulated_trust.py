"""Simulated campaigns with new cultures, preprocessed once and kept, for the studies of trust.

The fixed simple recipe: 450-1800 cm-1, first derivative over 25 cm-1, SNV.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray, IntArray
from pat.preprocessing import SNV, Crop, SavitzkyGolay
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures

ANALYTES = ("glucose", "lactate", "titre")
N_CALIBRATED, N_NEW = 24, 8
AXIS: FloatArray = np.arange(430.0, 1820.0 + 0.5)


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
    """

    spectra: FloatArray
    assays: FloatArray
    vessel: IntArray
    hours: FloatArray

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
        np.savez(
            scratch,
            spectra=made.spectra.astype(np.float32), assays=made.assays,
            vessel=made.vessel, hours=made.hours,
        )  # fmt: skip
        scratch.replace(path)
    return _loaded(path)


def _loaded(path: Path) -> TrustCampaign:
    with np.load(path) as stored:
        return TrustCampaign(
            spectra=stored["spectra"].astype(np.float64),
            assays=stored["assays"],
            vessel=stored["vessel"],
            hours=stored["hours"],
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
