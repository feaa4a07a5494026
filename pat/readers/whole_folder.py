"""A folder that comes into being whole or not at all."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pat.errors import InputError, StoreError


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, renamed to `folder` when the block ends without an error.

    Raises
    ------
    InputError
        If the folder exists and is not empty.
    StoreError
        If it cannot be written; nothing is left behind.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        msg = f"expected a folder that does not exist yet; got {folder}"
        raise InputError(msg)
    part: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
        part.chmod(0o755)
        yield part
        if folder.exists():
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        msg = f"cannot write {folder}: {error.strerror or error}"
        raise StoreError(msg) from error
    finally:
        if part is not None and part.exists():
            shutil.rmtree(part, ignore_errors=True)
