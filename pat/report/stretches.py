"""Where an axis has gaps, so that no line is drawn across one."""

from itertools import pairwise

import numpy as np

from pat.arrays import FloatArray


def stretches(axis: FloatArray) -> list[slice]:
    """Return each stretch of an axis (n_channels,) without a gap."""
    steps = np.abs(np.diff(axis))
    edges = np.flatnonzero(steps > 5 * np.median(steps)) + 1 if steps.size else np.array([], int)
    return [slice(start, stop) for start, stop in pairwise([0, *edges.tolist(), axis.size])]
