"""`pat ui`: the MLflow UI on this machine, one worker, opened at the training view."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from typing import IO
from urllib.error import URLError

from pat.errors import StoreError

_START_UP_S = 120.0


def run(*, port: int, tracking_uri: str | None) -> None:
    """Start the UI, print the address to open once it answers, and stay until Ctrl-C."""
    from pat.registry.tracking import open_tracking

    tracking = open_tracking(tracking_uri)
    if tracking.uri.startswith("http"):
        print(f"open {_address(tracking.uri)}")
        return
    command = [
        sys.executable, "-m", "mlflow", "server", "--backend-store-uri", tracking.uri,
        "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
    ]  # fmt: skip
    if tracking.artifact_root is not None:
        command += ["--default-artifact-root", tracking.artifact_root]
    light = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    print(f"tracking: {tracking.uri}\nstarting the MLflow UI ...", flush=True)
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            command, env={**os.environ, **light}, stdout=log, stderr=log, start_new_session=True
        )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            _wait_until_up(server, port, log)
            print(f"open {_address(f'http://127.0.0.1:{port}')}\nCtrl-C stops it", flush=True)
            server.wait()
        finally:
            _stop(server)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Stop the server and the workers it started."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
    else:
        server.terminate()
    server.wait(timeout=20)


def _address(base: str) -> str:
    return f"{base.rstrip('/')}/#/experiments?workflowType=machine_learning"


def _wait_until_up(server: "subprocess.Popen[bytes]", port: int, log: IO[bytes]) -> None:
    deadline = time.monotonic() + _START_UP_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            log.seek(0)
            last = log.read().decode(errors="replace").strip()[-500:]
            msg = f"the MLflow UI did not start on port {port} (try --port): {last}"
            raise StoreError(msg)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    msg = f"the MLflow UI did not answer on port {port} within {_START_UP_S:.0f} s"
    raise StoreError(msg)
