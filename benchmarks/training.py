"""How long `pat train` takes on the sample campaign, figures and MLflow included."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import Ran, run

CAMPAIGN = Path(__file__).parents[1] / "data_samples" / "ambr24"
#: Seconds on two cores that an effort may take.
WANTED = {"standard": 60, "quick": 20}


def lines(efforts: Sequence[str] = tuple(WANTED)) -> list[str]:
    """Return a table with one row an effort; the start of Python is part of it."""
    head = ("effort", "s by the clock", "wanted", "CPU s", "MiB, all processes")
    table = [head, ("---",) * len(head)]
    for effort in efforts:
        ran = trained(effort)
        cells = f"{ran.seconds:.1f}", f"< {WANTED[effort]}", f"{ran.cpu_seconds:.1f}"
        table.append((effort, *cells, f"{ran.peak_mib:.0f}"))
    said = "`pat train data_samples/ambr24`: three analytes, figures and MLflow included."
    return [said, "", *(f"| {' | '.join(row)} |" for row in table)]


def trained(effort: str) -> Ran:
    """Return what a training of all analytes took, its runs in a store that is thrown away."""
    with TemporaryDirectory() as scratch:
        words = Path(scratch) / "words"
        ran = run(
            [sys.executable, "-m", "pipelines", "train", str(CAMPAIGN), "--effort", effort,
             "--json", str(Path(scratch) / "found.json")],
            words,
            environment=os.environ | {"MLFLOW_TRACKING_URI": f"sqlite:///{scratch}/mlflow.db"},
        )  # fmt: skip
        assert ran.returncode == 0, words.read_text()[-2000:]
    return ran
