"""Rows of the benchmark tables, and the clock and the memory behind them."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a job takes.

    Parameters
    ----------
    seconds : float
    peak_mib : float or None
        The most that the process held meanwhile, libraries and inputs included; None where
        the system does not tell (any but Linux).
    """

    seconds: float
    peak_mib: float | None = None

    @property
    def cells(self) -> tuple[str, str]:
        """Seconds and MiB as text."""
        return f"{self.seconds:.3g}", "" if self.peak_mib is None else f"{self.peak_mib:.0f}"


@dataclass(frozen=True, slots=True)
class Row:
    """One job done by this product and, where there is one, by a peer.

    Parameters
    ----------
    job : str
    ours : Cost
    peer : str
    theirs : Cost or None
        None where no peer does the job.
    wanted : str
        What has to be reached.
    checked : str
        How far the results agree, or what was measured.
    """

    job: str
    ours: Cost
    peer: str
    theirs: Cost | None
    wanted: str
    checked: str

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        ratio = "" if self.theirs is None else f"{self.theirs.seconds / self.ours.seconds:.3g}"
        theirs = ("", "") if self.theirs is None else self.theirs.cells
        return self.job, *self.ours.cells, self.peer, *theirs, ratio, self.wanted, self.checked


HEADS = ("job", "ours, s", "MiB", "peer", "peer, s", "MiB", "ratio", "wanted", "checked")


def markdown(rows: list[Row]) -> list[str]:
    """Return the rows as a table."""
    lines = [HEADS, ("---",) * len(HEADS), *(row.cells for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def cpu_cost(work: Callable[[], object], *, rounds: int) -> Cost:
    """Return the least CPU time of several rounds, which a busy machine disturbs least."""
    costs = [weighed(work)[1] for _ in range(rounds)]
    return Cost(min(cost.seconds for cost in costs), highest_peak(costs))


def weighed(work: Callable[[], T]) -> tuple[T, Cost]:
    """Return what a job gives, and its CPU time and memory."""
    forget_peak()
    started = time.process_time()
    found = work()
    return found, Cost(time.process_time() - started, peak_mib())


def highest_peak(costs: Sequence[Cost]) -> float | None:
    """Return the most MiB of several jobs, None where the system tells none."""
    return max((cost.peak_mib for cost in costs if cost.peak_mib is not None), default=None)


def forget_peak() -> None:
    """Let the most memory that this process held be counted from now on (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def peak_mib() -> float | None:
    """Return the most MiB that this process held since `forget_peak`."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return None
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return None if found is None else int(found[1]) / 1024
