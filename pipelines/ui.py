"""`pat ui`: the MLflow UI on this machine, one worker, opened at the training view."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from typing import IO
from urllib.error import URLError

from pat.errors import InputError, StoreError
from pipelines.interruption import terminated_as_interrupted

_HOST = "127.0.0.1"
_START_UP_S = 120.0
_STOPPING_S = 20.0


def run(*, port: int, tracking_uri: str | None) -> None:
    """Start the UI, print the address to open once it answers, and stay until Ctrl-C.

    Raises
    ------
    InputError
        If the port is taken, or there is no store.
    StoreError
        If the UI does not start, or ends by itself.
    """
    from pat.registry import open_tracking

    tracking = open_tracking(tracking_uri)
    print(f"tracking: {tracking.address}")
    if tracking.uri.startswith(("http:", "https:")):
        print(f"open {_address(tracking.uri)}")
        return
    _check_free(port)
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", _HOST, "--port", str(port),
        "--workers", "1",
    ]  # fmt: skip
    if tracking.artifact_root is not None:
        command += ["--default-artifact-root", tracking.artifact_root]
    # The store stands in the environment, since anyone may read a command line.
    settings = {
        "MLFLOW_BACKEND_STORE_URI": tracking.uri,
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    print("starting the MLflow UI ...", flush=True)
    with terminated_as_interrupted(), contextlib.suppress(KeyboardInterrupt):
        serve(command, port=port, settings=settings)


def serve(command: list[str], *, port: int, settings: dict[str, str]) -> None:
    """Run a server until Ctrl-C; it is stopped with everything that it started."""
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
            command, env={**os.environ, **settings}, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_until_up(server, port, log=log)
            print(f"open {_address(f'http://{_HOST}:{port}')}\nCtrl-C stops it", flush=True)
            server.wait()
            msg = f"the MLflow UI ended by itself: {_last_words(log)}"
            raise StoreError(msg)
        finally:
            _stop(server)


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """Stop the server and the workers it started."""
    for how in (signal.SIGTERM, signal.SIGKILL if os.name == "posix" else signal.SIGTERM):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(server.pid, how)
            else:
                server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=_STOPPING_S)
            return


def _address(base: str) -> str:
    """Return the address that opens in the view for models rather than for agents."""
    return f"{base.rstrip('/')}/#/experiments?workflowType=machine_learning"


def _check_free(port: int) -> None:
    """Another server on the port would answer in our place."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_HOST, port))
    except (OSError, OverflowError) as error:
        msg = f"expected a free port; {port} cannot be used ({error}): try another --port"
        raise InputError(msg) from error


def _wait_until_up(server: "subprocess.Popen[bytes]", port: int, *, log: IO[bytes]) -> None:
    deadline = time.monotonic() + _START_UP_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            msg = f"the MLflow UI did not start on port {port} (try --port): {_last_words(log)}"
            raise StoreError(msg)
        try:
            with urllib.request.urlopen(f"http://{_HOST}:{port}/health", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    msg = f"the MLflow UI did not answer on port {port} within {_START_UP_S:.0f} s"
    raise StoreError(msg)


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode(errors="replace").strip()[-500:]
