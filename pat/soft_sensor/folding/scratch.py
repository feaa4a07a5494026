"""Scratch: memory of a thread that kernels write to again and again.

Fresh memory for a hundred spectra comes from the operating system page by page, which takes
longer than filling it.
"""

import threading
from math import prod

import numpy as np

from pat.arrays import FloatArray


class Scratch(threading.local):
    """Arrays by name, one set a thread; each lasts until its name is asked for again."""

    def __init__(self) -> None:
        self._held: dict[str, FloatArray] = {}

    def array(self, name: str, shape: tuple[int, ...]) -> FloatArray:
        """Return an array of a shape: zeros at first, later what was left in that memory."""
        size = prod(shape)
        held = self._held.get(name)
        if held is None or held.size < size:
            held = self._held[name] = np.zeros(size)
        return held[:size].reshape(shape)
