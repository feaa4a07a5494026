"""How fast `pat stream` is, and how much memory it takes, on this machine.

    python -m benchmarks.stream CAMPAIGN SENSOR... [--files 10000] [--live 400] [--every 0.05]
        [--mark 1000] [--options "--mqtt mqtt://127.0.0.1:1883/pat"]

SENSOR: folders written by `pat export`. The campaign's spectra are written as CSV, hard-linked
under new names as a backlog, and the predictor is started on it; then files are renamed in one by
one. A line on the predictor's output stands for a committed row, so times include printing.
"""

# ruff: noqa: S603

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from pat.readers import read_campaign, write_spectrum_file
from pat.readers.naming import Label, dropped_name
from pat.spectra import Spectra

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def main() -> None:
    """Run both measurements and print what they gave."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("campaign", type=Path)
    parser.add_argument("sensors", type=Path, nargs="+")
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--live", type=int, default=400)
    parser.add_argument("--mark", type=int, default=1000, help="spectra between two lines")
    parser.add_argument("--every", type=float, default=0.05, help="seconds between live files")
    parser.add_argument("--options", default="", help="more options of pat stream, such as sinks")
    arguments = parser.parse_args()
    print(f"a commit with fsync takes {fsync_ms(Path.cwd()):.1f} ms on this disk")
    with tempfile.TemporaryDirectory() as scratch:
        originals = write_originals(arguments.campaign, Path(scratch) / "originals")
        folder = Path(scratch) / "drop"
        folder.mkdir()
        for number in range(arguments.files):
            os.link(originals[number % len(originals)], folder / name(number))
        options = shlex.split(arguments.options)
        predictor = Predictor(folder, arguments.sensors, options)
        backlog(predictor, arguments.files, mark=arguments.mark)
        live(predictor, originals, first=arguments.files, n=arguments.live, every=arguments.every)
        predictor.end()


class Predictor:
    """A `pat stream` in a process of its own, with the moment of each of its lines."""

    def __init__(self, folder: Path, sensors: list[Path], options: list[str]) -> None:
        self.folder = folder
        self.seen: dict[str, float] = {}
        self.n_predictions = 0
        self.n_sensors = len(sensors)
        self.first = 0.0
        chosen = [part for sensor in sensors for part in ("--sensor", str(sensor))]
        self.started = time.time()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipelines", "stream", "--watch", str(folder), *chosen,
             "--settle", "0.2", *options],
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            words = line.split()
            if len(words) > 2 and words[1].startswith("B"):
                self.n_predictions += 1
                self.first = self.first or time.time()
                self.seen[words[1]] = time.time()

    def memory_mib(self, what: str = "VmRSS") -> float:
        """Return the memory it holds now, or at most held (VmHWM); Linux."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split(f"{what}:")[1].split()[0]) / 1024

    def cpu_s(self) -> float:
        """Return the processor time that it took so far (Linux)."""
        ticks = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")")[-1].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """Stop it and see that it ended well."""
        self.process.terminate()
        print(f"ended with {self.process.wait(30)}")


def fsync_ms(folder: Path) -> float:
    """Return the median time to write a page and have it on disk."""
    times = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(50):
            started = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - started)
    return 1000 * float(np.median(times))


def backlog(predictor: Predictor, n_files: int, *, mark: int) -> None:
    """Print throughput, processor time and memory over a backlog."""
    n = n_marks = 0
    while n < n_files:
        if predictor.process.poll() is not None:
            sys.exit("the predictor ended")
        n = predictor.n_predictions // predictor.n_sensors
        if n >= min(mark * (n_marks + 1), n_files):
            n_marks += 1
            seconds = time.time() - predictor.first
            cost = f"{predictor.memory_mib():6.1f} MiB  {predictor.cpu_s():7.1f} CPU s"
            print(f"{n:>8} spectra  {n / seconds:6.0f} spectra/s  {cost}", flush=True)
        time.sleep(0.01)
    print(f"first prediction {predictor.first - predictor.started:.1f} s after the start")
    print(f"at most {predictor.memory_mib('VmHWM'):.1f} MiB")


def live(predictor: Predictor, originals: list[Path], *, first: int, n: int, every: float) -> None:
    """Print the time from a rename to the line of the last sensor."""
    time.sleep(2.0)
    predictor.seen.clear()
    renamed = {}
    for number in range(first, first + n):
        part = predictor.folder / f"{name(number)}.tmp"
        part.write_bytes(originals[number % len(originals)].read_bytes())
        renamed[f"B{number:07d}"] = time.time()
        part.rename(predictor.folder / name(number))
        time.sleep(every)
    time.sleep(2.0)
    delays = [1000 * (predictor.seen[vessel] - at) for vessel, at in renamed.items()]
    median, high = np.percentile(delays, [50, 99])
    print(f"rename to line, {n} files: median {median:.1f} ms, 99th percentile {high:.1f} ms")


def write_originals(campaign: Path, folder: Path) -> list[Path]:
    """Write each spectrum of a campaign without header, so that names alone tell vessels."""
    folder.mkdir()
    spectra = read_campaign(campaign).spectra
    paths = []
    for row in range(len(spectra)):
        bare = Spectra(spectra.axis, spectra.intensities[[row]], pd.DataFrame(index=[0]))
        paths.append(folder / f"{row}.csv")
        write_spectrum_file(bare, paths[-1])
    return paths


def name(number: int) -> str:
    """Return the name of one file; each is a vessel of its own."""
    label = Label(vessel=f"B{number:07d}", time=EPOCH + timedelta(minutes=number))
    return dropped_name(label, suffix=".csv")


if __name__ == "__main__":
    main()
