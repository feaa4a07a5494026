"""Array aliases and the shape checks made at the public edge."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def as_matrix(values: ArrayLike, *, name: str) -> FloatArray:
    """Return `values` as a float64 matrix of shape (n_rows, n_columns), copied only if needed.

    Raises
    ------
    ValueError
        If `values` has another number of dimensions than two.
    """
    matrix: NDArray[Any] = np.asarray(values, dtype=np.float64)
    if matrix.ndim != 2:
        msg = f"expected {name} of shape (n_rows, n_columns); got shape {matrix.shape}"
        raise ValueError(msg)
    return matrix


def is_strictly_monotonic(axis: FloatArray) -> bool:
    """Return whether `axis` (n_channels,) rises or falls at every step."""
    steps = np.diff(axis)
    return bool(np.all(steps > 0) or np.all(steps < 0))


def runs(mask: BoolArray) -> tuple[slice, ...]:
    """Return where `mask` (n,) is true, as slices in order.

    >>> runs(np.array([True, True, False, True]))
    (slice(0, 2, None), slice(3, 4, None))
    """
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return tuple(slice(int(start), int(stop)) for start, stop in edges.reshape(-1, 2))
