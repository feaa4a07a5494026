"""What lies in a drop folder, listed lazily, sub-folders too."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pat.stream.records import FileVersion
from pat.stream.settling import Stamp

#: Files of the drop folder that are no spectra (contract 1).
COMPANIONS = frozenset({"index.csv", "campaign.toml", "online.csv", "assays.csv"})

_UNFINISHED = (".tmp", ".part")


def is_ignored(path: str) -> bool:
    """Return whether a file is no spectrum by its name: unfinished, hidden, or a companion.

    >>> is_ignored("V01.csv.tmp"), is_ignored("round/index.csv"), is_ignored("index.csv")
    (True, False, True)
    """
    parts = PurePosixPath(path).parts
    return (
        path in COMPANIONS
        or path.lower().endswith(_UNFINISHED)
        or any(part.startswith(".") for part in parts)
    )


def walk(folder: Path) -> Iterator[tuple[str, Stamp]]:
    """Yield every file below `folder` that may be a spectrum, by relative path, unsorted.

    Links are yielded, never followed. A sub-folder that cannot be listed, or is gone by now, is
    passed over: the next walk may have more luck.

    Raises
    ------
    OSError
        If `folder` itself cannot be listed.
    """
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        try:
            with os.scandir(folder / inside) as entries:
                for entry in entries:
                    path = f"{inside}/{entry.name}" if inside else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting += [] if is_ignored(path) else [path]
                    elif not is_ignored(path) and (stamp := stamp_of(folder / path)):
                        yield path, stamp
        except OSError:
            if not inside:
                raise


def stamp_of(path: Path) -> Stamp | None:
    """Return how a file or link looks now; None where there is none."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return None
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode)):
        return None
    return Stamp(status.st_size, status.st_mtime_ns)


def version_of(path: str, stamp: Stamp) -> FileVersion:
    """Return a file and how it looks as one."""
    return FileVersion(path, stamp.size, stamp.mtime_ns)
