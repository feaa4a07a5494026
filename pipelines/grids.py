"""Grids: the regions of an axis that a recipe works on, with an even step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pat.arrays import FloatArray
from pat.preprocessing import regular_grid
from pat.spectra import AxisKind

Regions = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Regions of an axis and the even grid over them that a recipe works on.

    Parameters
    ----------
    name : str
    axis : ndarray of shape (n_channels,)
        Of the spectra that come in.
    values : ndarray of shape (n_grid,)
    step : float
    kind : AxisKind
    """

    name: str
    axis: FloatArray
    values: FloatArray
    step: float
    kind: AxisKind

    def window(self, width: float, *, min_channels: int) -> float:
        """Return a window of this width, widened where it would hold too few channels.

        A width is in cm-1, or in channels on a wavelength axis.
        """
        unit = self.step if self.kind == AxisKind.WAVELENGTH else 1.0
        return max(width * unit, min_channels * self.step)

    def covers(self, band: tuple[float, float]) -> bool:
        """Return whether the whole band lies on the grid."""
        inside = self.values[(self.values >= band[0]) & (self.values <= band[1])]
        return bool(inside.size * self.step > 0.98 * (band[1] - band[0]))


def grids(
    axis: FloatArray,
    kind: AxisKind,
    *,
    regions: Sequence[Regions],
    min_covered: float,
    finest_step: float,
) -> Iterator[Grid]:
    """Yield a grid for each choice of regions that an axis covers.

    Regions are cut to the axis; where it covers none of them, it is taken whole.

    Parameters
    ----------
    axis : ndarray of shape (n_channels,)
    kind : AxisKind
    regions : sequence of Regions
    min_covered : float
        Share of each region that the axis must cover.
    finest_step : float
        Smallest step on an axis in cm-1; the axis' own mean step where that is larger.
    """
    steps = np.abs(np.diff(axis))
    step = float(np.mean(steps[steps <= 2.5 * np.median(steps)])) if steps.size else 1.0
    if kind != AxisKind.WAVELENGTH:
        step = max(step, finest_step)
    low, high = float(axis.min()), float(axis.max())
    cut = [_cut(wanted, low, high, min_covered) for wanted in regions]
    whole: Regions = ((low, high),)
    for part in [found for found in cut if found is not None] or [whole]:
        values = regular_grid(_from_channels(part, axis), round(step, 6))
        yield Grid(name=_name(part), axis=axis, values=values, step=step, kind=kind)


def _cut(regions: Regions, low: float, high: float, min_covered: float) -> Regions | None:
    """Return the regions cut to the axis, None where one of them is hardly covered."""
    cut = tuple((max(a, low), min(b, high)) for a, b in regions)
    enough = all(
        inside[1] - inside[0] >= min_covered * (b - a)
        for inside, (a, b) in zip(cut, regions, strict=True)
    )
    return cut if enough else None


def _from_channels(regions: Regions, axis: FloatArray) -> Regions:
    """Return the regions, each from its first channel: an even axis is then kept as it is."""
    return tuple((float(axis[axis >= low].min()), high) for low, high in regions)


def _name(regions: Regions) -> str:
    return " + ".join(f"{low:.0f}-{high:.0f}" for low, high in regions)
