"""A small file that is read again when it changes, and kept as it was while it is at fault."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from pat.errors import InputError
from pat.stream.folder_scan import stamp_of

log = logging.getLogger(__name__)

Content = TypeVar("Content")


class Reread(Generic[Content]):
    """What a file says, now or when it last was without fault.

    Parameters
    ----------
    path : Path
    parse : callable
        Returns the content; raises InputError where the file is at fault. It is called for a
        file that is not there, too.

    Raises
    ------
    InputError
        If the file is at fault at the start.
    """

    def __init__(self, path: Path, parse: Callable[[Path], Content]) -> None:
        self._path = path
        self._parse = parse
        self._stamp = stamp_of(path)
        self.content = parse(path)

    def refresh(self) -> Content | None:
        """Return the content before, where there is a new one now; else None."""
        stamp = stamp_of(self._path)
        if stamp == self._stamp:
            return None
        self._stamp = stamp
        before = self.content
        try:
            self.content = self._parse(self._path)
        except InputError as error:
            log.warning("%s changed and is at fault; what it said before holds: %s",
                        self._path.name, error)  # fmt: skip
            return None
        return None if self.content == before else before
