"""Where runs and models are kept: one address, asked once, before any work is done."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

from pat.errors import StoreError

if TYPE_CHECKING:
    from mlflow import MlflowClient

DEFAULT_FOLDER = Path("mlruns")

# A server that is down must be told in seconds; MLflow's own default tries for minutes.
_PATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1", "MLFLOW_HTTP_REQUEST_TIMEOUT": "20"}


@dataclass(frozen=True, slots=True)
class Tracking:
    """An MLflow store that has answered.

    Parameters
    ----------
    uri : str
        Address of the tracking store and the registry.
    artifact_root : str or None
        Where new experiments keep their artifacts; None: the server decides.
    """

    uri: str
    artifact_root: str | None

    @property
    def client(self) -> "MlflowClient":
        """A client of this store."""
        from mlflow import MlflowClient

        return MlflowClient(self.uri, registry_uri=self.uri)

    def experiment_id(self, name: str) -> str:
        """Return the id of the experiment of this name, made where there is none."""
        import mlflow

        found = self.client.get_experiment_by_name(name)
        if found is not None and found.lifecycle_stage == "active":
            return str(found.experiment_id)
        if found is not None:
            self.client.restore_experiment(found.experiment_id)
            return str(found.experiment_id)
        location = None
        if self.artifact_root is not None:
            location = f"{self.artifact_root}/{name}"
        return str(mlflow.create_experiment(name, artifact_location=location))


def open_tracking(uri: str | None = None) -> Tracking:
    """Return the store at `uri`, after it has answered.

    Parameters
    ----------
    uri : str or None
        None: SQLite in mlruns/ of the working folder, artifacts beside it. A path to a SQLite
        file keeps its artifacts in artifacts/ beside the file; a server decides for itself.

    Raises
    ------
    StoreError
        If the store cannot be reached, opened or written.
    """
    address = uri or f"sqlite:///{(DEFAULT_FOLDER / 'mlflow.db').resolve().as_posix()}"
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    for name, value in _PATIENCE.items():
        os.environ.setdefault(name, value)
    artifact_root = _prepare_sqlite(address) if address.startswith("sqlite:") else None
    _silence_schema_messages()
    import mlflow

    with store_errors(address):
        mlflow.set_tracking_uri(address)
        mlflow.set_registry_uri(address)
        tracking = Tracking(address, artifact_root)
        tracking.client.search_experiments(max_results=1)
    return tracking


@contextmanager
def store_errors(address: str) -> Iterator[None]:
    """Turn what MLflow, SQLAlchemy and the disk raise into one clear StoreError."""
    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, RequestException, OSError) as error:
        first_line = str(error).strip().splitlines()[0] if str(error).strip() else repr(error)
        msg = (
            f"the MLflow store {address} does not do what it should: {first_line}. "
            f"Check the address, that it can be written and that the disk has room; "
            f"nothing was registered"
        )
        raise StoreError(msg) from error


def _prepare_sqlite(address: str) -> str:
    """Make the folder of a SQLite store and return the folder of its artifacts as a URI."""
    path = Path(urlparse(address).path.removeprefix("/"))
    file = path if path.is_absolute() else path.resolve()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and not os.access(file, os.W_OK):
            msg = f"{file} cannot be written"
            raise PermissionError(msg)
    except OSError as error:
        msg = f"the MLflow store {address} cannot be used: {error}"
        raise StoreError(msg) from error
    return (file.parent / "artifacts").as_uri()


def _silence_schema_messages() -> None:
    """Keep MLflow's database migrations from printing a page at first use."""
    import logging

    for name in ("alembic", "alembic.runtime.migration", "mlflow.store.db.utils"):
        logging.getLogger(name).setLevel(logging.WARNING)
