"""`pat results`: predictions out of a results database into Parquet, and old ones out of it."""

from datetime import datetime
from pathlib import Path

from pat.errors import InputError, StoreError
from pat.report.counted import counted
from pat.stream.archive import archive
from pat.stream.database import open_database, shown, sqlite_files
from pat.stream.schema import prepare


def run(results: str, *, out: Path, before: str | None = None, delete: bool = False) -> None:
    """Write predictions to a Parquet file, and delete them where asked.

    Raises
    ------
    InputError
        If the address, the time or the file is at fault.
    StoreError
        If the database does not answer, or a sink has yet to publish what is to be deleted.
    """
    if delete and before is None:
        msg = "--delete: expected --before TIME with it; the newest rows are what sinks start from"
        raise InputError(msg)
    files = sqlite_files(results) if results.startswith("sqlite") else frozenset()
    if files and not any(path.is_file() for path in files):
        msg = f"{results}: there is no such database"
        raise StoreError(msg)
    engine = open_database(results)
    try:
        prepare(engine)
        found = archive(engine, out, before=_instant(before), deletes=delete)
    finally:
        engine.dispose()
    print(f"{counted(found.n_written, 'prediction')} of {shown(engine.url)} -> {out}")
    if delete:
        print(f"{found.n_deleted} deleted; the journal of files stays, nothing is scored again")


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        msg = f"--before: expected a time such as 2026-03-03T00:00:00Z; got {text!r}"
        raise InputError(msg)
    return instant
