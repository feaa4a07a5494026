"""A search in two processes: its wall time, what each of them worked, and their peak memory."""

import resource
import time

from joblib.externals.loky import get_reusable_executor

from benchmarks.processes import cpu_used
from benchmarks.rows import Cost, Row, forget_peak, peak_mib
from pat.calibration import CalibrationSet, SearchSpace, search


def row(cal: CalibrationSet, space: SearchSpace) -> Row:
    """Return the row of the whole of W; the start of the processes is part of it."""
    before = cpu_used(resource.RUSAGE_SELF), cpu_used(resource.RUSAGE_CHILDREN)
    forget_peak()
    started = time.perf_counter()
    search(cal, space, n_jobs=2)
    wall = time.perf_counter() - started
    get_reusable_executor().shutdown(wait=True)  # what a process used is known when it has ended
    here = cpu_used(resource.RUSAGE_SELF) - before[0]
    there = cpu_used(resource.RUSAGE_CHILDREN) - before[1]
    of_worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Row(
        "W, all families, two cores (wall)", Cost(wall, peak_mib()), "", None, "<= 20 s, < 1 GiB",
        f"CPU {here:.1f} s here, {there:.1f} s in two workers: {here + there / 2:.1f} s if nothing "
        f"else ran; peak memory of a worker {of_worker:.0f} MiB",
    )  # fmt: skip
