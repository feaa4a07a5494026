"""Two-level fractional factorial designs for seven factors."""

from itertools import product

import numpy as np

from pat.arrays import FloatArray
from pat.errors import InputError

N_FACTORS = 7
#: Number of runs: the columns of a full factorial whose product is each further factor.
GENERATORS: dict[int, tuple[tuple[int, ...], ...]] = {
    8: ((0, 1), (0, 2), (1, 2), (0, 1, 2)),
    16: ((0, 1, 2), (1, 2, 3), (0, 2, 3)),
    32: ((0, 1, 2, 3), (0, 1, 3, 4)),
    64: ((0, 1, 2, 3, 4, 5),),
    128: (),
}


def two_level(n_runs: int) -> FloatArray:
    """Return the largest two-level design that fits, shape (8, 16, 32, 64 or 128, 7), -1 and 1.

    Raises
    ------
    InputError
        If there are fewer than 8 runs.

    Notes
    -----
    Resolution III at 8 runs, IV at 16 and 32, VII at 64; 128 is the full factorial.

    References
    ----------
    Box, Hunter and Hunter (2005). Statistics for Experimenters, 2nd edition, chapter 6.
    """
    sizes = [size for size in GENERATORS if size <= n_runs]
    if not sizes:
        msg = (
            f"expected at least {min(GENERATORS)} vessels beside the centre points for a "
            f"two-level design of {N_FACTORS} factors; got {n_runs}"
        )
        raise InputError(msg)
    generators = GENERATORS[max(sizes)]
    base = np.array(list(product((-1.0, 1.0), repeat=N_FACTORS - len(generators))))
    further = [np.prod(base[:, list(columns)], axis=1) for columns in generators]
    return np.column_stack([base, *further])
