"""Stores for tests: tables and a first training are made once a session, then copied."""

import atexit
import shutil
import sqlite3
import tempfile
import warnings
from contextlib import closing
from functools import cache
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from pat.registry.tracking import Tracking, make_tracking, open_tracking
from pat.registry.training_log import log_training
from tests.registry.trainings import make_training

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # MLflow warns of its own type hints when it is imported
    import mlflow.pyfunc  # noqa: F401

#: Where MLflow keeps absolute places of files.
_PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
)


@cache
def empty_store() -> Path:
    """Return the folder of a store that holds nothing."""
    folder = scratch_folder() / "empty"
    make_tracking(_uri(folder))
    return folder


@cache
def trained_store() -> Path:
    """Return the folder of a store with one version of cho.glucose, not promoted."""
    folder = scratch_folder() / "trained"
    log_training(copied(empty_store(), folder), make_training(), register=True)
    return folder


def copied(source: Path, target: Path) -> Tracking:
    """Return a copy of a store, complete with its artifacts."""
    shutil.copytree(source, target)
    with closing(sqlite3.connect(target / "mlflow.db")) as database, database:
        for table, column in _PLACES:
            database.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?)",
                (str(source), str(target)),
            )
    return open_tracking(_uri(target))


def _uri(folder: Path) -> str:
    return f"sqlite:///{folder / 'mlflow.db'}"


@cache
def scratch_folder() -> Path:
    """Return a folder that is removed when the tests end."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@event.listens_for(Engine, "connect")
def _do_not_wait_for_the_disk(connection: object, record: object) -> None:
    """Let MLflow's SQLite trust the operating system: a test's store need not survive a crash."""
    if not isinstance(connection, sqlite3.Connection):
        return
    _, _, file = connection.execute("PRAGMA database_list").fetchone()
    if Path(file).name in {"mlflow.db", "scratch.db"}:
        connection.execute("PRAGMA synchronous=OFF")
