"""A store is asked before any work: whatever is wrong with it is one message in seconds."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from pat.errors import InputError, PatError, StoreError
from pat.registry.store_errors import store_errors, store_message
from pat.registry.tracking import Tracking, default_uri, make_tracking, open_tracking

pytestmark = pytest.mark.mlflow


@contextmanager
def exclusively_locked(file: Path) -> Iterator[None]:
    """Hold the database as a process does that writes to it and never ends."""
    with closing(sqlite3.connect(file)) as database:
        database.execute("BEGIN EXCLUSIVE")
        yield
        database.rollback()


def file_of(tracking: Tracking) -> Path:
    return Path(tracking.uri.removeprefix("sqlite:///"))


def test_by_default_the_store_is_in_mlruns_of_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert default_uri() == f"sqlite:///{tmp_path}/mlruns/mlflow.db"


def test_artifacts_of_another_sqlite_file_go_beside_it(tracking: Tracking) -> None:
    assert tracking.artifact_root == (file_of(tracking).parent / "artifacts").as_uri()


def test_a_reader_does_not_make_the_store_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pat train CAMPAIGN"):
        open_tracking(f"sqlite:///{tmp_path / 'mlflow.db'}")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "uri", ["mlruns", "./mlflow.db", "file:///tmp/mlruns", "sqlite://", "sqlite:///:memory:"]
)
def test_what_is_no_address_of_a_store_is_refused(uri: str) -> None:
    with pytest.raises(InputError, match=r"expected .*sqlite:///"):
        open_tracking(uri)


@pytest.mark.parametrize("ask", [open_tracking, make_tracking])
def test_a_server_that_is_down_is_told_in_seconds(ask: object) -> None:
    started = time.monotonic()

    with pytest.raises(StoreError, match="does not answer"):
        ask("http://127.0.0.1:9")  # type: ignore[operator]

    assert time.monotonic() - started < 10


def test_a_server_that_answers_with_an_error_is_one_line() -> None:
    class Broken(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_error(500)

        do_GET = do_POST

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Broken) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with pytest.raises(StoreError) as caught:
                open_tracking(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()
    assert "\n" not in str(caught.value)


def test_a_password_is_never_shown() -> None:
    with pytest.raises(PatError) as caught:
        open_tracking("http://reviewer:secret@127.0.0.1:9")

    assert "secret" not in str(caught.value)
    assert "reviewer" in str(caught.value)


def test_a_locked_database_is_refused_before_any_work(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pat.registry.tracking._LOCK_PATIENCE_S", 0.1)

    with exclusively_locked(file_of(tracking)):
        with pytest.raises(StoreError, match="is locked by another process"):
            make_tracking(tracking.uri)
        with pytest.raises(StoreError, match="is locked by another process"):
            open_tracking(tracking.uri)


def test_a_database_that_cannot_be_written_can_be_read(
    tracking: Tracking, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = sqlite3.connect

    def read_only(file: Path, **settings: float) -> sqlite3.Connection:
        return sound(f"file:{file}?mode=ro", uri=True, **settings)

    monkeypatch.setattr(sqlite3, "connect", read_only)

    assert open_tracking(tracking.uri).address == tracking.uri
    with pytest.raises(StoreError, match="cannot be written"):
        make_tracking(tracking.uri)


@pytest.mark.parametrize("broken", [b"this is no database, and long enough to be seen as none"])
def test_a_file_that_is_no_database_is_told_at_once(broken: bytes, tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    file.write_bytes(broken)

    with pytest.raises(StoreError, match="no database that can be opened"):
        open_tracking(f"sqlite:///{file}")

    assert file.read_bytes() == broken


def test_a_folder_that_cannot_be_made_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")

    with pytest.raises(StoreError, match="the MLflow store"):
        make_tracking(f"sqlite:///{tmp_path / 'store' / 'mlflow.db'}")


def test_the_driver_of_a_database_that_is_not_installed_is_named() -> None:
    with pytest.raises(StoreError, match=r"driver that is not installed .*MySQLdb"):
        open_tracking("mysql://pat:secret@127.0.0.1:9/mlflow")


def test_a_store_s_error_is_its_first_line_with_what_it_means() -> None:
    error = RuntimeError("(sqlite3.OperationalError) disk I/O error\n[SQL: SELECT 1]\n(Background)")

    text = store_message("sqlite:///x.db", error, consequence="nothing was registered")

    assert text == (
        "the MLflow store sqlite:///x.db does not do what it should: "
        "(sqlite3.OperationalError) disk I/O error; nothing was registered"
    )


def test_errors_of_ours_pass_through_unchanged() -> None:
    with pytest.raises(InputError, match=r"^as it was$"), store_errors("sqlite:///x.db"):
        raise InputError("as it was")


def test_a_database_that_breaks_while_it_is_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow import MlflowClient

    def interrupted(self: MlflowClient, **settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(MlflowClient, "search_experiments", interrupted)

    with pytest.raises(KeyboardInterrupt):
        make_tracking(f"sqlite:///{tmp_path / 'mlflow.db'}")

    assert [f.name for f in tmp_path.iterdir()] == ["artifacts"]
