"""Where the time of workload W goes, and the floor: what libraries need for their own loops."""

import cProfile
import pstats
import time
from collections.abc import Mapping

from pat.calibration import CalibrationSet, SearchSpace, search

#: What is done, and the functions that do it: end of the file's path, and name.
PARTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "libsvm, fitting": (("sklearn/svm/_base.py", "_dense_fit"),),
    "LightGBM, growing trees": (("lightgbm/basic.py", "update"),),
    "LightGBM, binning and predicting": (
        ("lightgbm/basic.py", "__init_from_np2d"),
        ("lightgbm/basic.py", "__inner_predict_np2d"),
    ),
    "ridge: tridiagonal form and its rotations": (
        ("sample_space/tridiagonal.py", "of"),
        ("sample_space/tridiagonal.py", "_times"),
        ("sample_space/tridiagonal.py", "solved"),
    ),
    "PLS and Gram matrices": (
        ("sample_space/pls.py", "pls_fits"),
        ("sample_space/gram.py", "apply"),
        ("sample_space/gram.py", "gram"),
    ),
    "eigenvectors for scores": (("scipy/linalg/_decomp.py", "eigh"),),
}
#: Own loops of libraries: no way of calling them makes them shorter.
FLOOR = ("libsvm, fitting", "LightGBM, growing trees")


def lines(cal: CalibrationSet, space: SearchSpace) -> list[str]:
    """Return a table with the CPU time of each part of one search in one process."""
    profile = cProfile.Profile(time.process_time)
    profile.runcall(search, cal, space)
    stats = pstats.Stats(profile)
    own = {
        name: sum(_own_time(stats, file, function) for file, function in functions)
        for name, functions in PARTS.items()
    }
    total = stats.total_tt  # type: ignore[attr-defined]
    own["all else, mostly Python between the calls, which a profile makes slower"] = total - sum(
        own.values()
    )
    floor = sum(own[name] for name in FLOOR)
    return [
        "| part, one process, profiled | CPU s | share |",
        "| --- | --- | --- |",
        *(f"| {name} | {seconds:.3g} | {seconds / total:.0%} |" for name, seconds in own.items()),
        f"| together | {total:.3g} | 100% |",
        "",
        f"The floor is {floor:.1f} s, the own loops of libsvm and LightGBM on the candidates that "
        "screening leaves; on two cores half of it, and the seconds in which two processes start.",
    ]


def _own_time(stats: pstats.Stats, file: str, function: str) -> float:
    """Return the seconds inside a function, without the Python functions that it calls."""
    return sum(
        own
        for (path, _, name), (_, _, own, _, _) in stats.stats.items()  # type: ignore[attr-defined]
        if path.endswith(file) and name == function
    )
