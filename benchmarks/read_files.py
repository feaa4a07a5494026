"""How long a file of spectra takes to read, and whether ten thousand of them need more memory.

    python benchmarks/read_files.py [--files 10000]

Writes files of 3,300 channels into a folder of its own, reads each format over and over, and
then reads thousands in a row, telling time and memory by the thousand. CPU time counts: it is
what the reader needs, whatever else the machine does.
"""

import argparse
import gc
import resource
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from pat.readers import read_spectrum_file, write_spectrum_file
from pat.spectra import Spectra

CHANNELS = 3300
REPEATS = 200
BATCH = 1000


def main() -> None:
    """Print the medians and the course over many files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=10_000)
    n_files = parser.parse_args().files
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for suffix in (".spc", ".csv"):
            path = written(folder, f"V01__20240501T100000Z{suffix}", seed=0)
            print(f"{suffix}: {median_ms(path):.2f} ms of CPU a file, {path.stat().st_size} bytes")
        for suffix in (".spc", ".csv"):
            course(folder, suffix=suffix, n_files=n_files)


def written(folder: Path, name: str, *, seed: int) -> Path:
    """Return a file with one noisy spectrum."""
    rng = np.random.default_rng(seed)
    axis = np.linspace(100.0, 3425.0, CHANNELS)
    intensities = 2e4 + 1e4 * np.exp(-(axis - 1000) / 800) + rng.normal(0, 100, (1, CHANNELS))
    path = folder / name
    keys = pd.DataFrame({"exposure_s": [10.0], "laser_nm": [785.0]})
    write_spectrum_file(Spectra(axis, intensities, keys), path)
    return path


def median_ms(path: Path) -> float:
    """Return the median CPU time of reading one file."""
    read_spectrum_file(path)
    taken = []
    for _ in range(REPEATS):
        start = time.process_time()
        read_spectrum_file(path)
        taken.append(time.process_time() - start)
    return 1e3 * statistics.median(taken)


def course(folder: Path, *, suffix: str, n_files: int) -> None:
    """Print CPU time a file and the memory held, by the thousand."""
    paths = [written(folder, f"{i % 100:03d}{suffix}", seed=i) for i in range(100)]
    gc.collect()
    first = resident_mb()
    for batch in range(n_files // BATCH):
        start = time.process_time()
        for i in range(BATCH):
            read_spectrum_file(paths[i % len(paths)])
        taken = time.process_time() - start
        print(
            f"{suffix} {(batch + 1) * BATCH:6d} files: {1e3 * taken / BATCH:.2f} ms a file, "
            f"{resident_mb() - first:+.1f} MB"
        )
    print(f"highest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def resident_mb() -> float:
    """Return the memory that this process holds at present."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    main()
