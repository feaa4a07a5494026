"""Where parallel work runs: in threads or processes here, or on a Dask cluster."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from pat.errors import InputError, StoreError

if TYPE_CHECKING:
    from distributed import Client

#: Seconds to wait for a scheduler to answer, and for the first worker.
_ANSWERS_WITHIN_S = 10


@contextmanager
def running_on(backend: str, *, scheduler: str | None = None) -> Iterator[None]:
    """Run joblib's parallel work on a backend while the block lasts.

    Parameters
    ----------
    backend : "threading", "loky" or "dask"
    scheduler : str, optional
        Address of a Dask scheduler, such as tcp://10.0.0.5:8786.

    Raises
    ------
    InputError
        If there is no such scheduler, it has no workers, or Dask is not installed.
    StoreError
        If the cluster, or a process here, is lost on the way.
    """
    if backend != "dask":
        with joblib.parallel_config(backend, n_jobs=-1):
            try:
                yield
            except TerminatedWorkerError as error:
                msg = (
                    "a process that shared the work was ended from outside, most likely by the "
                    "system for want of memory; nothing half-written is left; free memory, then "
                    "start the command again"
                )
                raise StoreError(msg) from error
        return
    with _client(scheduler) as client, joblib.parallel_config("dask", client=client):
        try:
            yield
        except _lost() as error:
            msg = (
                f"{scheduler}: the cluster was lost on the way ({type(error).__name__}: {error}); "
                "nothing half-written is left; start the command again when it is back"
            )
            raise StoreError(msg) from error


def _client(scheduler: str | None) -> "Client":
    """Return a client of a scheduler that answers and has workers."""
    if scheduler is None:
        msg = "--backend dask: expected --scheduler tcp://HOST:PORT; got none"
        raise InputError(msg)
    try:
        from distributed import Client
    except ImportError as error:
        msg = "--backend dask needs the extra dask: pip install 'raman-pat[dask]'"
        raise InputError(msg) from error
    _silence_dask()
    try:
        client = Client(scheduler, timeout=_ANSWERS_WITHIN_S)
    except (OSError, TimeoutError, ValueError) as error:
        msg = f"--scheduler {scheduler}: expected a Dask scheduler; none answers ({error})"
        raise InputError(msg) from error
    try:
        client.wait_for_workers(1, timeout=_ANSWERS_WITHIN_S)
    except TimeoutError as error:
        client.close()
        msg = f"--scheduler {scheduler}: expected workers; got none: start dask worker {scheduler}"
        raise InputError(msg) from error
    return client


def _silence_dask() -> None:
    """Keep Dask from telling of a lost cluster in pages; ours is one line.

    Its loggers have levels of their own, so that the one above them does not count.
    """
    for name in [*logging.root.manager.loggerDict]:
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _lost() -> tuple[type[BaseException], ...]:
    """Return the errors that say a cluster is gone."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    return CancelledError, KilledWorker, CommClosedError, TimeoutError
