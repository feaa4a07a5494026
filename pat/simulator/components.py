"""Pure-component Raman spectra, from one table of bands."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from pat.arrays import FloatArray

#: Height of glucose's 1125 cm-1 band at 1 g/L, as a share of the height of water's at 1640.
#: Measured: 2.5 % (785 nm mixtures) and 2.3 % (plate), the detector's fall not corrected.
GLUCOSE_TO_WATER = 0.020

#: g/mol, for what the culture counts in mmol/L.
MOLAR_MASS = {"glucose": 180.16, "lactate": 89.07, "glutamine": 146.14, "glutamate": 146.12,
              "ammonium": 18.04}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """One band of a component's spectrum."""

    component: str
    position_cm1: float
    height: float  # share of water's 1640 band, for one unit of the component
    fwhm_cm1: float
    lorentzian: float  # share of the Lorentzian in the pseudo-Voigt profile


def default_axis() -> FloatArray:
    """Return the axis that is simulated: 100 to 3424 cm-1 in 3,325 channels."""
    return np.arange(100.0, 3425.0)


def band_table() -> pd.DataFrame:
    """Return the table of bands as it is stored, with the source and licence of each band."""
    with files("pat.simulator").joinpath("components.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream)


@cache
def bands() -> tuple[Band, ...]:
    """Return every band, its height in units of water's 1640 band."""
    table = band_table()
    unit = table["relative_to"].map({"water_1640": 1.0, "glucose_1125": GLUCOSE_TO_WATER})
    columns = (
        table["component"], table["position_cm1"], table["height"] * unit, table["fwhm_cm1"],
        table["lorentzian"],
    )  # fmt: skip
    return tuple(
        Band(str(name), float(position), float(height), float(width), float(share))
        for name, position, height, width, share in zip(*columns, strict=True)
    )


def component_units() -> dict[str, str]:
    """Return the unit of each component: g/L, 1e6/mL, or 1 where there is no concentration."""
    table = band_table().drop_duplicates("component")
    return dict(zip(table["component"].astype(str), table["per"].astype(str), strict=True))


def pseudo_voigt(axis: FloatArray, band: Band, *, broadening_cm1: float = 0.0) -> FloatArray:
    """Return one band on `axis` (n_channels,), its area kept when the instrument broadens it."""
    width = float(np.hypot(band.fwhm_cm1, broadening_cm1))
    z2 = ((axis - band.position_cm1) / width) ** 2
    profile = band.lorentzian / (1.0 + 4.0 * z2)
    profile += (1.0 - band.lorentzian) * np.exp(-4.0 * np.log(2.0) * z2)
    scaled: FloatArray = band.height * band.fwhm_cm1 / width * profile
    return scaled


def pure_spectra(axis: FloatArray | None = None, *, broadening_cm1: float = 0.0) -> pd.DataFrame:
    """Return the spectrum of one unit of each component.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,), optional
        Raman shifts in cm-1; `default_axis()` where none is given.
    broadening_cm1 : float
        Full width at half maximum that an instrument adds to what the table holds.

    Returns
    -------
    DataFrame of shape (n_components, n_channels)
        Indexed by component, one column a channel. Unit: the height of water's 1640 cm-1 band,
        for 1 g/L (cells: 1e6/mL; water, window and fouling: as they stand).

    Notes
    -----
    Widths of the table hold the 9-12 cm-1 of the instruments they were measured with. Widths add
    as squares, which is exact for Gaussian bands only.
    """
    shifts = default_axis() if axis is None else np.asarray(axis, dtype=np.float64)
    spectra: dict[str, FloatArray] = {}
    for band in bands():
        profile = pseudo_voigt(shifts, band, broadening_cm1=broadening_cm1)
        spectra[band.component] = spectra.get(band.component, 0.0) + profile
    return pd.DataFrame.from_dict(spectra, orient="index", columns=shifts)


def write_pure_spectra(path: Path, axis: FloatArray | None = None) -> None:
    """Write `pure_spectra` as CSV: a column of Raman shifts, then a column a component."""
    table = pure_spectra(axis).T.rename_axis("raman_shift_cm1")
    table.to_csv(path, float_format="%.9g", lineterminator="\n")
