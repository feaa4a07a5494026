"""A small world for sensors: cultures with bands on a background, and sensors trained on them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.pipeline import Pipeline
from sklearn.svm import SVR

from pat.calibration.calibration_set import CalibrationSet
from pat.calibration.families import PLSFamily
from pat.calibration.splitters import culture_folds
from pat.campaign import Analyte, Campaign
from pat.preprocessing import SNV, Crop, SavitzkyGolay
from pat.soft_sensor import Origin, SoftSensor, build_sensor
from pat.spectra import AxisKind, Spectra
from tests.alignment.campaigns import make_campaign

AXIS = np.arange(400.0, 800.0, 2.0)
REGION = (440.0, 760.0)
SATURATION = 5000.0

_CENTRES = np.array([[480.0], [560.0], [650.0], [720.0]])
_BANDS = np.exp(-0.5 * ((AXIS - _CENTRES) / 10) ** 2)


def make_spectra(
    amounts: np.ndarray, rng: np.random.Generator, *, background: np.ndarray | float = 1.0
) -> np.ndarray:
    """Return spectra of amounts (n, 4), the first band being glucose, with unit noise."""
    slope = 1000 + 0.5 * (AXIS - 400)
    return (
        np.outer(np.broadcast_to(background, len(amounts)), slope)
        + 40 * (amounts @ _BANDS)
        + rng.normal(size=(len(amounts), AXIS.size))
    )


def make_calibration(
    *, n_cultures: int = 8, n_samples: int = 6, seed: int = 0, with_process: bool = False
) -> CalibrationSet:
    """Return a campaign's worth of samples; glucose runs from about 1 to 8 g/L."""
    rng = np.random.default_rng(seed)
    n = n_cultures * n_samples
    culture = np.repeat(np.arange(n_cultures), n_samples)
    age = np.tile(np.linspace(0, 240, n_samples), n_cultures)
    amounts = rng.uniform(1, 8, size=(n, 4)) + rng.normal(size=(n_cultures, 4))[culture] * 0.3
    background = 1 + 0.02 * rng.normal(size=n_cultures)[culture]
    vessel = pd.Series([f"V{c + 1:02d}" for c in culture], dtype="str")
    process = pd.DataFrame(index=range(n))
    if with_process:
        process = pd.DataFrame({"ph": 7 + 0.1 * rng.normal(size=n), "do": rng.uniform(20, 60, n)})
    return CalibrationSet(
        axis=AXIS,
        axis_kind=AxisKind.RAMAN_SHIFT,
        intensities=make_spectra(amounts, rng, background=background),
        process=process,
        samples=pd.DataFrame(
            {
                "campaign": pd.Series(["cho"] * n, dtype="str"),
                "vessel": vessel,
                "culture": "cho/" + vessel,
                "group": "cho/" + vessel,
                "time": pd.Series([pd.NaT] * n, dtype="datetime64[us, UTC]"),
                "elapsed_h": age,
                "sample": pd.Series([np.nan] * n, dtype="str"),
            }
        ),
        values=pd.DataFrame({"glucose": amounts[:, 0] + 0.05 * rng.normal(size=n)}),
        readings=pd.DataFrame({"glucose": np.ones(n)}),
        analytes={"glucose": Analyte("glucose", "g/L")},
        unpaired={"glucose": ()},
        unpaired_spectra=(),
        censored={"glucose": 0},
        excluded={"glucose": 0},
        sel={"glucose": None},
        sources=(("cho", "0" * 64),),
        saturation=SATURATION,
    )


def recipe() -> list[tuple[str, Any]]:
    """Return preprocessing that reads `REGION` alone."""
    low, high = REGION
    cropped = AXIS[(low <= AXIS) & (high >= AXIS)]
    return [
        ("crop", Crop(AXIS, (REGION,))),
        ("derivative", SavitzkyGolay(window_cm1=14, polyorder=2, deriv=1, axis=cropped)),
    ]


def pls(n_components: int = 5) -> Pipeline:
    """Return the plain, linear sensor."""
    return Pipeline([*recipe(), ("pls", PLSRegression(n_components, scale=False))])


def snv_pls() -> Pipeline:
    """Return a sensor that is not linear in the spectrum."""
    return Pipeline([*recipe(), ("snv", SNV()), ("pls", PLSRegression(5, scale=False))])


def svr() -> Pipeline:
    """Return a sensor on scores."""
    return Pipeline([*recipe(), ("pca", PCA(5, svd_solver="full")), ("svr", SVR(C=100.0))])


def lightgbm() -> Pipeline:
    """Return boosted trees on scores."""
    from lightgbm import LGBMRegressor

    boost = LGBMRegressor(
        n_estimators=30, min_child_samples=5, n_jobs=1, deterministic=True,
        force_row_wise=True, verbose=-1,
    )  # fmt: skip
    return Pipeline([*recipe(), ("pca", PCA(5, svd_solver="full")), ("boost", boost)])


def pls_with_process() -> Pipeline:
    """Return PLS on the spectrum and two process values."""
    family = PLSFamily(5, with_process=True)
    return family.pipeline(Pipeline(recipe()), {"n_components": 5}, shape=(AXIS.size, 2))


def make_sensor(
    *pipelines: Pipeline, cal: CalibrationSet | None = None, **settings: Any
) -> SoftSensor:
    """Return a sensor of these pipelines, by default of `pls()`."""
    cal = make_calibration() if cal is None else cal
    return build_sensor(
        cal,
        "glucose",
        pipelines=list(pipelines) or [pls()],
        folds=culture_folds(cal.groups),
        name="cho.glucose",
        origin=Origin(("derivative",), ("pls, n_components=5",), seed=0),
        **settings,
    )


@cache
def plain_sensor() -> SoftSensor:
    """Return the plain sensor, trained once a test run."""
    return make_sensor()


def as_spectra(
    intensities: np.ndarray,
    *,
    axis: np.ndarray = AXIS,
    kind: AxisKind = AxisKind.RAMAN_SHIFT,
    vessels: Sequence[str] | None = None,
) -> Spectra:
    """Return intensities as spectra of one campaign."""
    n = len(intensities)
    keys = pd.DataFrame(
        {"campaign": ["cho"] * n, "vessel": list(vessels or ["V99"] * n), "elapsed_h": np.arange(n)}
    )
    return Spectra(axis, intensities, keys, kind)


def new_spectra(n: int = 20, seed: int = 99) -> tuple[np.ndarray, np.ndarray]:
    """Return spectra of a new culture in control, and their glucose."""
    rng = np.random.default_rng(seed)
    amounts = rng.uniform(1, 8, size=(n, 4))
    return make_spectra(amounts, rng), amounts[:, 0]


def make_run(
    *, n_cultures: int = 6, n_samples: int = 5, seed: int = 3, campaign: str = "next", **info: Any
) -> tuple[Campaign, np.ndarray]:
    """Return a campaign of new cultures, a spectrum an assay, and the glucose of each sample."""
    rng = np.random.default_rng(seed)
    amounts = rng.uniform(1, 8, size=(n_cultures * n_samples, 4))
    rows = [
        {"vessel": f"W{c + 1}", "elapsed_h": 24.0 * s + 2}
        for c in range(n_cultures)
        for s in range(n_samples)
    ]
    assays = [row | {"value": float(a)} for row, a in zip(rows, amounts[:, 0], strict=True)]
    made = make_campaign(
        [{"campaign": campaign, **row} for row in rows],
        assays,
        intensities=make_spectra(amounts, rng),
        axis=AXIS,
        id=campaign,
        **info,
    )
    return made, amounts[:, 0]
