"""Axes as files print them: where one breaks, and when two are the same."""

import numpy as np

from pat.arrays import FloatArray

#: Two axes are one where no channel differs by more than this share of the channel spacing:
#: text files round the axis.
SAME_AXIS = 0.01


def first_break(axis: FloatArray) -> tuple[float, float] | None:
    """Return the first two neighbours that go against the rest, or None where all agree.

    >>> first_break(np.array([400.0, 401.0, 401.0, 402.0]))
    (401.0, 401.0)
    """
    way = np.sign(np.diff(axis))
    onward = 1.0 if np.sum(way) >= 0 else -1.0
    breaks = np.flatnonzero(way != onward)
    if breaks.size == 0:
        return None
    first = int(breaks[0])
    return float(axis[first]), float(axis[first + 1])


def same_axis(axis: FloatArray, other: FloatArray) -> bool:
    """Return whether two axes (n_channels,) are the same but for the rounding of a text file."""
    if axis.shape != other.shape:
        return False
    step = float(np.median(np.abs(np.diff(axis))))
    return bool(np.max(np.abs(axis - other)) <= SAME_AXIS * step)
