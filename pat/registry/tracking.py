"""Where runs and models are kept: one address, asked once, before any work is done."""

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pat.errors import InputError
from pat.registry.store_errors import store_errors

if TYPE_CHECKING:
    from mlflow import MlflowClient

DEFAULT_FOLDER = Path("mlruns")

#: Seconds to wait for a database that another process writes to.
_LOCK_PATIENCE_S = 5.0

# Plants are air-gapped; and MLflow would put a uv.lock of the working folder, with the addresses
# in it, beside every model.
_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_UV_AUTO_DETECT": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}

# A server that is down must be told in seconds; MLflow's own defaults try for minutes. Once it
# has answered they hold again, so that a short gap does not cost a training.
_FIRST_QUESTION = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "10"}


@dataclass(frozen=True, slots=True)
class Tracking:
    """An MLflow store that has answered.

    Parameters
    ----------
    uri : str
        Address of the tracking store and the registry; it may hold a password.
    address : str
        The same as it may be shown.
    artifact_root : str or None
        Where new experiments keep their artifacts; None: the server decides.
    """

    uri: str
    address: str
    artifact_root: str | None

    @property
    def client(self) -> "MlflowClient":
        """A client of this store."""
        from mlflow import MlflowClient

        return MlflowClient(self.uri, registry_uri=self.uri)


def default_uri() -> str:
    """Return the address of SQLite in mlruns/ of the working folder."""
    return f"sqlite:///{(DEFAULT_FOLDER / 'mlflow.db').resolve().as_posix()}"


def open_tracking(uri: str | None = None) -> Tracking:
    """Return the store at `uri` to read from, after it has answered.

    Parameters
    ----------
    uri : str or None
        `sqlite:///FILE`, a database or a server. None: SQLite in mlruns/ of the working folder.

    Raises
    ------
    InputError
        If this is no address of a store, or there is no such SQLite file.
    StoreError
        If the store cannot be reached or opened.
    """
    wanted = uri or default_uri()
    file = _sqlite_file(wanted)
    if file is not None and not file.is_file():
        msg = (
            f"expected an MLflow store at {wanted}; got none. `pat train CAMPAIGN` makes it; "
            f"another one is named by --tracking-uri or MLFLOW_TRACKING_URI"
        )
        raise InputError(msg)
    return _answering(wanted, file)


def make_tracking(uri: str | None = None) -> Tracking:
    """Return the store at `uri` to write to, made where it is a SQLite file that is not there.

    Artifacts of a SQLite store go to artifacts/ beside its file.

    Raises
    ------
    InputError
        If this is no address of a store.
    StoreError
        If the store cannot be reached, made or written.
    """
    wanted = uri or default_uri()
    file = _sqlite_file(wanted)
    if file is not None:
        with store_errors(wanted), quiet_mlflow():
            _check_folders(file)
            if file.exists():
                _check_writable(file)
            else:
                _make_database(file)
    return _answering(wanted, file)


def _answering(uri: str, file: Path | None) -> Tracking:
    """Return the store after it has answered one question."""
    import mlflow

    _apply_settings()
    address = _without_password(uri)
    root = None if file is None else (file.parent / "artifacts").as_uri()
    tracking = Tracking(uri, address, root)
    with store_errors(address), quiet_mlflow(), _impatience():
        if file is not None and file.is_file():
            _check_readable(file)
        # MLflow's registry asks the global store for a model, whichever client is used.
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        tracking.client.search_experiments(max_results=1)
    return tracking


def _sqlite_file(uri: str) -> Path | None:
    """Return the file of a SQLite store, None for a store of another kind."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(uri)
    except ArgumentError:
        url = None
    if url is None or url.drivername == "file":
        msg = (
            f"expected an MLflow store as sqlite:///FILE, postgresql://... or http://...; "
            f"got {uri!r}"
        )
        raise InputError(msg)
    if url.get_backend_name() != "sqlite":
        return None
    if url.database in (None, "", ":memory:"):
        msg = f"expected the file of a SQLite store, such as sqlite:///mlruns/mlflow.db; got {uri}"
        raise InputError(msg)
    return Path(str(url.database)).resolve()


def _without_password(uri: str) -> str:
    from sqlalchemy.engine import make_url

    url = make_url(uri)
    return uri if url.password is None else url.render_as_string(hide_password=True)


def _check_readable(file: Path) -> None:
    """Ask the database itself; MLflow would try ten times before it says what is wrong."""
    import sqlite3

    with closing(sqlite3.connect(file, timeout=_LOCK_PATIENCE_S)) as database:
        database.execute("PRAGMA schema_version").fetchone()


def _check_folders(file: Path) -> None:
    """Make the folders of a SQLite store, and try whether artifacts can be written."""
    artifacts = file.parent / "artifacts"
    artifacts.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=artifacts):
        pass


def _check_writable(file: Path) -> None:
    """Write to the database and take it back, so that a long training does not end in vain."""
    import sqlite3

    with closing(sqlite3.connect(file, timeout=_LOCK_PATIENCE_S)) as database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("CREATE TABLE can_be_written (x)")
        database.rollback()


def _make_database(file: Path) -> None:
    """Make the tables aside: a database that was broken off half-way could never be used."""
    from mlflow import MlflowClient

    _apply_settings()
    with tempfile.TemporaryDirectory(
        prefix=f".{file.name}.", dir=file.parent, ignore_cleanup_errors=True
    ) as folder:
        scratch, whole = Path(folder) / "scratch.db", Path(folder) / "whole.db"
        MlflowClient(f"sqlite:///{scratch.as_posix()}").search_experiments(max_results=1)
        shutil.copyfile(scratch, whole)  # the first is still open, which Windows does not rename
        if not file.exists():  # another process may have been faster
            whole.replace(file)


def _apply_settings() -> None:
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)


@contextmanager
def _impatience() -> Iterator[None]:
    """Let MLflow give up early on a server that does not answer."""
    given = {name: os.environ.get(name) for name in _FIRST_QUESTION}
    os.environ.update({name: value for name, value in _FIRST_QUESTION.items() if not given[name]})
    try:
        yield
    finally:
        for name, value in given.items():
            if value is None:
                os.environ.pop(name, None)


@contextmanager
def quiet_mlflow() -> Iterator[None]:
    """Keep MLflow from printing hints and migrations that our users can do nothing about."""
    names = ("mlflow", "mlflow.tracking", "mlflow.store.db.utils", "alembic")
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="mlflow")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
