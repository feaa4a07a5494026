"""Rows after the first steps of a recipe, computed once for the recipes that begin alike."""

import pickle
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Any

import joblib
import numpy as np
from sklearn.base import clone

from pat.arrays import FloatArray

#: Recipes come in an order in which neighbours begin alike, so few are worth keeping.
N_KEPT = 3


class SharedRows:
    """Keeps what the last few beginnings of recipes made of one array of spectra.

    It belongs to one search, whose spectra do not change. Sent to another process it becomes
    the one of that process: spectra come there as read-only files, known by their place.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spectra: FloatArray | None = None
        self._place: Hashable = None
        self._kept: OrderedDict[Hashable, FloatArray] = OrderedDict()

    def after(self, steps: Sequence[Any], spectra: FloatArray) -> FloatArray:
        """Return spectra (n_samples, n_channels) after unfitted row-wise steps.

        The result may be shared: it is not to be written to.
        """
        try:
            beginnings = [joblib.hash(steps[: count + 1]) for count in range(len(steps))]
        except pickle.PicklingError:  # a function of somebody's own, which has no digest
            beginnings = [object() for _ in steps]
        with self._lock:
            self._keep_for(spectra)
            known = [count for count, key in enumerate(beginnings) if key in self._kept]
            done = known[-1] + 1 if known else 0
            rows = self._kept[beginnings[done - 1]] if done else spectra
            for step, key in zip(steps[done:], beginnings[done:], strict=True):
                rows = np.asarray(clone(step).fit_transform(rows))
                self._kept[key] = rows
            for key in beginnings[-1:]:
                self._kept.move_to_end(key)
            while len(self._kept) > N_KEPT:
                self._kept.popitem(last=False)
        return rows

    def __reduce__(self) -> tuple[Any, ...]:
        return _of_this_process, ()

    def _keep_for(self, spectra: FloatArray) -> None:
        """Forget everything where these are not the spectra of before."""
        place = _place(spectra)
        if place != self._place:
            self._kept.clear()
            self._place = place
        self._spectra = spectra  # held, so that no other array comes to lie at its place


def _place(spectra: FloatArray) -> Hashable:
    """Return where an array lies: what two openings of one mapped file have in common."""
    if isinstance(spectra, np.memmap):
        return (str(spectra.filename), spectra.offset, spectra.shape, spectra.strides)
    return id(spectra)


_HERE = SharedRows()


def _of_this_process() -> SharedRows:
    return _HERE
