"""Killed at any moment and started again, the stream loses nothing and doubles nothing."""

import multiprocessing
import os
import random
import sqlite3
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.stream.drop import MeanSensor, Stream, drop_hourly, wait_for

SENSORS = (MeanSensor("glucose", delay_s=0.01), MeanSensor("lactate"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and forkserver")


def predict(folder: Path, once: bool) -> None:
    """Be the process that is killed."""
    Stream(folder, sensors=SENSORS, once=once, settle_s=0.1).run()


def count(folder: Path) -> int:
    """Return how many predictions are stored."""
    connection = sqlite3.connect(folder.parent / "results.db", timeout=30)
    try:
        return int(connection.execute("SELECT count(*) FROM predictions").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # no table yet
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("n_files", "n_kills"), [(500, 5), pytest.param(10_000, 20, marks=pytest.mark.slow)]
)
def test_every_scan_is_one_row_a_sensor_after_kills_at_random(
    tmp_path: Path, n_files: int, n_kills: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = time.time_ns() % 2**32
    print(f"seed {seed}")  # noqa: T201 - to run it again
    rng = random.Random(seed)
    folder = tmp_path / "cho"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # the fork server imports, too
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.stream.drop"])
    half = n_files // 2
    drop_hourly(folder, half)
    later = threading.Thread(
        target=drop_hourly, args=(folder, n_files - half), kwargs={"start": half}
    )

    kills = sorted(rng.sample(range(2 * n_files * 9 // 10), n_kills))
    for number, at in enumerate(kills):
        predictor = processes.Process(target=predict, args=(folder, False), daemon=True)
        predictor.start()
        if number == 0:
            later.start()
        wait_for(lambda at=at: count(folder) >= at, timeout_s=120)  # type: ignore[misc]
        time.sleep(rng.random() * 0.05)
        predictor.kill()
        predictor.join()
    later.join()
    last = processes.Process(target=predict, args=(folder, True))
    last.start()
    last.join(600)

    assert last.exitcode == 0
    table = Stream(folder, sensors=SENSORS).table()
    assert table["analyte"].value_counts().to_dict() == {"glucose": n_files, "lactate": n_files}
    assert not table.duplicated(["campaign", "vessel", "time", "analyte"]).any()
    assert table["value"].sum() == pytest.approx(2 * sum(range(1, n_files + 1)))
