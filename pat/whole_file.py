"""Files that are there whole or not at all, also after a power cut."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, *, scratch: Path) -> None:
    """Write a file under another name of its folder, put it on the disk and rename it.

    Raises
    ------
    OSError
        If it cannot be written; what stood there before stays, and the scratch file is gone.
    """
    try:
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
