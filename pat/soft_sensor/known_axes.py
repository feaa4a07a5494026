"""Axes that a sensor saw last, with what scores their spectra."""

from typing import TYPE_CHECKING

import numpy as np

from pat.arrays import FloatArray
from pat.soft_sensor.block_scorer import BlockScorer
from pat.spectra import AxisKind

if TYPE_CHECKING:
    from pat.soft_sensor.sensor import SoftSensor

_AXES = 4  # that a sensor remembers


class KnownAxes:
    """What a sensor makes of the axes that it saw last: spectrometers keep theirs.

    Nothing of it is part of the sensor: a copy in another process begins anew.
    """

    def __init__(self) -> None:
        self._known: tuple[tuple[AxisKind, FloatArray, BlockScorer | str], ...] = ()

    def __reduce__(self) -> tuple[type["KnownAxes"], tuple[()]]:
        return KnownAxes, ()

    def scorer(self, sensor: "SoftSensor", axis: FloatArray, kind: AxisKind) -> "BlockScorer | str":
        """Return what scores spectra on an axis, or in words why they cannot be scored."""
        for known_kind, known, found in self._known:
            if known_kind is kind and np.array_equal(known, axis):
                return found
        true = sensor.input_axis.true(axis)
        made = sensor.input_axis.misfit(true, kind) or BlockScorer(sensor, true)
        self._known = ((kind, axis.copy(), made), *self._known[: _AXES - 1])
        return made
