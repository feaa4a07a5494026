"""Bands whose Raman shift is known, by which an axis is checked."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray

#: Where the positions come from, by the letter that each band carries.
SOURCES = {
    "p": "Porto and Krishnan (1967), Journal of Chemical Physics 47, 1009-1012: sapphire's modes",
    "w": "bending mode of liquid water: broad, so its own position hardly counts",
    "a": "ring breathing of phenylalanine, free and in proteins",
    "m": "measured in aqueous mixtures and cultures on three 785 nm instruments whose axes were "
    "set by sulfate 981 and phenylalanine 1003; `sd` is how far they differ",
}


@dataclass(frozen=True, slots=True)
class ReferenceBand:
    """A band: where it is, how far that is trusted, its height among its component's bands."""

    shift_cm1: float
    sd_cm1: float
    height: float
    fwhm_cm1: float
    source: str


#: Bands by component. Weak and crowded bands are here for the pattern; `sd_cm1` tells how
#: little their own position counts.
REFERENCE_BANDS: dict[str, tuple[ReferenceBand, ...]] = {
    "water": (ReferenceBand(1640.0, 6.0, 1.0, 92.0, "w"),),
    "sapphire": (
        ReferenceBand(418.0, 0.5, 1.0, 11.0, "p"),
        ReferenceBand(578.0, 1.0, 0.32, 11.0, "p"),
        ReferenceBand(751.0, 0.5, 0.52, 11.0, "p"),
    ),
    "phenylalanine": (ReferenceBand(1003.5, 0.5, 1.0, 8.0, "a"),),
    "sulfate": (
        ReferenceBand(981.0, 0.2, 1.0, 12.0, "m"),
        ReferenceBand(450.0, 4.0, 0.06, 30.0, "m"),
        ReferenceBand(613.0, 4.0, 0.05, 25.0, "m"),
    ),
    "acetate": (
        ReferenceBand(928.0, 0.5, 1.0, 14.0, "m"),
        ReferenceBand(1417.0, 2.0, 0.45, 28.0, "m"),
        ReferenceBand(1348.0, 3.0, 0.15, 25.0, "m"),
        ReferenceBand(650.0, 4.0, 0.15, 20.0, "m"),
    ),
    "glucose": (
        ReferenceBand(424.0, 4.0, 0.60, 28.0, "m"),
        ReferenceBand(450.0, 4.0, 0.45, 28.0, "m"),
        ReferenceBand(517.0, 4.0, 0.68, 32.0, "m"),
        ReferenceBand(898.0, 3.0, 0.22, 16.0, "m"),
        ReferenceBand(917.0, 3.0, 0.30, 20.0, "m"),
        ReferenceBand(1027.0, 4.0, 0.36, 42.0, "m"),
        ReferenceBand(1064.0, 1.5, 0.60, 28.0, "m"),
        ReferenceBand(1125.0, 1.5, 1.0, 32.0, "m"),
        ReferenceBand(1263.0, 4.0, 0.19, 32.0, "m"),
        ReferenceBand(1330.0, 4.0, 0.28, 36.0, "m"),
        ReferenceBand(1369.0, 3.0, 0.46, 42.0, "m"),
        ReferenceBand(1463.0, 3.0, 0.36, 20.0, "m"),
    ),
    "lactate": (
        ReferenceBand(855.0, 1.5, 1.0, 17.0, "m"),
        ReferenceBand(1045.0, 3.0, 0.45, 25.0, "m"),
        ReferenceBand(1086.0, 3.0, 0.42, 25.0, "m"),
        ReferenceBand(1420.0, 3.0, 0.60, 30.0, "m"),
        ReferenceBand(1457.0, 3.0, 0.72, 30.0, "m"),
    ),
}
#: Components that are the same in every sample or have one narrow band: each band is looked for
#: by itself, in the median spectrum.
ALONE = frozenset({"sapphire", "phenylalanine"})
#: What an analyte may be called, by component.
_NAMES = {
    "glucose": ("glucose", "glc", "dextrose"),
    "acetate": ("acetate",),
    "sulfate": ("sulfate", "sulphate"),
    "lactate": ("lactate", "lac"),
    "phenylalanine": ("phenylalanine", "phe", "titre", "titer", "mab", "igg", "protein", "vcd"),
}


def named_components(analytes: Iterable[str]) -> tuple[str, ...]:
    """Return the components of the table that these analytes are, in the table's order."""
    words = {word for name in analytes for word in name.lower().replace("-", "_").split("_")}
    return tuple(name for name in REFERENCE_BANDS if words & set(_NAMES.get(name, ())))


def pattern(component: str, shifts: FloatArray) -> FloatArray:
    """Return a component's bands at these Raman shifts (n_channels,), Lorentzian."""
    spectrum = np.zeros(shifts.size)
    for band in REFERENCE_BANDS[component]:
        spectrum += band.height * lorentzian(shifts, band.shift_cm1, band.fwhm_cm1)
    return spectrum


def lorentzian(shifts: FloatArray, centre: float, fwhm: float) -> FloatArray:
    """Return a band of height 1 at these Raman shifts (n_channels,)."""
    band: FloatArray = 1.0 / (1.0 + ((shifts - centre) / (fwhm / 2)) ** 2)
    return band
