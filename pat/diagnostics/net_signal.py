"""Net analyte signal: the part of a pure spectrum that a linear model can use."""

from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class NetSignal:
    """How a regression vector meets the pure spectrum of its analyte.

    Both are as they stand after preprocessing.

    Parameters
    ----------
    sensitivity : float
        Length of the net analyte signal of one unit, in preprocessed intensity.
    selectivity : float
        Its share of the length of the pure spectrum: 1 where nothing overlaps.
    cosine : float
        Of the angle between regression vector and pure spectrum.
    """

    sensitivity: float
    selectivity: float
    cosine: float


def net_signal(coefficients: FloatArray, pure: FloatArray) -> NetSignal | None:
    """Return the figures of a regression vector against a pure spectrum, both (n_features,).

    None where either is nothing.

    Notes
    -----
    The net analyte signal of an inverse model is b/(b'b), so its length is 1/||b||. A model
    that finds all of an addition has b's = 1, and then cosine and selectivity are the same;
    a cosine well below the selectivity tells that an addition is not found whole.

    References
    ----------
    Lorber, Faber and Kowalski (1997). Analytical Chemistry 69, 1620-1626.
    """
    size, length = float(np.linalg.norm(coefficients)), float(np.linalg.norm(pure))
    if size == 0 or length == 0:
        return None
    return NetSignal(
        sensitivity=1 / size,
        selectivity=1 / (size * length),
        cosine=float(coefficients @ pure) / (size * length),
    )
