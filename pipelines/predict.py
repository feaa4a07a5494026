"""`pat predict`: score campaign folders, spectra tables and instrument files."""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pat.errors import InputError, StoreError
from pat.report.counted import counted
from pipelines.backend import running_on
from pipelines.predict_inputs import batches, check_there, is_read_from, predicted
from pipelines.sensors import open_sensor
from pipelines.tables import print_table

if TYPE_CHECKING:
    from pat.soft_sensor import SoftSensor

_WRITERS = (".csv", ".parquet")
_SHOWN_ROWS = 40


def run(
    inputs: Sequence[Path],
    *,
    sensors: Sequence[str],
    out: Path | None = None,
    backend: str = "loky",
    scheduler: str | None = None,
    tracking_uri: str | None = None,
) -> None:
    """Write or print one row a spectrum and sensor, in input order.

    A file that cannot be read gives bad rows with the reason; the rest goes on. Large tables
    are scored part by part (`pipelines.bulk`).

    Raises
    ------
    InputError
        If an input is missing, a campaign folder is at fault, or `out` is in a form not known.
    StoreError
        If `out` cannot be written.
    """
    from pipelines.bulk import is_large, predict_in_bulk

    check_there(inputs)
    _check_out(out, inputs)
    opened = _opened(sensors, tracking_uri=tracking_uri)
    if backend != "loky" or is_large(inputs):
        where = partial(running_on, _place(backend, opened), scheduler=scheduler)
        predict_in_bulk(inputs, opened, out=_needed(out), backend=where)
        return
    tables, n_instrument = [], 0
    for batch in batches(inputs):
        n_instrument += batch.n_instrument
        if batch.note:
            print(f"note: {batch.note}", file=sys.stderr)
        tables.append(predicted(batch, opened))
    predictions = pd.concat(tables, ignore_index=True)
    if n_instrument:
        print(
            f"note: {n_instrument} blank, dark or reference spectra are not predicted",
            file=sys.stderr,
        )
    if out is not None:
        _write(predictions, out)
        print(f"{_counts(predictions)} -> {out}")
    elif sys.stdout.isatty():
        _show(predictions)
    else:
        predictions.to_csv(sys.stdout, index=False, lineterminator="\n")


def _opened(references: Sequence[str], *, tracking_uri: str | None) -> "list[SoftSensor]":
    """Return the sensors, each once however it was named."""
    if not references:
        msg = "--sensor: expected at least one"
        raise InputError(msg)
    found: dict[str, SoftSensor] = {}
    for reference in references:
        sensor, _ = open_sensor(reference, tracking_uri=tracking_uri)
        found.setdefault(sensor.digest, sensor)
    return list(found.values())


def _place(backend: str, sensors: "Sequence[SoftSensor]") -> str:
    """Return where to work: in threads where the sensors let others run beside them."""
    in_threads = backend == "loky" and all(sensor.is_folded for sensor in sensors)
    return "threading" if in_threads else backend


def _needed(out: Path | None) -> Path:
    if out is None:
        msg = "--out: expected a name in .csv or .parquet for tables too large to be printed"
        raise InputError(msg)
    return out


def _check_out(out: Path | None, inputs: Sequence[Path]) -> None:
    if out is None:
        return
    if out.suffix.lower() not in _WRITERS:
        msg = f"--out {out}: expected a name in .csv or .parquet; got {out.suffix or 'none'}"
        raise InputError(msg)
    if out.is_dir():
        msg = f"--out {out}: expected a file; got a folder"
        raise InputError(msg)
    if is_read_from(out, inputs):
        msg = f"--out {out}: expected a file of its own; got one that is read as input"
        raise InputError(msg)


def _write(predictions: pd.DataFrame, out: Path) -> None:
    """Write the table whole or not at all."""
    scratch = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            if out.suffix.lower() == ".parquet":
                predictions.to_parquet(scratch, index=False)
            else:
                predictions.to_csv(scratch, index=False, lineterminator="\n")
            scratch.replace(out)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        msg = f"{out}: the predictions cannot be written: {error}"
        raise StoreError(msg) from error


def _show(predictions: pd.DataFrame) -> None:
    rows = [tuple(_cells(row)) for _, row in predictions.head(_SHOWN_ROWS).iterrows()]
    print_table(("vessel", "time", "analyte", "value", "95 %", "quality", "reasons"), rows)
    if len(predictions) > _SHOWN_ROWS:
        print(f"... and {len(predictions) - _SHOWN_ROWS} more; --out FILE.csv has them all")
    print(_counts(predictions))


def _cells(row: pd.Series) -> Iterator[str]:
    yield _text(row["vessel"])
    yield f"{row['time']:%Y-%m-%d %H:%M}" if pd.notna(row["time"]) else _hours(row["elapsed_h"])
    yield str(row["analyte"])
    has_value = pd.notna(row["value"])
    yield f"{row['value']:.3g} {row['unit']}" if has_value else "-"
    yield f"{row['lower']:.3g} to {row['upper']:.3g}" if has_value else "-"
    yield str(row["quality"])
    yield str(row["reasons"])


def _hours(elapsed_h: float) -> str:
    return f"{elapsed_h:.1f} h" if pd.notna(elapsed_h) else "-"


def _text(cell: object) -> str:
    return "-" if pd.isna(cell) else str(cell)


def _counts(predictions: pd.DataFrame) -> str:
    counts = predictions["quality"].value_counts()
    parts = [f"{counts.get(name, 0)} {name}" for name in ("good", "uncertain", "bad")]
    return f"{counted(len(predictions), 'prediction')}: {', '.join(parts)}"
