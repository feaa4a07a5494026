"""A large table is scored in portions to the rows that it would give at once, and resumes.

Oracle: `SoftSensor.predict` on the whole table, and the path for small inputs.
"""

import errno
import multiprocessing
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest

from pat.errors import StoreError
from pat.readers import portions as portions_module
from pat.soft_sensor import PREDICTION_COLUMNS, save_sensor
from pipelines import bulk, bulk_state, bulk_task, predict
from pipelines.backend import running_on
from pipelines.bulk_state import BulkState
from tests.soft_sensor.sensors import AXIS, make_sensor, new_spectra, plain_sensor, snv_pls

N = 900

# pandas silences what it does here itself, but its way of silencing is not made for threads.
pytestmark = pytest.mark.filterwarnings("ignore:Series.values returning")


def history(n=N):
    """Return a table of spectra as a historian would keep it: keys, then channels."""
    spectra = np.vstack([new_spectra(100, seed=seed)[0] for seed in range(-(-n // 100))])[:n]
    spectra[7] = np.nan
    spectra[n // 2] = 3.0
    keys = pd.DataFrame({"vessel": [f"V{row % 7}" for row in range(n)], "elapsed_h": np.arange(n)})
    kinds = pd.Series(["culture"] * n).mask(np.arange(n) % 50 == 49, "dark")
    channels = pd.DataFrame(spectra, columns=[f"{value:g}" for value in AXIS])
    return pd.concat([keys.assign(kind=kinds), channels], axis=1)


def write(table, path):
    if path.suffix == ".parquet":
        table.to_parquet(path, index=False, row_group_size=60)
    else:
        table.to_csv(path, index=False)
    return path


@pytest.fixture
def sensor(tmp_path):
    save_sensor(plain_sensor(), tmp_path / "sensor")
    return str(tmp_path / "sensor")


@pytest.fixture
def cut_small(monkeypatch):
    """Let a few rows count as large and be cut into portions of about a hundred."""
    monkeypatch.setattr(bulk, "LARGE", 1000)
    monkeypatch.setattr(portions_module, "AT_ONCE", 100 * AXIS.size)
    monkeypatch.setattr(portions_module, "CSV_BYTES", 100_000)


def read(path):
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


@pytest.mark.parametrize("form", [".parquet", ".csv"])
@pytest.mark.parametrize("out", [".parquet", ".csv"])
def test_portions_give_the_rows_of_the_whole_in_order(
    sensor, tmp_path, cut_small, monkeypatch, form, out, capsys
):
    source = write(history(), tmp_path / f"history{form}")
    predict.run([source], sensors=[sensor], out=tmp_path / f"bulk{out}")
    assert "note: 18 blank, dark or reference" in capsys.readouterr().err
    monkeypatch.setattr(bulk, "LARGE", 10**9)
    predict.run([source], sensors=[sensor], out=tmp_path / f"whole{out}")

    found, expected = (read(tmp_path / f"{name}{out}") for name in ("bulk", "whole"))

    assert list(found.columns) == list(PREDICTION_COLUMNS)
    assert len(found) == N - 18
    pd.testing.assert_frame_equal(
        found.drop(columns="scored_at"), expected.drop(columns="scored_at"), rtol=1e-12
    )
    assert not BulkState(tmp_path / f"bulk{out}").folder.exists()


def test_two_sensors_and_two_inputs_keep_their_order(sensor, tmp_path, cut_small):
    save_sensor(make_sensor(snv_pls()), tmp_path / "second")
    large = write(history(), tmp_path / "history.parquet")
    small = write(history()[:3], tmp_path / "V09__20240501T100000Z.csv")

    predict.run(
        [small, large], sensors=[sensor, str(tmp_path / "second")], out=tmp_path / "out.parquet"
    )

    found = read(tmp_path / "out.parquet")
    assert len(found) == 2 * (3 + N - 18)
    assert (found["source_file"][:6] == small.name).all()
    pairs = found["spectrum_sha256"].to_numpy().reshape(-1, 2)
    assert (pairs[:, 0] == pairs[:, 1]).all()
    assert found["elapsed_h"][6::2].is_monotonic_increasing


def test_what_was_done_is_not_done_again(sensor, tmp_path, cut_small, monkeypatch, capsys):
    source = write(history(), tmp_path / "history.parquet")
    real, scored = bulk_task.predicted, []

    def broken(batch, sensors):
        if len(scored) == 3:
            raise MemoryError
        scored.append(len(batch.spectra))
        return real(batch, sensors)

    monkeypatch.setattr(bulk_task, "predicted", broken)
    sensors = [plain_sensor()]
    one_by_one = {"out": tmp_path / "out.csv", "backend": lambda: running_on("sequential")}
    with pytest.raises(MemoryError):
        bulk.predict_in_bulk([source], sensors, **one_by_one)
    assert not (tmp_path / "out.csv").exists()
    assert len(scored) == 3
    scored.append(0)

    bulk.predict_in_bulk([source], sensors, **one_by_one)

    assert "going on: 3 of" in capsys.readouterr().err
    assert sum(scored) == N - 18
    assert len(read(tmp_path / "out.csv")) == N - 18


def test_another_table_or_sensor_begins_anew(sensor, tmp_path, cut_small, monkeypatch, capsys):
    source = write(history(), tmp_path / "history.parquet")
    state = BulkState(tmp_path / "out.csv")
    state.begin({"inputs": "something else"}, [plain_sensor()])
    bulk_state.write_part(state.part(0), b"from another run\n")

    predict.run([source], sensors=[sensor], out=tmp_path / "out.csv")

    said = capsys.readouterr().err
    assert "going on" not in said
    assert "1 finished part of an earlier run came of other inputs" in said
    assert len(read(tmp_path / "out.csv")) == N - 18


@pytest.mark.parametrize("form", [".parquet", ".csv"])
def test_a_row_at_fault_is_one_bad_row_among_good_ones(sensor, tmp_path, cut_small, form, capsys):
    table = history()
    table.loc[[333, 700], "kind"] = "broth"
    source = write(table, tmp_path / f"history{form}")

    predict.run([source], sensors=[sensor], out=tmp_path / "out.parquet")

    found = read(tmp_path / "out.parquet")
    unread = found[found["reasons"].str.startswith("cannot be read")]
    assert len(found) == N - 18
    assert len(unread) == 2
    assert "row 335" in unread["reasons"].iloc[0]
    assert "expected one of culture" in unread["reasons"].iloc[0]
    assert (unread["quality"] == "bad").all()
    assert capsys.readouterr().err.count("note: cannot be read") == 2


def test_a_table_of_which_no_row_can_be_read_is_one_bad_row(sensor, tmp_path, cut_small):
    source = write(history().drop(columns="vessel"), tmp_path / "history.parquet")

    predict.run([source], sensors=[sensor], out=tmp_path / "out.csv")

    found = read(tmp_path / "out.csv")
    assert len(found) == 1
    assert "expected a column vessel" in found["reasons"][0]


def test_damaged_row_groups_are_bad_rows_and_the_others_are_scored(
    sensor, tmp_path, cut_small, capsys
):
    source = write(history(), tmp_path / "history.parquet")
    group = pyarrow.parquet.read_metadata(source).row_group(4)
    content = bytearray(source.read_bytes())
    start = group.column(9).data_page_offset
    content[start : start + 200] = bytes(200)
    source.write_bytes(content)

    predict.run([source], sensors=[sensor], out=tmp_path / "out.parquet")

    found = read(tmp_path / "out.parquet")
    damaged = found["reasons"].str.contains("are damaged")
    assert len(found) == N - 18 + 2  # that two of the damaged are dark is not known
    assert damaged.sum() == 60
    assert found.loc[~damaged, "elapsed_h"].is_monotonic_increasing
    assert "rows 241 to 300" in found.loc[damaged, "reasons"].iloc[0]
    assert "note: 60 rows: cannot be read: history.parquet" in capsys.readouterr().err


def test_a_full_disk_is_one_message_and_the_parts_done_are_kept(
    sensor, tmp_path, cut_small, monkeypatch, capsys
):
    source = write(history(), tmp_path / "history.parquet")
    real, written = bulk_task.write_part, []

    def full(path, content):
        if len(written) == 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path)
        real(path, content)

    monkeypatch.setattr(bulk_task, "write_part", full)
    with pytest.raises(StoreError, match=r"cannot be written: .*No space left"):
        bulk.predict_in_bulk(
            [source], [plain_sensor()], out=tmp_path / "out.csv",
            backend=lambda: running_on("sequential"),
        )  # fmt: skip

    assert "note: 2 of 15 parts are done; the same command goes on" in capsys.readouterr().err


def test_what_cannot_be_written_whole_leaves_nothing(tmp_path, monkeypatch):
    def full(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(bulk_state.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        bulk_state.write_part(tmp_path / "part.csv", b"one,two\n")

    assert list(tmp_path.iterdir()) == []


def score_history(source, sensor, out):
    """Be the process that is killed."""
    bulk.LARGE = 1000
    portions_module.AT_ONCE = 40 * AXIS.size
    predict.run([Path(source)], sensors=[sensor], out=Path(out))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and forkserver")
def test_killed_and_resumed_no_row_is_lost_or_repeated(sensor, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    processes = multiprocessing.get_context("spawn")
    source = write(history(20_000), tmp_path / "history.parquet")
    out = tmp_path / "out.csv"
    state = BulkState(out)
    for kill in range(3):
        before = len(list(state.folder.glob("*.csv")))
        worker = processes.Process(target=score_history, args=(str(source), sensor, str(out)))
        worker.start()
        until = time.monotonic() + 120
        while len(list(state.folder.glob("*.csv"))) < before + 20 + kill:
            assert worker.is_alive() or worker.exitcode == 0
            assert time.monotonic() < until
            time.sleep(0.005)
        worker.kill()
        worker.join()
        assert not out.exists()

    last = processes.Process(target=score_history, args=(str(source), sensor, str(out)))
    last.start()
    last.join(300)

    assert last.exitcode == 0
    found = read(out)
    kept = np.arange(20_000)[np.arange(20_000) % 50 != 49]
    assert found["elapsed_h"].tolist() == kept.tolist()
    assert not state.folder.exists()
