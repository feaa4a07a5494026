"""The stages of `make bench`: what each measures, and the section of the page that it writes."""

import os
import platform
import sys
import textwrap
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from threadpoolctl import threadpool_limits

from benchmarks import (
    accuracy,
    history,
    permuting,
    scoring,
    searching,
    training,
    versus_chemotools,
    versus_ikpls,
    where_time_goes,
    workload,
)
from benchmarks.rows import forget_peak, markdown, peak_mib

PACKAGES = ("scikit-learn", "ikpls", "chemotools", "numpy", "scipy", "lightgbm", "pybaselines")


@dataclass(frozen=True, slots=True)
class Stage:
    """One section of the page: its title, and what returns its lines.

    `weighed` where the memory of the stage is to be told because its rows do not tell theirs.
    """

    title: str
    lines: Callable[[], list[str]]
    weighed: bool = False


def machine() -> list[str]:
    """Return the machine, the versions and the date."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return _prose(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores; Python "
        f"{sys.version.split()[0]}, {versions}. Written by `make bench`; each row has both sides "
        "in one run, one thread a side, the least CPU seconds of several rounds unless it says "
        "otherwise. MiB are the most that the process held during the row, libraries included."
    )


def peers() -> list[str]:
    """Return the table of jobs that ikpls and chemotools do as well."""
    return markdown([versus_ikpls.row(), *versus_chemotools.rows()])


def search() -> list[str]:
    """Return the table of workload W and of permutations."""
    cal = workload.campaign()
    return [*markdown([*searching.rows(cal), *permuting.rows(cal)]), "", *_prose(searching.notes())]


def profile() -> list[str]:
    """Return where the time of W goes."""
    cal = workload.campaign()
    return where_time_goes.lines(cal, searching.whole_space(cal))


def scored() -> list[str]:
    """Return the table of scoring."""
    return ["```", *scoring.lines(), "```"]


def accurate() -> list[str]:
    """Return the table of errors on cultures never seen, on the sets that are at hand."""
    at_hand = accuracy.available()
    missing = [name for name in accuracy.BARS if name not in at_hand]
    left_out = f"Left out: {', '.join(missing)} (PAT_SHARED_DATA names no such set)."
    said = ["", left_out] if missing else []
    return [*_prose(accuracy.PEERS), "", *accuracy.lines(at_hand, n_jobs=-1), *said]


def rescored() -> list[str]:
    """Return what re-scoring a history took."""
    return ["```", *history.simulated(), "```"]


STAGES: Mapping[str, Stage] = {
    "machine": Stage("", machine),
    "peers": Stage("Jobs that peers do as well", peers),
    "search": Stage("Search", search),
    "profile": Stage("Where the time of W goes", profile, weighed=True),
    "scoring": Stage("Scoring", scored, weighed=True),
    "accuracy": Stage("Accuracy", accurate),
    "training": Stage("Training", training.lines),
    "history": Stage("History", rescored),
}


def run(name: str) -> list[str]:
    """Return the lines of one stage, measured in this process, and what measuring took."""
    forget_peak()
    started, load = time.perf_counter(), os.getloadavg()[0]
    stage = STAGES[name]
    with threadpool_limits(1):
        lines = stage.lines()
    if stage.lines is machine:
        return lines
    peak = peak_mib() if stage.weighed else None
    memory = "" if peak is None else f", at most {peak:.0f} MiB"
    took = time.perf_counter() - started
    when = f"{datetime.now(UTC):%Y-%m-%d}, load {load:.1f} at the start, {took:.0f} s{memory}"
    return [*lines, "", f"({when}.)"]


def _prose(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), 100)
