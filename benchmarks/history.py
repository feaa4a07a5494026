"""A million spectra re-scored by `pat predict`: killed halfway, gone on with, every row there.

    python -m benchmarks.history CAMPAIGN SENSOR FOLDER [--spectra 1000000] [--files 100]

SENSOR: a folder written by `pat export`. FOLDER takes some 13 GB: the campaign's spectra as
float32, each with noise of its own, which no compression makes smaller. Just reading and hashing
them runs in as many threads as the prediction. CPU seconds stand beside the clock's, which a busy
machine stretches.
"""

import argparse
import hashlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.parquet

from benchmarks.bulk import ROWS_A_GROUP, trained
from benchmarks.processes import run
from pat.campaign import Campaign
from pat.readers import read_campaign
from pat.readers.portions import Portion, portions, read_portion
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures
from pat.soft_sensor import save_sensor
from pat.spectra import spectra_sha256


def main() -> None:
    """Write the spectra where there are none, and print what each side took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("campaign", type=Path)
    parser.add_argument("sensor", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--spectra", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=100)
    asked = parser.parse_args()
    campaign = read_campaign(asked.campaign)
    asked.folder.mkdir(parents=True, exist_ok=True)
    for line in lines(campaign, asked.sensor, asked.folder, n=asked.spectra, n_files=asked.files):
        print(line, flush=True)


def simulated(*, n: int = 40_000, n_files: int = 4) -> Iterator[str]:
    """Yield the same lines for spectra of a simulated campaign and a sensor trained on it."""
    cultures = simulate_cultures(design(12, seed=1), seed=1)
    campaign = simulate_campaign(cultures, settings=CampaignSettings(seed=1)).campaign
    with TemporaryDirectory() as scratch:
        sensor = Path(scratch) / "sensor"
        save_sensor(trained(campaign)[0], sensor)
        yield from lines(campaign, sensor, Path(scratch), n=n, n_files=n_files, every=0.5)


def lines(
    campaign: Campaign, sensor: Path, folder: Path, *, n: int, n_files: int, every: float = 2.0
) -> Iterator[str]:
    """Yield what reading and scoring took, memory looked at every so many seconds."""
    files = [folder / f"history-{number:03d}.parquet" for number in range(n_files)]
    for number, file in enumerate(files):
        if not file.exists():
            _write(campaign, file, seed=number, n_spectra=n // n_files)
    size = sum(file.stat().st_size for file in files)
    what = f"{n} spectra of {campaign.spectra.n_channels} channels"
    yield f"{what} in {n_files} files, {size / 1e9:.2g} GB"

    started, cpu = time.perf_counter(), time.process_time()
    hashed = _read_and_hash(files)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    yield _line("read and hash", n, seconds, cpu)

    out = folder / "predictions.parquet"
    parts, words = out.with_name(f".{out.name}.partial"), out.with_suffix(".words")
    command = [sys.executable, "-m", "pipelines", "predict", *map(str, files),
               "--sensor", str(sensor), "--out", str(out)]  # fmt: skip
    killed = run(
        command, words, killed_when=lambda: _n_done(parts) >= len(hashed) // 2, every=every
    )
    yield f"killed with {_n_done(parts)} of {len(hashed)} parts done"
    yield _line("until killed", n // 2, killed.seconds, killed.cpu_seconds, killed.peak_mib)
    resumed = run(command, words, every=every)
    assert resumed.returncode == 0, words.read_text()[-2000:]
    yield from (told for told in words.read_text().splitlines() if told.startswith("going on"))
    yield _line("gone on with", n // 2, resumed.seconds, resumed.cpu_seconds, resumed.peak_mib)
    took, cpu_took = killed.seconds + resumed.seconds, killed.cpu_seconds + resumed.cpu_seconds
    yield f"{seconds / took:.0%} of the speed of reading and hashing, {cpu / cpu_took:.0%} by CPU"
    yield f"the table holds {_checked(out, hashed)} rows, in order, each spectrum once"


def _write(campaign: Campaign, path: Path, *, seed: int, n_spectra: int) -> None:
    """Write a file of spectra, whole or not at all."""
    rng = np.random.default_rng(seed)
    spectra = campaign.spectra.intensities.astype(np.float32)
    names = [f"{value:.10g}" for value in campaign.spectra.axis]
    schema = pa.schema(
        [("vessel", pa.string()), ("elapsed_h", pa.float64())]
        + [(name, pa.float32()) for name in names]
    )
    scratch = path.with_suffix(".part")
    with pa.parquet.ParquetWriter(scratch, schema, use_dictionary=["vessel"]) as writer:
        for start in range(0, n_spectra, ROWS_A_GROUP):
            rows = np.arange(start, min(start + ROWS_A_GROUP, n_spectra))
            values = spectra[rows % len(spectra)]
            noise = rng.standard_normal(values.shape, dtype=np.float32)
            values = values + np.float32(0.1) * noise * np.sqrt(np.abs(values))
            vessels = [f"S{seed:03d}V{row % 24:02d}" for row in rows]
            columns = [pa.array(vessels), pa.array(rows / 60.0)]
            columns += [pa.array(column) for column in np.ascontiguousarray(values.T)]
            writer.write_table(pa.table(columns, schema=schema))
    scratch.replace(path)


def _read_and_hash(files: list[Path]) -> list[tuple[int, str]]:
    """Return the number of spectra of each portion, and a hash of theirs."""
    parallel = joblib.Parallel(n_jobs=-1, backend="threading", pre_dispatch="2*n_jobs")
    found: list[tuple[int, str]] = parallel(
        joblib.delayed(_hashed)(portion) for file in files for portion in portions(file)
    )
    return found


def _hashed(portion: Portion) -> tuple[int, str]:
    digests: list[str] = []
    for piece in read_portion(portion):
        assert piece.spectra is not None
        digests += spectra_sha256(piece.spectra.axis, piece.spectra.intensities)
    return len(digests), _together(digests)


def _together(digests: list[str]) -> str:
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _n_done(parts: Path) -> int:
    return len(list(parts.glob("*.parquet")))


def _line(what: str, n: int, seconds: float, cpu: float, mib: float | None = None) -> str:
    memory = "" if mib is None else f", at most {mib:.0f} MiB"
    return f"{what:>14}: {seconds:6.1f} s, {n / seconds:6.0f} spectra/s, {cpu:6.1f} CPU s{memory}"


def _checked(out: Path, hashed: list[tuple[int, str]]) -> int:
    """Return the rows of a table of predictions that holds each spectrum once and in order."""
    digests = pa.parquet.read_table(out, columns=["spectrum_sha256"])[0].to_pylist()
    start = 0
    for n, expected in hashed:
        assert _together(digests[start : start + n]) == expected, f"rows {start} to {start + n}"
        start += n
    assert len(set(digests)) == len(digests) == start
    return start


if __name__ == "__main__":
    main()
