"""How far long work is: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SECONDS_BETWEEN_LINES = 10.0

Report = Callable[[int, int, str], None]


@contextmanager
def progress_reporter(label: str) -> Iterator[Report]:
    """Give a function to call with (done, of, what was done last)."""
    if not sys.stderr.isatty():
        yield _plain_lines(label)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None, last="")

        def report(done: int, total: int, last: str) -> None:
            bar.update(task, completed=done, total=total, last=last)

        yield report


def _plain_lines(label: str) -> Report:
    started = time.monotonic()
    last_line = started

    def report(done: int, total: int, last: str) -> None:
        nonlocal last_line
        now = time.monotonic()
        if done < total and now - last_line < _SECONDS_BETWEEN_LINES:
            return
        last_line = now
        left = (now - started) / max(done, 1) * (total - done)
        print(f"{label}: {done} of {total} ({last}), about {left:.0f} s left", file=sys.stderr)

    return report
