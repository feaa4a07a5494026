"""A store of its own for each test; tables and a first training are made once a session."""

import shutil
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
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


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Let SQLite trust the operating system: a test's store need not survive a power cut."""

    def relax(connection: Any, record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "connect", relax)
    yield
    event.remove(Engine, "connect", relax)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that holds nothing."""
    folder = tmp_path_factory.mktemp("empty") / "store"
    make_tracking(f"sqlite:///{folder / 'mlflow.db'}")
    return folder


@pytest.fixture(scope="session")
def trained_store(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with one version of cho.glucose, not promoted."""
    folder = tmp_path_factory.mktemp("trained") / "store"
    log_training(_copied(empty_store, folder), make_training(), register=True)
    return folder


@pytest.fixture
def tracking(empty_store: Path, tmp_path: Path) -> Tracking:
    """An empty store of this test alone."""
    return _copied(empty_store, tmp_path / "store")


@pytest.fixture
def trained(trained_store: Path, tmp_path: Path) -> Tracking:
    """A store with version 1 of cho.glucose, of this test alone."""
    return _copied(trained_store, tmp_path / "store")


def _copied(source: Path, target: Path) -> Tracking:
    shutil.copytree(source, target)
    with closing(sqlite3.connect(target / "mlflow.db")) as database, database:
        for table, column in _PLACES:
            database.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?)",
                (str(source), str(target)),
            )
    return open_tracking(f"sqlite:///{target / 'mlflow.db'}")
