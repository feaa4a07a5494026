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


class Jobs:
    """Runs the rounds of one search.

    Parameters
    ----------
    workload : Workload
    n_jobs : int
        Tasks worked on at once, or `EVERYWHERE`.
    progress : callable, optional
    """

    def __init__(
        self, workload: Workload, *, n_jobs: int = 1, progress: Progress | None = None
    ) -> None:
        self._n_jobs = n_jobs
        self._progress = progress
        self._shared_out = n_jobs == EVERYWHERE
        self._score = partial(
            score_recipe,
            intensities=workload.intensities,
            process=workload.process,
            plans=workload.plans,
            shared=SharedRows(),
        )

    def run(self, tasks: Sequence[RecipeTask], *, outlook: float = 1.0) -> list[list[list[Scores]]]:
        """Return the scores of each task, in the order of the tasks.

        `outlook` tells how many times the work of these tasks is to be expected with what comes
        after them: processes, once started, serve that too.
        """
        found: dict[int, list[list[Scores]]] = {}
        for number, scores in self._results(tasks, outlook):
            found[number] = scores
            if self._progress is not None:
                self._progress(len(found), len(tasks), tasks[number].name)
        return [found[number] for number in range(len(tasks))]

    def _results(
        self, tasks: Sequence[RecipeTask], outlook: float
    ) -> Iterator[tuple[int, list[list[Scores]]]]:
        """Yield the number and the scores of each task, in an order that suits the work."""
        # The longest first, so that no job is left alone with one at the end.
        order = sorted(range(len(tasks)), key=lambda number: -tasks[number].size)
        if tasks and self._n_jobs > 1 and not self._shared_out:
            smallest = min(order, key=lambda number: tasks[number].size)
            order.remove(smallest)
            started = time.perf_counter()
            yield smallest, self._score(tasks[smallest])
            seconds = (time.perf_counter() - started) / tasks[smallest].size
            left = seconds * sum(tasks[number].size for number in order)
            self._shared_out = left * outlook > WORTH_PROCESSES_S
        parallel = joblib.Parallel(
            n_jobs=self._n_jobs if self._shared_out else 1, return_as="generator"
        )
        results = parallel(joblib.delayed(self._score)(tasks[number]) for number in order)
        yield from zip(order, results, strict=True)
