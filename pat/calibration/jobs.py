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

#: Number of jobs that sends every task to joblib's backend, however little work it is: to a
#: cluster, or to processes that run already.
EVERYWHERE = -1
#: Seconds of work below which starting processes costs more than it saves.
WORTH_PROCESSES_S = 8.0


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
    outlook: float = 1.0,
) -> list[list[list[Scores]]]:
    """Return the scores of each task, in the order of the tasks.

    Parameters
    ----------
    tasks : sequence of RecipeTask
    workload : Workload
    n_jobs : int
        Tasks worked on at once, or `EVERYWHERE`.
    progress : callable, optional
    outlook : float
        How many times the work of these tasks is to be expected with what comes after them:
        processes, once started, serve that too.
    """
    # The longest first, so that no job is left alone with one at the end.
    order = sorted(range(len(tasks)), key=lambda number: -tasks[number].size)
    found: dict[int, list[list[Scores]]] = {}
    results = _results([tasks[number] for number in order], workload, n_jobs, outlook)
    for number, scores in zip(order, results, strict=True):
        found[number] = scores
        if progress is not None:
            progress(len(found), len(tasks), tasks[number].name)
    return [found[number] for number in range(len(tasks))]


def _results(
    tasks: Sequence[RecipeTask], workload: Workload, n_jobs: int, outlook: float
) -> Iterator[list[list[Scores]]]:
    score = partial(
        score_recipe,
        intensities=workload.intensities,
        process=workload.process,
        plans=workload.plans,
        shared=SharedRows(),
    )
    rest, at_once = tasks, n_jobs
    if n_jobs != EVERYWHERE and tasks:
        started = time.perf_counter()
        yield score(tasks[0])
        rest = tasks[1:]
        expected = (time.perf_counter() - started) * len(rest) * outlook
        at_once = n_jobs if expected > WORTH_PROCESSES_S else 1
    parallel = joblib.Parallel(n_jobs=at_once, return_as="generator")
    yield from parallel(joblib.delayed(score)(task) for task in rest)
