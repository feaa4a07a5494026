"""Messages into files of the drop folder, on disk before anybody is told so."""

import hashlib
import os
import sys
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from pat.readers.formats import FILE_SUFFIXES
from pat.whole_file import write_whole

_LONGEST = 100  # characters of a folder's name; file systems take 255 bytes
_DEEPEST = 16


class Spool:
    """The drop folder, as a feed sees it.

    Parameters
    ----------
    folder : Path
        The drop folder, or one in it that is the feed's own: there no message can pass for a
        companion of the drop folder, such as index.csv.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, content: bytes) -> bool:
        """Write a file and return whether it is new; it is on disk when this returns.

        A file of that name is left as it is: the sender has sent it again.

        Raises
        ------
        OSError
            If it cannot be written; then there is no such file.
        """
        path = self.folder / name
        if path.is_file():
            _sync(path.parent)  # it may be there since a moment before the power went
            return False
        self._make(path.parent)
        write_whole(path, content, scratch=path.with_name(f".{path.name}.tmp"))
        _sync(path.parent)
        return True

    def put_message(self, topic: str, content: bytes, *, file_suffixes: frozenset[str]) -> bool:
        """Write a message as a file: JSON, or the very file whose name the topic ends with.

        A second file of one name lies in a sub-folder of its own.
        """
        *levels, last = topic.split("/")
        suffix = PurePosixPath(last).suffix
        if suffix.lower() not in file_suffixes:
            return self.put(message_name(topic, content), content)
        above = [_folder_name(level) for level in levels[: _DEEPEST - 1]]
        name = _file_name(last)
        if not name.endswith(suffix):  # too long: the hash alone would be no file of any format
            name += suffix
        there = self.folder.joinpath(*above, name)
        if there.is_file() and there.read_bytes() != content:
            above.append(_digest(topic, content))
        return self.put("/".join([*above, name]), content)

    def has(self, name: str) -> bool:
        """Return whether a file of that name was put here before."""
        return (self.folder / name).is_file()

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir(exist_ok=True)
            _sync(folder.parent)


def message_name(topic: str, content: bytes) -> str:
    """Return the file name of a message: its topic as folders, then a hash of both.

    No topic leads out of the folder, and a message that comes again has the same name.

    >>> message_name("raman/V01", b"{}")
    'raman/V01/1b8ab3a1b1a8d3b5d9fd7f2a9d7ab4de.json'
    """
    levels = [_folder_name(level) for level in topic.split("/")[:_DEEPEST]]
    return "/".join([*levels, _digest(topic, content) + ".json"])


def _folder_name(level: str) -> str:
    """Return a name that no message's file has: such a file would bar the folder for good."""
    safe = _file_name(level)
    stem, dot, suffix = safe.rpartition(".")
    return f"{stem}%2E{suffix}" if f"{dot}{suffix}".lower() in FILE_SUFFIXES else safe


def _file_name(level: str) -> str:
    safe = quote(level, safe=" ,+") or "-"
    safe = f"%2E{safe[1:]}" if safe.startswith(".") else safe
    return safe if len(safe) <= _LONGEST else hashlib.sha256(level.encode()).hexdigest()[:32]


def _digest(topic: str, content: bytes) -> str:
    return hashlib.sha256(topic.encode() + b"\0" + content).hexdigest()[:32]


def _sync(folder: Path) -> None:
    """Have a folder's entries on disk; Windows writes them by itself and knows no such call."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
