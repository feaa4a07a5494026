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
        Length of the net signal that is in the pure spectrum over the length of all of it, the
        cosine of the angle between the two: 1 where nothing overlaps, 0 where the vector does
        not see the analyte, negative where an addition lowers the value.
    recovery : float
        Share of an addition that is found.
    """

    sensitivity: float
    selectivity: float
    recovery: float


def net_signal(coefficients: FloatArray, pure: FloatArray) -> NetSignal | None:
    """Return the figures of a regression vector against a pure spectrum, both (n_features,).

    None where either is nothing.

    Notes
    -----
    The net analyte signal of an inverse model is b/(b'b), so its length is 1/||b||. What of it
    is in the pure spectrum s is the projection of s on b, of length |b's|/||b||; the usual
    1/(||b|| ||s||) is the same where an addition is found whole (b's = 1) and else has no bound.

    References
    ----------
    Lorber, Faber and Kowalski (1997). Analytical Chemistry 69, 1620-1626.
    """
    size, length = float(np.linalg.norm(coefficients)), float(np.linalg.norm(pure))
    if size == 0 or length == 0:
        return None
    recovery = float(coefficients @ pure)
    return NetSignal(1 / size, recovery / (size * length), recovery)
