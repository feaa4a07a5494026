"""`pat ui` prints an address that answers, and leaves no process behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from pat.errors import InputError, StoreError
from pat.registry import Tracking
from pipelines import ui
from tests.registry.stores import copied, trained_store

pytestmark = pytest.mark.mlflow

#: A server that answers, and has a worker as MLflow's has.
SERVER = """
import http.server, subprocess, sys
port, note = int(sys.argv[1]), sys.argv[2]
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(note, "w").write(str(worker.pid))

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args):
        pass

http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


@pytest.fixture
def tracking(tmp_path: Path) -> Tracking:
    return copied(trained_store(), tmp_path / "store")


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[-1].split()[0] != "Z"


def test_a_server_elsewhere_needs_only_its_address(
    port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"http://127.0.0.1:{port}/"
    elsewhere = Tracking(uri=address, address=address, artifact_root=None)
    monkeypatch.setattr("pat.registry.open_tracking", lambda uri: elsewhere)

    ui.run(port=port, tracking_uri=address)

    expected = f"open http://127.0.0.1:{port}/#/experiments?workflowType=machine_learning"
    assert expected in capsys.readouterr().out


def test_a_port_that_is_taken_is_refused_before_a_server_starts(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subprocess.Popen", None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(InputError, match="expected a free port"):
            ui.run(port=taken.getsockname()[1], tracking_uri=tracking.uri)


def test_ctrl_c_stops_the_server_and_its_workers(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "worker"

    def pressed(self: "subprocess.Popen[bytes]", timeout: float | None = None) -> int:
        if timeout is None:
            raise KeyboardInterrupt
        return wait(self, timeout)

    wait = subprocess.Popen.wait
    monkeypatch.setattr(subprocess.Popen, "wait", pressed)

    with pytest.raises(KeyboardInterrupt):
        ui.serve([sys.executable, "-c", SERVER, str(port), str(note)], port=port, settings={})

    deadline = time.monotonic() + 10
    while is_running(int(note.read_text())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(int(note.read_text()))


def test_a_server_that_does_not_start_is_told_with_its_last_words(port: int) -> None:
    broken = [sys.executable, "-c", "import sys; sys.exit('no such database')"]

    with pytest.raises(StoreError, match=r"did not start on port \d+ .*no such database"):
        ui.serve(broken, port=port, settings={})


def test_a_server_that_ends_by_itself_is_told(port: int, tmp_path: Path) -> None:
    short = SERVER.replace("serve_forever()", "handle_request()") + "\nworker.kill()"

    with pytest.raises(StoreError, match="ended by itself"):
        ui.serve(
            [sys.executable, "-c", short, str(port), str(tmp_path / "worker")],
            port=port,
            settings={},
        )


@pytest.mark.slow
def test_the_address_that_is_printed_answers_and_sigterm_ends_it(
    tracking: Tracking, port: int, tmp_path: Path
) -> None:
    printed = tmp_path / "printed"
    with printed.open("w") as log:
        command = subprocess.Popen(
            [sys.executable, "-m", "pipelines", "ui", "--port", str(port), "--tracking-uri",
             tracking.uri],
            stdout=log,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        while "open http" not in printed.read_text() and time.monotonic() < deadline:
            time.sleep(0.2)
        address = printed.read_text().split("open ")[1].split()[0]
        with urllib.request.urlopen(address, timeout=30) as page:
            assert b"<title>MLflow</title>" in page.read()
    finally:
        command.send_signal(signal.SIGTERM)
    assert command.wait(timeout=60) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
