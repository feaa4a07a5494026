"""One part of a bulk prediction: read, score by every sensor, write; in any process."""

import io
import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow
from threadpoolctl import ThreadpoolController

from pat.errors import StoreError
from pat.readers.portions import Portion, read_portion
from pat.soft_sensor import PREDICTION_COLUMNS
from pipelines.bulk_state import write_part
from pipelines.predict_inputs import Batch, batches, of_piece, predicted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pat.soft_sensor import SoftSensor


@dataclass(frozen=True, slots=True)
class BulkTask:
    """A portion of a large table, or a whole input.

    Parameters
    ----------
    source : Portion or str
    sensors : tuple of str
        Folders.
    part : str
        File to write; what it says of itself goes beside it as JSON.
    """

    source: Portion | str
    sensors: tuple[str, ...]
    part: str


def run_task(task: BulkTask) -> str:
    """Write a part; return its file.

    Raises
    ------
    StoreError
        If the source cannot be read for the disk's or the network's sake, or the part not written.
    """
    sensors = [_sensor(folder) for folder in task.sensors]
    with _threads().limit(limits=1):
        try:
            found = list(_batches(task))
        except OSError as error:
            msg = f"{_place(task)}: cannot be read: {error}"
            raise StoreError(msg) from error
        tables = [predicted(batch, sensors) for batch in found]
    nothing = pd.DataFrame(columns=list(PREDICTION_COLUMNS))
    table = pd.concat(tables, ignore_index=True) if tables else nothing
    part = Path(task.part)
    told = {
        "quality": {str(k): int(n) for k, n in table["quality"].value_counts().items()},
        "n_instrument": sum(batch.n_instrument for batch in found),
        "notes": [batch.note for batch in found if batch.note],
    }
    try:
        write_part(part.with_suffix(".json"), json.dumps(told).encode())
        write_part(part, _content(table, part.suffix))
    except OSError as error:
        msg = f"{part}: the predictions cannot be written: {error}"
        raise StoreError(msg) from error
    pyarrow.default_memory_pool().release_unused()
    return task.part


def _place(task: BulkTask) -> str:
    return task.source if isinstance(task.source, str) else task.source.path


def _content(table: pd.DataFrame, suffix: str) -> bytes:
    if suffix == ".csv":
        return table.to_csv(index=False, lineterminator="\n").encode()
    whole = io.BytesIO()
    table.to_parquet(whole, index=False)
    return whole.getvalue()


def _batches(task: BulkTask) -> "Iterator[Batch]":
    if isinstance(task.source, str):
        yield from batches([Path(task.source)])
        return
    for piece in read_portion(task.source):
        yield of_piece(piece, Path(task.source.path))


@cache
def _threads() -> ThreadpoolController:
    """Return what limits the threads of libraries that are loaded now: slow to look up."""
    return ThreadpoolController()


@lru_cache(maxsize=16)
def _sensor(folder: str) -> "SoftSensor":
    from pat.soft_sensor import load_sensor

    return load_sensor(Path(folder))
