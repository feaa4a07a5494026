"""A running predictor beside a real registry: promoted, refused, cut off, and no spectrum lost."""

import io
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, redirect_stdout
from pathlib import Path

import pytest

from pat.readers import read_campaign, write_spectrum_file
from pat.registry.tracking import Tracking
from pat.registry.versions import get_version
from pipelines import promote, train
from pipelines.stream_parts import default_results
from tests.pipelines.trainings import in_one_process, write_small_campaign
from tests.registry.stores import copied, empty_store
from tests.stream.drop import wait_for

ROOT = Path(__file__).parents[2]
NAME = "tiny.glucose"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.mlflow,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM"),
]


class Predictor:
    """A `pat stream --follow` in a process of its own, and the spectra that are dropped for it."""

    def __init__(self, place: Path, campaign: Path, tracking: Tracking) -> None:
        self.drop = place / "drop"
        self.drop.mkdir()
        self.log = place / "log"
        self._spectra = read_campaign(campaign).spectra
        self._n = 0
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pipelines", "stream", "--watch", str(self.drop),
                 "--sensor", NAME, "--follow", "--settle", "0", "--tracking-uri", tracking.uri],
                cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip

    def score(self) -> str:
        """Drop the next spectrum and return the digest of the sensor that scored it."""
        before = self.digests()
        spectrum = self._spectra.take([self._n])
        self._n += 1
        write_spectrum_file(spectrum, self.drop / f"{self._n}.csv")
        wait_for(lambda: len(self.digests()) > len(before), timeout_s=60)
        return self.digests()[-1]

    def digests(self) -> list[str]:
        return self._ask("SELECT sensor_digest FROM predictions ORDER BY id")

    def wait_for_event(self, words: str) -> None:
        query = f"SELECT text FROM events WHERE text LIKE '%{words}%'"
        wait_for(lambda: bool(self._ask(query)), timeout_s=120)

    def wait_for_refusals(self, n: int) -> None:
        words = "the last good sensor goes on"
        wait_for(lambda: self.log.read_text().count(words) == n, timeout_s=120)

    def _ask(self, query: str) -> list[str]:
        place = default_results(self.drop).removeprefix("sqlite:///")
        try:
            with closing(sqlite3.connect(place, timeout=30)) as connection:
                return [text for (text,) in connection.execute(query)]
        except sqlite3.OperationalError:
            return []  # no table yet


@pytest.fixture
def registry(tmp_path: Path) -> Tracking:
    """Return a store with three versions from three campaigns, the first of them champion."""
    tracking = copied(empty_store(), tmp_path / "store")
    for seed in (3, 4, 5):
        folder = tmp_path / f"campaign-{seed}"
        folder.mkdir()
        campaign = write_small_campaign(folder, seed=seed)
        with redirect_stdout(io.StringIO()), in_one_process():
            train.run([campaign], analytes=("glucose",), effort="quick", tracking_uri=tracking.uri)
    make_champion(tracking, 1)
    return tracking


@pytest.fixture
def predictor(tmp_path: Path, registry: Tracking) -> Iterator[Predictor]:
    running = Predictor(tmp_path, tmp_path / "campaign-3" / "tiny", registry)
    yield running
    running.process.kill()
    running.process.wait()


def make_champion(tracking: Tracking, version: int) -> None:
    with redirect_stdout(io.StringIO()):
        promote.run(
            NAME, version, by="the test", why="to see", alias="champion",
            waive="six cultures", tracking_uri=tracking.uri,
        )  # fmt: skip


def digest_of(tracking: Tracking, version: int) -> str:
    return get_version(NAME, version, tracking=tracking).digest


def damage(tracking: Tracking, version: int) -> None:
    """Change a byte of a version's golden set in the artifact store."""
    digest = digest_of(tracking, version)
    store = Path(tracking.uri.removeprefix("sqlite:///")).parent
    [card] = [path for path in store.rglob("sensor.json") if digest_in(path.parent, digest)]
    golden = card.with_name("golden.csv")
    golden.write_bytes(golden.read_bytes() + b" ")


def digest_in(folder: Path, digest: str) -> bool:
    from pat.soft_sensor import load_sensor

    return load_sensor(folder).digest == digest


def test_promotions_are_followed_refused_and_survived_without_losing_a_spectrum(
    registry: Tracking, predictor: Predictor
) -> None:
    first, second, third = (digest_of(registry, version) for version in (1, 2, 3))
    assert len({first, second, third}) == 3
    assert predictor.score() == first

    make_champion(registry, 2)
    predictor.wait_for_event("takes over")
    assert predictor.score() == second

    damage(registry, 3)
    make_champion(registry, 3)
    predictor.wait_for_refusals(1)
    assert predictor.score() == second

    database = Path(registry.uri.removeprefix("sqlite:///"))
    away = database.rename(database.with_suffix(".away"))
    assert predictor.score() == second
    predictor.wait_for_refusals(2)
    assert predictor.score() == second

    away.rename(database)
    make_champion(registry, 1)
    predictor.wait_for_event(f"{first[:12]} takes over from {second[:12]}")
    assert predictor.score() == first

    predictor.process.send_signal(signal.SIGTERM)
    assert predictor.process.wait(60) == 0
    assert predictor.digests() == [first, second, second, second, second, first]
