"""How fast `pat predict` scores a large table, beside just reading and hashing its spectra.

    python benchmarks/bulk.py CAMPAIGN [--spectra 20000] [--sensors 1] [--form parquet|csv]

The campaign trains the sensors, and its spectra, each with a little more noise, make the table.
Both sides run over the same portions in as many threads; memory is the sum over all processes,
pages that they share counted once (Linux).
"""

import argparse
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from sklearn.cross_decomposition import PLSRegression
from sklearn.pipeline import Pipeline

from benchmarks.processes import mib_held
from pat.calibration import calibration_set
from pat.calibration.splitters import culture_folds
from pat.campaign import Campaign
from pat.preprocessing import SNV, Resample, SavitzkyGolay, regular_grid
from pat.readers import read_campaign
from pat.readers.portions import Portion, portions, read_portion
from pat.soft_sensor import SoftSensor, build_sensor
from pipelines.backend import running_on
from pipelines.bulk import predict_in_bulk

ROWS_A_GROUP = 1000


def main() -> None:
    """Measure both sides on one table and print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("campaign", type=Path)
    parser.add_argument("--spectra", type=int, default=20_000)
    parser.add_argument("--sensors", type=int, default=1)
    parser.add_argument("--form", choices=("parquet", "csv"), default="parquet")
    arguments = parser.parse_args()
    campaign = read_campaign(arguments.campaign)
    with TemporaryDirectory() as scratch:
        table = Path(scratch) / f"history.{arguments.form}"
        write_history(campaign, table, n_spectra=arguments.spectra)
        for line in lines(campaign, table, arguments.spectra, n_sensors=arguments.sensors):
            print(line)


def lines(campaign: Campaign, table: Path, n: int, *, n_sensors: int = 1) -> list[str]:
    """Return what both sides took over one table."""
    sensors = trained(campaign)[:n_sensors]
    out = table.with_name(f"predictions{table.suffix}")

    def bulk() -> None:
        predict_in_bulk([table], sensors, out=out, backend=lambda: running_on("threading"))

    found = [f"{n} spectra of {campaign.spectra.n_channels} channels, {n_sensors} sensors"]
    seconds = {}
    for name, run in (("read and hash", lambda: read_and_hash(table)), ("predict", bulk)):
        run()  # starts the processes
        seconds[name], mib = measured(run)
        found.append(f"{name:>14}: {seconds[name]:6.1f} s, {n / seconds[name]:6.0f} spectra/s,"
                     f" {mib:5.0f} MiB")  # fmt: skip
    share = seconds["read and hash"] / seconds["predict"]
    return [*found, f"{'':>16}{share:.0%} of the speed of reading and hashing"]


def trained(campaign: Campaign) -> list[SoftSensor]:
    """Return a sensor for each analyte of a campaign, of one recipe."""
    cal = calibration_set([campaign])
    grid = regular_grid(((450, 1800),), 1.0)
    steps = [("grid", Resample(cal.axis, grid)), ("d1", SavitzkyGolay(25, 2, deriv=1, axis=grid))]
    pipeline = Pipeline([*steps, ("snv", SNV()), ("pls", PLSRegression(8, scale=False))])
    folds = culture_folds(cal.groups)
    return [
        build_sensor(cal, analyte, pipelines=[pipeline], folds=folds, name=f"bench.{analyte}")
        for analyte in cal.analytes
    ]


def write_history(campaign: Campaign, path: Path, *, n_spectra: int) -> None:
    """Write a campaign's spectra again and again, each with a little more noise."""
    rng = np.random.default_rng(0)
    spectra = campaign.spectra
    names = [f"{value:.10g}" for value in spectra.axis]
    writer: pa.parquet.ParquetWriter | pa.csv.CSVWriter | None = None
    for start in range(0, n_spectra, ROWS_A_GROUP):
        rows = np.arange(start, min(start + ROWS_A_GROUP, n_spectra))
        values = spectra.intensities[rows % len(spectra)]
        values = np.round(values + 0.1 * rng.normal(size=values.shape) * np.sqrt(np.abs(values)), 1)
        keys = {"vessel": pa.array([f"V{row % 24:02d}" for row in rows]),
                "elapsed_h": pa.array(rows / 60.0)}  # fmt: skip
        table = pa.table({**keys, **dict(zip(names, values.T, strict=True))})
        if writer is None:
            made = pa.parquet.ParquetWriter if path.suffix == ".parquet" else pa.csv.CSVWriter
            writer = made(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


def read_and_hash(table: Path) -> int:
    """Read every spectrum of a table and hash it; return how many there are."""
    parallel = joblib.Parallel(n_jobs=-1, backend="threading", return_as="generator_unordered")
    return sum(parallel(joblib.delayed(_hashed)(portion) for portion in portions(table)))


def _hashed(portion: Portion) -> int:
    count = 0
    for piece in read_portion(portion):
        assert piece.spectra is not None
        for intensity in piece.spectra.intensities:
            hashlib.sha256(intensity.data).hexdigest()
            count += 1
    return count


def measured(run: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that a run takes, and the most MiB that all processes hold."""
    started = time.perf_counter()
    with memory_watched() as most:
        run()
    return time.perf_counter() - started, most[0]


@contextmanager
def memory_watched() -> Iterator[list[float]]:
    """Give the most MiB that this process and those below it have held so far."""
    most, ended = [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            most[0] = max(most[0], mib_held(os.getpid()))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        ended.set()
        watcher.join()


if __name__ == "__main__":
    main()
