"""Workspace: memory that a kernel writes to again and again, with its views made ready.

Fresh memory for a hundred spectra comes from the operating system page by page, which takes
longer than filling it; and for one spectrum, making views takes as long as multiplying.
"""

import threading
from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.soft_sensor.folding.few_rows import rows_at_once
from pat.soft_sensor.folding.layout import Layout

#: Channels, of which one says how large a spectrum is.
EVERY = 16


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """Memory for so many spectra; what stands in it lasts until the thread asks again.

    Parameters
    ----------
    used : ndarray of shape (n_rows, width)
        Channels in use, with zeros around them.
    windows : ndarray of shape (n_blocks, 1, n_rows, width of a window)
        The same numbers as the blocks of the layout multiply them.
    few : ndarray of shape (n_rows / at_once, at_once, width)
        The same, a few rows at a time.
    some : ndarray of shape (n_rows, width / 16)
        One number in so many of them.
    filtered : ndarray of shape (n_filters, n_rows, n_places)
    placed : ndarray of shape (n_blocks, n_filters, n_rows, n_out)
        The same memory, as the blocks give it.
    """

    used: FloatArray
    windows: FloatArray
    few: FloatArray
    some: FloatArray
    filtered: FloatArray
    placed: FloatArray


class Workspace(threading.local):
    """Rooms of one layout, a set for each thread."""

    def __init__(self, where: Layout) -> None:
        self._where = where
        self._most = 0
        self._rooms: dict[int, Room] = {}

    def room(self, n_rows: int) -> Room:
        """Return room for a number of rows that is a `whole` one."""
        found = self._rooms.get(n_rows)
        if found is None:
            if n_rows > self._most:
                self._take_memory(n_rows)
            found = self._rooms[n_rows] = self._room(n_rows)
        return found

    def _take_memory(self, n_rows: int) -> None:
        where = self._where
        self._most, self._rooms = n_rows, {}
        self._used = np.zeros((n_rows, where.width))
        self._filtered = np.zeros(where.n_filters * n_rows * where.n_places)

    def _room(self, n_rows: int) -> Room:
        where = self._where
        n_blocks, n_filters, width, n_out = where.blocks.shape
        used = self._used[:n_rows]
        row, item = used.strides
        windows: FloatArray = np.ndarray(  # they overlap
            (n_blocks, 1, n_rows, width), strides=(where.stride * item, 0, row, item), buffer=used
        )
        filtered = self._filtered[: n_filters * n_rows * where.n_places]
        blocks = filtered.reshape(n_filters, n_rows, n_blocks, n_out)
        return Room(
            used=used,
            windows=windows,
            few=used.reshape(-1, rows_at_once(n_rows), where.width),
            some=used[:, ::EVERY],
            filtered=filtered.reshape(n_filters, n_rows, where.n_places),
            placed=blocks.transpose(2, 0, 1, 3),
        )
