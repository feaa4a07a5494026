"""On a Dask cluster everything comes out as it does here, also when a worker dies on the way.

Oracle: the same work in this process.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd
import pytest

from pat.calibration import PLSFamily, SearchSpace, search
from pat.calibration.jobs import EVERYWHERE
from pat.errors import InputError, StoreError
from pat.readers import portions as portions_module
from pat.soft_sensor import save_sensor
from pipelines import bulk, predict
from pipelines.backend import running_on
from tests.pipelines.test_bulk import history, write
from tests.soft_sensor.sensors import AXIS, make_calibration, plain_sensor, recipe

pytest.importorskip("distributed")

# See test_bulk.
pytestmark = pytest.mark.filterwarnings("ignore:Series.values returning")


DASK_LOGGERS = ("distributed", "distributed.client", "distributed.core")


class Cluster:
    """A scheduler and workers, each a process of its own on this machine."""

    def __init__(self, folder, n_workers):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self.processes = []

        def start(kind, *options):
            with (folder / f"{len(self.processes)}.log").open("wb") as log:
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options],
                        stdout=log, stderr=log, cwd=folder, env=environment,
                    )
                )  # fmt: skip

        address = folder / "scheduler.json"
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
              "--scheduler-file", str(address))  # fmt: skip
        for _ in range(n_workers):
            start("worker", "--scheduler-file", str(address), "--nthreads", "1", "--no-nanny",
                  "--no-dashboard")  # fmt: skip
        wait_for(address.exists)
        self.address = json.loads(address.read_text())["address"]

    def kill(self, number):
        self.processes[number].send_signal(signal.SIGKILL)

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


def wait_for(happened, *, seconds=300):
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path, 3)
    yield made
    made.end()


@pytest.fixture
def cut_small(monkeypatch):
    monkeypatch.setattr(bulk, "LARGE", 1000)
    monkeypatch.setattr(portions_module, "AT_ONCE", 100 * AXIS.size)


@pytest.fixture
def sensor(tmp_path):
    save_sensor(plain_sensor(), tmp_path / "sensor")
    return str(tmp_path / "sensor")


def test_a_scheduler_that_is_not_there_is_one_message_and_nothing_is_written(
    sensor, tmp_path, cut_small
):
    source = write(history(), tmp_path / "history.parquet")

    with pytest.raises(InputError, match=r"tcp://127\.0\.0\.1:9: expected a Dask scheduler"):
        predict.run(
            [source], sensors=[sensor], out=tmp_path / "out.csv",
            backend="dask", scheduler="tcp://127.0.0.1:9",
        )  # fmt: skip
    assert not (tmp_path / "out.csv").exists()
    # What Dask would say of a lost cluster is pages.
    loud = [name for name in DASK_LOGGERS if logging.getLogger(name).isEnabledFor(logging.ERROR)]
    assert loud == []


def test_without_an_address_it_says_what_is_missing():
    with pytest.raises(InputError, match="expected --scheduler"), running_on("dask"):
        pass


@pytest.mark.slow
def test_history_is_scored_on_a_cluster_that_loses_a_worker(
    cluster, sensor, tmp_path, cut_small, monkeypatch
):
    source = write(history(6000), tmp_path / "history.parquet")
    out = tmp_path / "out.parquet"
    parts = tmp_path / ".out.parquet.partial"
    killer = threading.Thread(
        target=lambda: (wait_for(lambda: len(list(parts.glob("*.parquet"))) > 3), cluster.kill(2))
    )
    killer.start()

    predict.run([source], sensors=[sensor], out=out, backend="dask", scheduler=cluster.address)

    killer.join()
    monkeypatch.setattr(bulk, "LARGE", 10**9)
    predict.run([source], sensors=[sensor], out=tmp_path / "here.parquet")
    found, expected = pd.read_parquet(out), pd.read_parquet(tmp_path / "here.parquet")
    pd.testing.assert_frame_equal(
        found.drop(columns="scored_at"), expected.drop(columns="scored_at"), rtol=1e-12
    )


@pytest.mark.slow
def test_a_scheduler_that_dies_is_one_message_and_the_work_is_gone_on_with(
    cluster, sensor, tmp_path, cut_small, capsys
):
    source = write(history(6000), tmp_path / "history.parquet")
    out = tmp_path / "out.parquet"
    parts = tmp_path / ".out.parquet.partial"
    killer = threading.Thread(
        target=lambda: (wait_for(lambda: len(list(parts.glob("*.parquet"))) > 3), cluster.kill(0))
    )
    killer.start()

    with pytest.raises(StoreError, match="the cluster was lost on the way"):
        predict.run([source], sensors=[sensor], out=out, backend="dask", scheduler=cluster.address)
    killer.join()
    assert not out.exists()

    predict.run([source], sensors=[sensor], out=out)

    assert "going on" in capsys.readouterr().err
    assert len(pd.read_parquet(out)) == 6000 - 120


@pytest.mark.slow
def test_a_search_on_a_cluster_that_loses_a_worker_chooses_the_same(cluster):
    cal = make_calibration()
    recipes = {f"d1 {width}": made_recipe(width) for width in range(10, 34, 2)}
    space = SearchSpace(recipes=recipes, families=(PLSFamily(6),), n_inner=4)
    here = search(cal, space, seed=0)["glucose"]

    with running_on("dask", scheduler=cluster.address):
        there = search(
            cal, space, seed=0, n_jobs=EVERYWHERE,
            progress=lambda done, of, last: cluster.kill(2) if done == 4 else None,
        )["glucose"]  # fmt: skip

    chosen = [(found.champion.recipe, found.champion.parameters) for found in (there, here)]
    assert chosen[0] == chosen[1]
    np.testing.assert_allclose(there.table["rmsecv"], here.table["rmsecv"], rtol=1e-12)


def made_recipe(width):
    from sklearn.pipeline import Pipeline

    steps = recipe()
    steps[1][1].set_params(window_cm1=float(width))
    return Pipeline(steps)
