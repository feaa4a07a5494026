"""The files that were given: single ones, and all of a folder but what is no one's business."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pat.errors import InputError

#: Files that are not whole yet, or that programs leave beside those of people.
PASSING = (".tmp", ".part", ".lock", ".bak")
NOT_FILES_OF_PEOPLE = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and what it is called in reports: its path inside the folder that was given."""

    path: Path
    name: str  # with forward slashes

    def sha256(self) -> str:
        """Return the SHA-256 of its bytes."""
        with self.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()


def find_sources(given: Sequence[Path]) -> list[Source]:
    """Return every file that was given or lies in a folder that was, in order of its name.

    Raises
    ------
    InputError
        If something that was given is not there, or there is no file at all.
    """
    missing = [str(path) for path in given if not path.exists()]
    if missing:
        msg = f"expected files and folders; there is no {', '.join(missing)}"
        raise InputError(msg)
    several = len([path for path in given if path.is_dir()]) > 1
    found: dict[Path, Source] = {}
    taken: set[str] = set()
    for path in given:
        root = f"{path.resolve().name}/" if several and path.is_dir() else ""
        for file, inside in _files(path):
            if file.resolve() not in found:
                name = _free(f"{root}{inside}", taken)
                taken.add(name)
                found[file.resolve()] = Source(file, name)
    if not found:
        msg = f"expected files; {', '.join(map(str, given))} holds none"
        raise InputError(msg)
    return list(found.values())


def _files(path: Path) -> list[tuple[Path, str]]:
    """Return a file itself, or the files of a folder, with their paths inside it."""
    if path.is_file():
        return [(path, path.name)]
    inside = [(file, file.relative_to(path)) for file in sorted(path.rglob("*"))]
    return [(file, name.as_posix()) for file, name in inside
            if file.is_file() and not is_passing(name)]  # fmt: skip


def _free(name: str, taken: set[str]) -> str:
    """Return a name that is not taken: that of another folder's file gets a number before it."""
    number = 2
    free = name
    while free in taken:
        free = f"{number}/{name}"
        number += 1
    return free


def is_passing(path: Path) -> bool:
    """Return whether a file is hidden, not whole yet, or a program's own."""
    hidden = any(part.startswith((".", "~$")) for part in path.parts)
    return hidden or path.suffix.lower() in PASSING or path.name.lower() in NOT_FILES_OF_PEOPLE
