"""Commands run in a process of their own: seconds, CPU seconds and memory (Linux)."""

# ruff: noqa: S603

import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command took, and the most that it and all processes below it held."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    returncode: int


def run(
    command: Sequence[str],
    words: Path,
    *,
    environment: Mapping[str, str] | None = None,
    killed_when: Callable[[], bool] = lambda: False,
    every: float = 1.0,
) -> Ran:
    """Run a command, what it says in a file, and kill it once something has come true.

    Memory is looked at `every` so many seconds; each look costs some milliseconds.
    """
    started, before, most = time.perf_counter(), cpu_used(resource.RUSAGE_CHILDREN), 0.0
    with words.open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=environment)
    while process.poll() is None:
        most = max(most, mib_held(process.pid))
        if killed_when():
            process.kill()
            process.wait()
        time.sleep(every)
    seconds = time.perf_counter() - started
    cpu = cpu_used(resource.RUSAGE_CHILDREN) - before
    return Ran(seconds, cpu, most, process.returncode)


def cpu_used(who: int) -> float:
    """Return the CPU seconds of RUSAGE_SELF, or of RUSAGE_CHILDREN that have ended."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def mib_held(pid: int) -> float:
    """Return the MiB that a process and those below it hold now."""
    return sum(_mib(one) for one in _family(pid))


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        below = [int(child) for child in children.read_text().split()]
    except OSError:
        return []
    return [pid, *(one for child in below for one in _family(child))]


def _mib(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return int(text.split("Pss:")[1].split()[0]) / 1024
