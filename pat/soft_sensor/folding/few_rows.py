"""Few rows at a time: products of matrices whose digits hang on no number of rows.

A library picks its way through a product by the size of the matrices. Asked for two or four rows
and for columns in whole tiles, OpenBLAS's kernels give each row the same digits.
"""

import numpy as np

from pat.arrays import FloatArray

_TILE = 8  # columns


def in_whole_tiles(n_columns: int) -> int:
    """Return a number of columns rounded up to one at which the digits are the same."""
    return n_columns + -n_columns % _TILE


def rows_at_once(n: int) -> int:
    """Return how many of n rows a multiplication is to see."""
    return 2 if n <= 2 else 4


def whole(n: int) -> int:
    """Return n rows rounded up to whole multiplications."""
    return n + -n % rows_at_once(n)


def multiplied(rows: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return rows (n, k) times a matrix (k, l), a few rows at a time; n is a `whole` number."""
    n, width = rows.shape
    at_once = rows_at_once(n)
    return np.matmul(rows.reshape(n // at_once, at_once, width), matrix).reshape(n, -1)


def multiplied_each(rows: FloatArray, matrices: FloatArray) -> FloatArray:
    """Return rows (n_members, n, k) times each member's matrix (n_members, k, l), likewise."""
    n_members, n, width = rows.shape
    at_once = rows_at_once(n)
    if n == at_once:
        return np.matmul(rows, matrices)
    few = rows.reshape(n_members, n // at_once, at_once, width)
    return np.matmul(few, matrices[:, None]).reshape(n_members, n, -1)
