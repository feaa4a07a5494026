"""`pat stream --web` shows values, assays, spectra and cards, and the same again after kill -9."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pat.readers import write_spectrum_file
from pat.soft_sensor import save_sensor
from pat.soft_sensor.seal import with_card
from pat.spectra import Spectra
from tests.soft_sensor.sensors import AXIS, make_spectra, plain_sensor
from tests.stream.servers import free_port

ROOT = Path(__file__).parents[2]
START = pd.Timestamp("2024-05-01T10:00:00Z")


class Reader:
    """Asks the page."""

    def __init__(self, url: str) -> None:
        self.url = url

    def text(self, path: str, **asked: object) -> str:
        query = f"?{urllib.parse.urlencode(asked)}" if asked else ""
        with urllib.request.urlopen(f"{self.url}{path}{query}", timeout=20) as answer:
            return str(answer.read().decode())

    def told(self, path: str, **asked: object) -> Any:
        return json.loads(self.text(path, **asked))

    def tags(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/changes", timeout=20) as answer:
            answer.readline()
            return list(json.loads(answer.readline().removeprefix(b"data: "))["tags"])

    def until(self, look: Callable[[], Any], *, timeout_s: float = 90.0) -> Any:
        """Return what a look finds, once it finds something."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            try:
                if found := look():
                    return found
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.1)
        raise AssertionError("nothing came in time")


@contextmanager
def streaming(drop: Path, sensor: Path) -> Iterator[tuple[Reader, "subprocess.Popen[str]"]]:
    """Run the command beside a reader of its page."""
    listen = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "stream", "--watch", str(drop), "--sensor",
         str(sensor), "--settle", "0", "--web", listen],
        cwd=ROOT, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        yield Reader(f"http://{listen}"), process
    finally:
        process.kill()
        process.wait()


def put(drop: Path, number: int) -> None:
    rng = np.random.default_rng(number)
    keys = pd.DataFrame({"vessel": ["V01"], "time": [START + pd.Timedelta(hours=number)]})
    spectra = Spectra(AXIS, make_spectra(rng.uniform(2, 6, size=(1, 4)), rng), keys)
    write_spectrum_file(spectra, drop / f"scan{number}.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="a drop folder that is written to meanwhile")
def test_the_page_follows_the_stream_and_shows_the_same_after_a_kill(tmp_path: Path) -> None:
    sensor = with_card(plain_sensor(), "# Glucose\n\ntypically off by **0.2 g/L**")
    save_sensor(sensor, tmp_path / "sensor")
    drop = tmp_path / "drop"
    drop.mkdir()
    put(drop, 0)
    asked = {"campaign": "drop", "vessel": "V01", "analyte": "glucose", "hours": 24}

    with streaming(drop, tmp_path / "sensor") as (page, process):
        [first] = page.until(page.tags)
        put(drop, 1)
        [second] = page.until(lambda: [tag for tag in page.tags() if tag["id"] != first["id"]])
        (drop / "assays.csv").write_text(
            "vessel,time,analyte,value,unit\nV01,2024-05-01T11:00:00Z,glucose,4.5,g/L\n"
        )
        [assay] = page.until(lambda: page.told("/culture", **asked)["assays"])
        before = page.told("/spectrum", id=second["id"])
        card = page.text("/sensor", digest=second["digest"])
        process.kill()
        process.wait()
    with streaming(drop, tmp_path / "sensor") as (page, _):
        [restarted] = page.until(page.tags)
        after = page.told("/spectrum", id=restarted["id"])

    assert first["time"] < second["time"]
    assert (assay["at_s"], assay["value"]) == ((START + pd.Timedelta(hours=1)).timestamp(), 4.5)
    assert "<strong>0.2 g/L</strong>" in card
    assert restarted["value"] == second["value"]
    assert len(before["as_read"][1]) == AXIS.size
    assert before["missing"] == ""
    assert after == before
