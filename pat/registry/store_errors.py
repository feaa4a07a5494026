"""What MLflow, its database, its server and the disk raise, as one clear message."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pat.errors import StoreError

T = TypeVar("T")

#: Words of an error of another library, in lower case, and what to tell the user instead.
_KNOWN = (
    (("database is locked",), "is locked by another process; wait for it or end it"),
    (("readonly database", "read-only file", "permission denied"), "cannot be written"),
    (
        ("database or disk is full", "no space left"),
        "has no room left on its disk; make room",
    ),
    (
        ("max retries exceeded", "connection refused", "timed out", "could not connect"),
        "does not answer; check the address and that the server runs",
    ),
    (
        ("file is not a database", "unable to open database file"),
        "is no database that can be opened; check the address",
    ),
)


@contextmanager
def store_errors(address: str, *, consequence: str = "") -> Iterator[None]:
    """Turn what goes wrong in a store into one StoreError.

    Parameters
    ----------
    address : str
        The store's, as it may be shown.
    consequence : str
        What the failure means for the work at hand: "nothing was registered".
    """
    import sqlite3

    from mlflow.exceptions import MlflowException
    from requests.exceptions import RequestException
    from sqlalchemy.exc import SQLAlchemyError

    expected = (
        MlflowException, SQLAlchemyError, RequestException, OSError, sqlite3.Error, ImportError
    )  # fmt: skip
    try:
        yield
    except expected as error:
        raise StoreError(store_message(address, error, consequence=consequence)) from error


def store_message(address: str, error: BaseException, *, consequence: str = "") -> str:
    """Return one sentence that says what is wrong with a store, and what it means."""
    text = str(error).strip()
    first_line = text.splitlines()[0] if text else repr(error)
    found = [said for words, said in _KNOWN if any(word in text.lower() for word in words)]
    what = found[0] if found else f"does not do what it should: {first_line}"
    if isinstance(error, ImportError):
        what = f"needs a database driver that is not installed ({first_line})"
    end = f"; {consequence}" if consequence else ""
    return f"the MLflow store {address} {what}{end}"


def none_if_missing(ask: Callable[[], T]) -> T | None:
    """Return what a question to the store answers; None where there is no such thing."""
    from mlflow.exceptions import MlflowException

    try:
        return ask()
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return None
        raise
