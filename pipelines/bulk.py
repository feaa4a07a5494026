"""`pat predict` over large tables: portions in parallel, constant memory, killed and resumed."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import joblib

from pat.errors import FileFormatError
from pat.readers.portions import Portion, n_intensities, portions, read_portion
from pat.report.counted import counted
from pipelines.bulk_state import BulkState
from pipelines.bulk_task import BulkTask, run_task
from pipelines.progress import progress_reporter

if TYPE_CHECKING:
    from pat.soft_sensor import SoftSensor

#: Intensities of an input from which on it is scored in portions: 80 MB in memory.
LARGE = 10_000_000
#: Notes that are printed; the rows say the same.
_MOST_NOTES = 10


def is_large(inputs: Sequence[Path]) -> bool:
    """Return whether one of some inputs is a table too large to be read at once."""
    return any(path.is_file() and n_intensities(path) > LARGE for path in inputs)


def predict_in_bulk(
    inputs: Sequence[Path],
    sensors: "Sequence[SoftSensor]",
    *,
    out: Path,
    backend: Callable[[], AbstractContextManager[None]],
) -> None:
    """Score inputs part by part into `out`; what an earlier run left undone is gone on with.

    Parameters
    ----------
    inputs : sequence of Path
    sensors : sequence of SoftSensor
    out : Path
    backend : callable
        Gives the context in which joblib's parallel work goes where it should.

    Raises
    ------
    StoreError
        If the output, or the state beside it, cannot be written, or an input is lost on the way.
    """
    sources = [source for path in inputs for source in _sources(path)]
    state = BulkState(out)
    done = state.begin(_plan(inputs, sources, sensors), sensors)
    if done:
        print(f"going on: {done} of {len(sources)} parts were done before", file=sys.stderr)
    folders = tuple(str(state.sensor(number)) for number in range(len(sensors)))
    tasks = [
        BulkTask(source, folders, str(state.part(number)))
        for number, source in enumerate(sources)
        if not state.part(number).exists()
    ]
    try:
        with backend(), progress_reporter("predict") as report:
            for finished, part in enumerate(_results(tasks), start=done + 1):
                report(finished, len(sources), Path(part).stem)
    except BaseException:
        said = (
            f"note: {state.n_done} of {len(sources)} parts are done; the same command goes on there"
        )
        print(said, file=sys.stderr)
        raise
    told = [state.told(number) for number in range(len(sources))]
    state.finish(len(sources))
    _tell(told, out)


def _results(tasks: Sequence[BulkTask]) -> Iterator[str]:
    """Yield the parts as they are done, wherever joblib's backend does them."""
    parallel = joblib.Parallel(return_as="generator_unordered", pre_dispatch="2*n_jobs")
    yield from parallel(joblib.delayed(run_task)(task) for task in tasks)


def _sources(path: Path) -> list[Portion | str]:
    """Return an input in portions where it is a large table of which rows can be read."""
    if not path.is_file() or n_intensities(path) <= LARGE:
        return [str(path)]
    try:
        found = portions(path)
    except FileFormatError:
        return [str(path)]
    # The first may be damaged where the others are not.
    return list(found) if any(map(_is_readable, {*found[:1], *found[-1:]})) else [str(path)]


def _is_readable(portion: Portion) -> bool:
    return any(piece.spectra is not None for piece in read_portion(portion))


def _plan(
    inputs: Sequence[Path], sources: Sequence[Portion | str], sensors: "Sequence[SoftSensor]"
) -> dict[str, object]:
    """Return what must be the same for a run to go on where another was ended."""
    stats = [(path.resolve(), path.stat()) for path in inputs]
    return {
        "inputs": [[str(path), stat.st_size, stat.st_mtime_ns] for path, stat in stats],
        "n_parts": len(sources),
        "sensors": [[sensor.title, sensor.digest] for sensor in sensors],
    }


def _tell(told: Sequence[dict[str, object]], out: Path) -> None:
    """Print what came of all parts."""
    notes = Counter(note for one in told for note in one["notes"])  # type: ignore[attr-defined]
    for note, n_rows in notes.most_common(_MOST_NOTES):
        print(f"note: {note}" if n_rows == 1 else f"note: {n_rows} rows: {note}", file=sys.stderr)
    if len(notes) > _MOST_NOTES:
        more = notes.total() - sum(n_rows for _, n_rows in notes.most_common(_MOST_NOTES))
        print(f"note: {more} rows more cannot be read; they are bad rows", file=sys.stderr)
    n_instrument = sum(int(one["n_instrument"]) for one in told)  # type: ignore[call-overload]
    if n_instrument:
        said = f"note: {n_instrument} blank, dark or reference spectra are not predicted"
        print(said, file=sys.stderr)
    counts: Counter[str] = Counter()
    for one in told:
        counts.update(one["quality"])  # type: ignore[call-overload]
    parts = [f"{counts[name]} {name}" for name in ("good", "uncertain", "bad")]
    print(f"{counted(counts.total(), 'prediction')}: {', '.join(parts)} -> {out}")
