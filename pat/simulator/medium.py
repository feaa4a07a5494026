"""The medium: what it holds beside the culture's own, and how its lots differ."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import FloatArray

#: g/L in fresh medium (chosen). The amino acids and the rest stand for what is not measured.
MEDIUM_G_PER_L = {
    "phosphate": 0.5,
    "bicarbonate": 2.0,
    "sulfate": 0.1,
    "phenylalanine": 0.4,
    "tyrosine": 0.6,
    "tryptophan": 0.3,
    "aliphatic_amino_acids": 3.0,
    "poloxamer": 1.0,
    "hepes": 1.0,
    "nucleotides": 0.2,
    "lipids": 0.2,
}

#: What nobody measures: each varies by itself between vessels and with time.
INTERFERENTS = tuple(MEDIUM_G_PER_L)[3:]

#: Interferents are weighed in: their lots differ by this share of what salts and glow differ by.
WEIGHED_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class MediumLot:
    """One lot of medium: how far its components and its fluorescence lie from the usual.

    Parameters
    ----------
    name : str
    deviations : tuple of float
        Standard normal, one for each of `MEDIUM_G_PER_L`, then one for the fluorescence.
    """

    name: str
    deviations: tuple[float, ...]

    def concentrations(self, cv: float) -> pd.Series:
        """Return the g/L of each component where salts differ by this coefficient of variation."""
        shares = [WEIGHED_SHARE if name in INTERFERENTS else 1.0 for name in MEDIUM_G_PER_L]
        z = np.array(self.deviations[:-1]) * shares
        return pd.Series(MEDIUM_G_PER_L) * lognormal(z, cv)

    def fluorescence(self, cv: float) -> float:
        """Return the lot's fluorescence as a share of the usual one."""
        return float(lognormal(self.deviations[-1], cv))


def medium_lot(name: str) -> MediumLot:
    """Return the lot of this name; the name alone decides what is in it."""
    seed = int.from_bytes(hashlib.sha256(f"lot {name}".encode()).digest()[:8], "little")
    rng = np.random.default_rng(seed)
    deviations = rng.standard_normal(len(MEDIUM_G_PER_L) + 1)
    return MediumLot(name=name, deviations=tuple(float(z) for z in deviations))


def lognormal(z: FloatArray | float, cv: float) -> FloatArray:
    """Return factors of median 1 and coefficient of variation `cv` from standard normals `z`."""
    factors: FloatArray = np.exp(np.sqrt(np.log1p(cv**2)) * np.asarray(z))
    return factors
