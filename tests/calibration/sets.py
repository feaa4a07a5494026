"""Small calibration sets with known chemistry, for tests that need one without a campaign."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.calibration import CalibrationSet
from pat.campaign import Analyte
from pat.spectra import AxisKind

AXIS = np.linspace(500.0, 1100.0, 121)


def bands(axis: FloatArray = AXIS) -> FloatArray:
    """Return three overlapping pure spectra, (3, n_channels)."""
    centres = np.array([[640.0], [700.0], [900.0]])
    return np.exp(-0.5 * ((axis - centres) / 30.0) ** 2)


def make_set(
    n_cultures: int = 6,
    n_per_culture: int = 5,
    *,
    analytes: Sequence[str] = ("glucose",),
    campaigns: Sequence[str] = ("run",),
    noise: float = 0.02,
    n_tags: int = 0,
    seed: int = 0,
) -> CalibrationSet:
    """Return samples whose spectra are linear in up to three concentrations, plus noise.

    Cultures are dealt out to the campaigns in turn; values carry an assay error of 0.1.
    """
    rng = np.random.default_rng(seed)
    n = n_cultures * n_per_culture
    culture = np.repeat(np.arange(n_cultures), n_per_culture)
    amounts = rng.uniform(0, 10, (n, 3))
    background = rng.uniform(5, 10, (n, 1)) * np.linspace(1, 2, AXIS.size)
    spectra = amounts @ bands() + background + rng.normal(scale=noise, size=(n, AXIS.size))
    campaign = np.array(campaigns)[culture % len(campaigns)]
    vessel = np.array([f"V{c + 1:02d}" for c in culture])
    named = pd.Series(campaign, dtype="str") + "/" + pd.Series(vessel, dtype="str")
    elapsed = np.tile(24.0 * np.arange(n_per_culture), n_cultures)
    samples = pd.DataFrame(
        {
            "campaign": pd.Series(campaign, dtype="str"),
            "vessel": pd.Series(vessel, dtype="str"),
            "culture": named,
            "group": named,
            "time": pd.Timestamp("2024-05-01", tz="UTC") + pd.to_timedelta(elapsed, unit="h"),
            "elapsed_h": elapsed,
            "sample": pd.Series([np.nan] * n, dtype="str"),
        }
    )
    measured = amounts[:, : len(analytes)] + rng.normal(scale=0.1, size=(n, len(analytes)))
    values = pd.DataFrame(measured, columns=list(analytes))
    tags = [f"tag{number}" for number in range(n_tags)]
    process = amounts[:, :1] @ np.ones((1, n_tags)) + rng.normal(size=(n, n_tags))
    return CalibrationSet(
        axis=AXIS,
        axis_kind=AxisKind.RAMAN_SHIFT,
        intensities=spectra,
        process=pd.DataFrame(process, columns=tags, index=range(n)),
        samples=samples,
        values=values,
        readings=values.notna().astype(np.int64),
        analytes={name: Analyte(name, "g/L") for name in analytes},
        unpaired=dict.fromkeys(analytes, ()),
        unpaired_spectra=(),
        censored=dict.fromkeys(analytes, 0),
        excluded=dict.fromkeys(analytes, 0),
        sel=dict.fromkeys(analytes),
        sources=tuple((name, "0" * 64) for name in campaigns),
    )
