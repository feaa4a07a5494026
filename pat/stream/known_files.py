"""The files that need no second look, in eight bytes each."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

import numpy as np

from pat.stream.records import FileVersion

_MASK = (1 << 64) - 1


class KnownFiles:
    """A set of file versions that stays small: a folder is polled for weeks.

    It keeps a 64-bit hash of each, sorted. Among a million files the chance that any two share
    one is below 1 in 10 million.
    """

    def __init__(self, files: Iterable[FileVersion] = ()) -> None:
        hashes = np.fromiter(map(_hash, files), dtype=np.uint64)
        self._hashes = array("Q", np.unique(hashes).tobytes())

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, file: FileVersion) -> bool:
        place = bisect_left(self._hashes, _hash(file))
        return place < len(self._hashes) and self._hashes[place] == _hash(file)

    def add(self, file: FileVersion) -> None:
        """Remember a file version."""
        if file not in self:
            self._hashes.insert(bisect_left(self._hashes, _hash(file)), _hash(file))

    def discard(self, file: FileVersion) -> None:
        """Forget a file version, so that it is read again."""
        if file in self:
            del self._hashes[bisect_left(self._hashes, _hash(file))]


def _hash(file: FileVersion) -> int:
    return hash(file) & _MASK
