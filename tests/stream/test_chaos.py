"""Killed, locked out, without disk or peers, the stream ends with every row everywhere once.

The seed is printed; PAT_CHAOS_SEED runs it again.
"""

import asyncio
import json
import multiprocessing
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from pat.stream.sinks import JsonLines, Mqtt, Sink, mqtt_address
from tests.stream.drop import MeanSensor, Stream, drop_hourly, wait_for
from tests.stream.servers import Broker, Subscriber, free_port

SENSORS = (MeanSensor("glucose", delay_s=0.01), MeanSensor("lactate"))

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="SIGKILL, forkserver and tmpfs"),
    pytest.mark.slow,
    pytest.mark.broker,
]


_VISITOR = """
import asyncio, sys
from asyncua import Client

class Handler:
    def datachange_notification(self, node, value, data):
        pass

async def visit():
    async with Client(sys.argv[1], timeout=2) as client:
        subscription = await client.create_subscription(100, Handler())
        server = client.nodes.server
        await subscription.subscribe_data_change(server.get_child("0:ServerStatus"))
        await asyncio.sleep(60)

asyncio.run(visit())
"""


class World:
    """A predictor's surroundings, and the troubles in them."""

    def __init__(self, place: Path, broker: Broker, *, has_small_disk: bool) -> None:
        self.place = place
        self.folder = place / "cho"
        self.folder.mkdir()
        self.broker = broker
        self.opcua = f"opc.tcp://127.0.0.1:{free_port()}/pat"
        self.has_small_disk = has_small_disk
        self.n_troubles: Counter[str] = Counter()

    @property
    def results(self) -> Path:
        return self.place / "results.db"

    @property
    def jsonl(self) -> Path:
        return self.place / "predictions.jsonl"

    def count(self) -> int:
        """Return how many predictions are stored."""
        try:
            with closing(sqlite3.connect(self.results, timeout=30)) as connection:
                return int(connection.execute("SELECT count(*) FROM predictions").fetchone()[0])
        except sqlite3.OperationalError:
            return 0  # no table yet, or no room to look

    def make_trouble(self, rng: random.Random, over: threading.Event) -> None:
        """Bring about one trouble after the other until it is over."""
        troubles = [self.lock, self.take_broker_away, self.visit]
        troubles += [self.fill_disk] * self.has_small_disk
        while not over.wait(rng.uniform(0.3, 2.0)):
            trouble = rng.choice(troubles)
            self.n_troubles[trouble.__name__] += 1
            trouble(rng.uniform(0.3, 3.0))

    def lock(self, seconds: float) -> None:
        """Hold the database as another writer would."""
        try:
            with closing(sqlite3.connect(self.results, timeout=5)) as other:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(seconds)
                other.rollback()
        except sqlite3.OperationalError:
            pass  # the predictor was faster, or there is no database yet

    def take_broker_away(self, seconds: float) -> None:
        """Stop the broker; what it has promised to deliver it keeps."""
        self.broker.stop(kindly=True)
        time.sleep(seconds)
        self.broker.start()

    def visit(self, seconds: float) -> None:
        """Subscribe as an OPC UA client would, and be gone without a word."""
        visitor = subprocess.Popen(
            [sys.executable, "-c", _VISITOR, self.opcua], stderr=subprocess.DEVNULL
        )
        time.sleep(seconds)
        visitor.kill()
        visitor.wait()

    def fill_disk(self, seconds: float) -> None:
        """Leave no room on the disk."""
        ballast = self.place / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(2**20))
            except OSError:
                pass
        time.sleep(seconds)
        ballast.unlink()


def predict(world_folder: Path, once: bool, mqtt: str, opcua: str) -> None:
    """Be the process that is killed."""
    from pat.stream.sinks.opcua import OpcUa, OpcUaSettings

    sinks: list[Sink] = [
        JsonLines(world_folder.parent / "predictions.jsonl"),
        Mqtt(mqtt_address(mqtt)),
        OpcUa(OpcUaSettings(opcua), cards={}),
    ]
    stream = Stream(
        world_folder, sensors=SENSORS, once=once, settle_s=0.1, sinks=sinks,
        patience_s=float("inf"), last_words_s=120,
    )  # fmt: skip
    stream.run()


@pytest.fixture(params=[False, True], ids=["ordinary disk", "disk full for a while"])
def world(request: pytest.FixtureRequest, tmp_path: Path, broker: Broker) -> Iterator[World]:
    place = tmp_path / "disk"
    place.mkdir()
    broker.stop()
    lasting = Broker(
        broker.program,
        tmp_path,
        settings=f"allow_anonymous true\npersistence true\npersistence_location {tmp_path}/\n"
        "max_queued_messages 0",
    )
    lasting.start()
    if request.param:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=160m", "none", str(place)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if mounted.returncode != 0:
            lasting.stop()
            pytest.skip(f"a small disk needs root ({mounted.stderr.strip()})")
    try:
        yield World(place, lasting, has_small_disk=request.param)
    finally:
        lasting.stop()
        if request.param:
            subprocess.run(["umount", "-l", str(place)], check=False)


def test_every_scan_is_one_row_and_every_sink_is_complete(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = int(os.environ.get("PAT_CHAOS_SEED", time.time_ns() % 2**32))
    n_files = int(os.environ.get("PAT_CHAOS_FILES", 10_000))
    n_kills = int(os.environ.get("PAT_CHAOS_KILLS", 20))
    print(f"seed {seed}, {n_files} files, {n_kills} kills")  # noqa: T201
    rng = random.Random(seed)
    client = Subscriber(world.broker, "plant/pat/cho/#", lasting="chaos")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.stream.drop"])
    drop_hourly(world.folder, n_files // 2)
    later = threading.Thread(target=drop_patiently, args=(world.folder, n_files // 2, n_files))
    over = threading.Event()
    troubles = threading.Thread(target=world.make_trouble, args=(random.Random(seed + 1), over))
    arguments = (world.broker.url, world.opcua)

    kills = sorted(rng.sample(range(2 * n_files * 9 // 10), n_kills))
    for number, at in enumerate(kills):
        predictor = processes.Process(
            target=predict, args=(world.folder, False, *arguments), daemon=True
        )
        predictor.start()
        if number == 0:
            later.start()
            troubles.start()
        wait_for(lambda at=at: world.count() >= at, timeout_s=600)  # type: ignore[misc]
        time.sleep(rng.random() * 0.3)
        predictor.kill()
        predictor.join()
    later.join()
    over.set()
    troubles.join()
    last = processes.Process(target=predict, args=(world.folder, True, *arguments))
    last.start()
    last.join(1200)

    assert last.exitcode == 0
    table = Stream(world.folder, sensors=SENSORS).table()
    print(f"{len(table)} rows; troubles {dict(world.n_troubles)}")  # noqa: T201
    assert_rows_are_whole(table, n_files)
    assert_lines_are_the_table(world.jsonl, table)
    wait_for(lambda: len(heard(client)) >= len(table), timeout_s=60)
    assert set(heard(client)) == set(table["id"])
    print(f"MQTT repeated {sum(heard(client).values()) - len(table)}")  # noqa: T201
    client.close()
    assert_server_shows_the_newest(processes, world, arguments, n_files)


def drop_patiently(folder: Path, start: int, end: int) -> None:
    """Drop as a spectrometer does that tries again while its disk is full."""
    for hour in range(start, end):
        while True:
            try:
                drop_hourly(folder, 1, start=hour)
            except OSError:
                time.sleep(0.2)
            else:
                break


def assert_rows_are_whole(table: pd.DataFrame, n_files: int) -> None:
    assert table["analyte"].value_counts().to_dict() == {"glucose": n_files, "lactate": n_files}
    assert not table.duplicated(["campaign", "vessel", "time", "analyte"]).any()
    assert table["value"].sum() == pytest.approx(2 * sum(range(1, n_files + 1)))


def assert_lines_are_the_table(path: Path, table: pd.DataFrame) -> None:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["id"] for line in lines] == table["id"].tolist()
    assert [line["value"] for line in lines] == table["value"].tolist()


def heard(client: Subscriber) -> Counter[int]:
    """Return how often each prediction was heard, live or late; retained ones are repetitions."""
    return Counter(message["id"] for _, message, _ in list(client.messages))


def assert_server_shows_the_newest(
    processes: multiprocessing.context.ForkServerContext,
    world: World,
    arguments: tuple[str, str],
    n_files: int,
) -> None:
    """Start once more, with nothing to do, and read as a control system would."""
    from asyncua import Client, ua

    from pat.stream.sinks.opcua_space import NAMESPACE

    async def read() -> float:
        async with Client(world.opcua, timeout=60) as client:
            index = await client.get_namespace_index(NAMESPACE)
            place = ua.NodeId("cho/V01/AcquisitionData/glucose", index)
            return float(await client.get_node(place).read_value())

    def answer() -> bool:
        try:
            return asyncio.run(read()) == pytest.approx(n_files)
        except (TimeoutError, OSError, ua.UaError):
            return False

    predictor = processes.Process(
        target=predict, args=(world.folder, False, *arguments), daemon=True
    )
    predictor.start()
    wait_for(answer, timeout_s=120)
    predictor.kill()
    predictor.join()
