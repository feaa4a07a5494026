"""A million spectra re-scored by `pat predict`: killed halfway, gone on with, every row there.

    python -m benchmarks.history CAMPAIGN SENSOR FOLDER [--spectra 1000000] [--files 100]

SENSOR: a folder written by `pat export`. FOLDER takes some 13 GB: the campaign's spectra as
float32, each with noise of its own, which no compression makes smaller. Just reading and hashing
them runs in as many threads as the prediction. CPU seconds stand beside the clock's, which a busy
machine stretches.
"""

# ruff: noqa: S603

import argparse
import hashlib
import resource
import subprocess
import sys
import time
from pathlib import Path

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.parquet

from benchmarks.bulk import ROWS_A_GROUP, mib_held
from pat.campaign import Campaign
from pat.readers import read_campaign
from pat.readers.portions import Portion, portions, read_portion
from pat.spectra import spectra_sha256


def main() -> None:
    """Write the spectra where there are none, and print what each side took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("campaign", type=Path)
    parser.add_argument("sensor", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--spectra", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=100)
    arguments = parser.parse_args()
    n, folder = arguments.spectra, arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    campaign = read_campaign(arguments.campaign)
    files = [folder / f"history-{number:03d}.parquet" for number in range(arguments.files)]
    for number, file in enumerate(files):
        if not file.exists():
            _write(campaign, file, seed=number, n_spectra=n // arguments.files)
    size = sum(file.stat().st_size for file in files)
    print(f"{n} spectra in {len(files)} files, {size / 1e9:.1f} GB", flush=True)

    started, cpu = time.perf_counter(), time.process_time()
    hashed = _read_and_hash(files)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    print(_line("read and hash", n, seconds, cpu), flush=True)

    out = folder / "predictions.parquet"
    command = [sys.executable, "-m", "pipelines", "predict", *map(str, files),
               "--sensor", str(arguments.sensor), "--out", str(out)]  # fmt: skip
    killed = _run(command, out, kill_at=len(hashed) // 2)
    print(_line("until killed", n // 2, *killed), flush=True)
    resumed = _run(command, out, kill_at=None)
    print(_line("gone on with", n // 2, *resumed))
    took, cpu_took = killed[0] + resumed[0], killed[1] + resumed[1]
    print(f"{seconds / took:.0%} of the speed of reading and hashing, {cpu / cpu_took:.0%} by CPU")
    print(f"the table holds {_checked(out, hashed)} rows, in order, each spectrum once")


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


def _run(command: list[str], out: Path, *, kill_at: int | None) -> tuple[float, float, float]:
    """Return seconds, CPU seconds and the most MiB of a run; killed once so many parts are done."""
    parts = out.with_name(f".{out.name}.partial")
    started, before, most = time.perf_counter(), _children_cpu(), 0.0
    words = out.with_suffix(".words")
    with words.open("w") as errors:
        process = subprocess.Popen(command, stderr=errors)
    while process.poll() is None:
        most = max(most, mib_held(process.pid))
        if kill_at is not None and len(list(parts.glob("*.parquet"))) >= kill_at:
            process.kill()
            process.wait()
            print(f"killed with {len(list(parts.glob('*.parquet')))} parts done")
        time.sleep(2)
    told = [line for line in words.read_text().splitlines() if line.startswith("going on")]
    print("".join(f"{line}\n" for line in told), end="", flush=True)
    if process.returncode and kill_at is None:
        sys.exit(f"the prediction ended with {process.returncode}")
    return time.perf_counter() - started, _children_cpu() - before, most


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
