"""The processes of a training: started while it still reads, so that none waits for imports."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import joblib

#: Seconds of work an assay, by effort, on one core; only its order of size counts.
_SECONDS_AN_ASSAY = {"quick": 0.01, "standard": 0.05, "thorough": 1.0}
#: Seconds of work below which processes cost more than they save.
_WORTH_S = 5.0
#: What a process needs to search and to build sensors; it takes seconds to load.
_NEEDED = ("pipelines.training_evidence", "matplotlib.backends.backend_agg")


def start_workers(n_assays: int, *, effort: str) -> int:
    """Return how many processes will share the work, one being this; more are started at once.

    joblib's parallel work finds them ready, or nearly so.
    """
    if n_assays * _SECONDS_AN_ASSAY[effort] < _WORTH_S:
        return 1
    count = int(joblib.cpu_count())
    if count > 1:
        threading.Thread(target=_start, args=(count,), daemon=True).start()
    return count


def _start(count: int) -> None:
    # Who needs the processes starts them again, and tells then why they cannot be had.
    with suppress(Exception), joblib.parallel_config("loky"):
        joblib.Parallel(n_jobs=count)(joblib.delayed(_load)(_NEEDED) for _ in range(count))


def _load(modules: Sequence[str]) -> None:
    for name in modules:
        import_module(name)
