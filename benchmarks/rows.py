"""Rows of the benchmark table, and the clock behind them."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One job done by this product and, where there is one, by a peer.

    Parameters
    ----------
    job : str
    ours : float
        Seconds.
    peer : str
    theirs : float or None
        Seconds; None where no peer does the job.
    wanted : str
        What has to be reached.
    checked : str
        How far the results agree, or what was measured.
    """

    job: str
    ours: float
    peer: str
    theirs: float | None
    wanted: str
    checked: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        ratio = "" if self.theirs is None else f"{self.theirs / self.ours:.1f}"
        theirs = "" if self.theirs is None else f"{self.theirs:.3g}"
        return self.job, f"{self.ours:.3g}", self.peer, theirs, ratio, self.wanted, self.checked


HEADS = ("job", "ours, s", "peer", "peer, s", "ratio", "wanted", "checked")


def markdown(rows: list[Row]) -> list[str]:
    """Return the rows as a table."""
    lines = [HEADS, ("---",) * len(HEADS), *(row.cells for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def cpu_seconds(work: Callable[[], object], *, rounds: int) -> float:
    """Return the least CPU time of several rounds, which a busy machine disturbs least."""
    return min(_once(work) for _ in range(rounds))


def _once(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
