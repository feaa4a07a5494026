"""Which way PLS goes: over a Gram matrix, or over the rows themselves where they are many."""

from enum import StrEnum

from pat.calibration.blocks import Block
from pat.calibration.sample_space.free_memory import free_memory
from pat.calibration.sample_space.view import one_view_serves
from pat.errors import CalibrationError

#: Arrays of the Gram matrix' size that are held at once while it is made and used.
N_MATRICES = 3
#: Share of the memory that is free which they may take.
MEMORY_SHARE = 0.5


class Way(StrEnum):
    """How inner products are had."""

    GRAM = "Gram matrix"
    ROWS = "matrix-free"


def way_of_pls(block: Block, n_trainings: int, *, n_components: int) -> Way:
    """Return the way that takes fewer operations, and fits the memory.

    Notes
    -----
    For n rows of p channels a matrix costs n²p, and then each component of each training 2n²;
    without one each component of each training costs 4np.
    """
    n, p = block.rows.shape
    work = n_trainings * n_components
    n_matrices = 1 if one_view_serves(block) else n_trainings
    with_matrix = n * n * (n_matrices * p + 2 * work)
    without = 4 * n * p * work
    return Way.GRAM if with_matrix <= without and fits_memory(n) else Way.ROWS


def fits_memory(n: int) -> bool:
    """Return whether the matrices of n rows fit what is free of the memory, as far as known."""
    free = free_memory()
    return free is None or 8 * N_MATRICES * n * n < MEMORY_SHARE * free


def require_memory(n: int) -> None:
    """Raise CalibrationError where the matrices of n rows do not fit the memory."""
    if not fits_memory(n):
        msg = (
            f"expected {8 * N_MATRICES * n * n / MEMORY_SHARE / 2**30:.1f} GiB of free memory for "
            f"the Gram matrices of {n} samples; got {(free_memory() or 0) / 2**30:.1f}: PLS alone "
            "goes on without them"
        )
        raise CalibrationError(msg)
