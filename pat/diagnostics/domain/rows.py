"""Products of rows with a matrix, each the same whatever rows stand beside it."""

import numpy as np

from pat.arrays import FloatArray

_AT_ONCE = 4  # rows that one multiplication sees, however many were given


def row_by_row(rows: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return rows (n, k) times a matrix (k, l), always four at a time."""
    n, width = rows.shape
    padded = np.zeros((n + -n % _AT_ONCE, width))
    padded[:n] = rows
    few = padded.reshape(len(padded) // _AT_ONCE, _AT_ONCE, width)
    products: FloatArray = np.matmul(few, matrix)
    return products.reshape(len(padded), matrix.shape[1])[:n]
