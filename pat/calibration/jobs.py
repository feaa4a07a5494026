"""Runs the tasks of a search: here, or in processes of their own where that pays.

Jobs go through joblib's current backend, so `joblib.parallel_config` moves them to other
processes or machines; large arrays are memory-mapped there. Each job uses one BLAS thread
and results come in the order of the tasks, so the outcome does not depend on where or how
many at once they run.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import joblib

from pat.arrays import FloatArray
from pat.calibration.plan import AnalytePlan
from pat.calibration.recipe_scores import score_recipe
from pat.calibration.shared_rows import SharedRows
from pat.calibration.tasks import RecipeTask, Scores

#: Told how many of how many tasks are done, and the recipe that was done last.
Progress = Callable[[int, int, str], None]

#: Tasks that are run here to see how long one takes; the first also pays for imports.
N_TIMED = 2
#: Number of jobs that sends what is left to joblib's backend, however little it is: a cluster.
EVERYWHERE = -1
#: Seconds of work below which starting processes costs more than it saves.
WORTH_PROCESSES_S = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Workload:
    """What every task works on.

    Parameters
    ----------
    intensities : ndarray of shape (n_samples, n_channels)
    process : ndarray of shape (n_samples, n_tags) or None
    plans : tuple of AnalytePlan
    """

    intensities: FloatArray
    process: FloatArray | None
    plans: tuple[AnalytePlan, ...]


def run_tasks(
    tasks: Sequence[RecipeTask],
    workload: Workload,
    *,
    n_jobs: int = 1,
    progress: Progress | None = None,
) -> list[list[list[Scores]]]:
    """Return the scores of each task, in the order of the tasks."""
    results = []
    for task, scores in zip(tasks, _results(tasks, workload, n_jobs), strict=True):
        results.append(scores)
        if progress is not None:
            progress(len(results), len(tasks), task.name)
    return results


def _results(
    tasks: Sequence[RecipeTask], workload: Workload, n_jobs: int
) -> Iterator[list[list[Scores]]]:
    score = partial(
        score_recipe,
        intensities=workload.intensities,
        process=workload.process,
        plans=workload.plans,
        shared=SharedRows(),
    )
    seconds = 0.0
    for task in tasks[:N_TIMED]:
        started = time.perf_counter()
        scores = score(task)
        seconds = time.perf_counter() - started
        yield scores
    rest = tasks[N_TIMED:]
    pays = n_jobs == EVERYWHERE or seconds * len(rest) > WORTH_PROCESSES_S
    at_once = n_jobs if pays else 1
    parallel = joblib.Parallel(n_jobs=at_once, return_as="generator")
    yield from parallel(joblib.delayed(score)(task) for task in rest)
