"""Treatments: ways to preprocess the spectra of a grid, each a scikit-learn Pipeline."""

from collections.abc import Callable
from dataclasses import dataclass

from sklearn.base import TransformerMixin
from sklearn.pipeline import Pipeline

from pat.arrays import FloatArray
from pat.preprocessing import EMSC, MSC, SNV, ArPLS, BandNormalise, Resample, SavitzkyGolay
from pat.spectra import AxisKind
from pipelines.grids import Grid

MIN_WINDOW = 7  # channels in a smoothing window
#: Bands that every good spectrum has, their feet included: the bending of water at 1640 cm-1,
#: the strongest line of the probe's sapphire at 750.
STANDARDS = {"water": (1550.0, 1750.0), "sapphire": (735.0, 765.0)}


@dataclass(frozen=True, slots=True)
class Treatment:
    """Steps on an even grid, in this order: background, internal standard, filter, scatter.

    Parameters
    ----------
    deriv : int
        Order of the Savitzky-Golay derivative; 0 smooths.
    window : float
        Of the filter.
    scatter : "SNV", "MSC", "EMSC" or None
    stiffness : float or None
        Of an arPLS baseline; None: none is subtracted.
    standard : "water", "sapphire" or None
        Divide by this band first: the internal standard where SNV would wash out the total
        signal.
    """

    deriv: int
    window: float
    scatter: str | None = None
    stiffness: float | None = None
    standard: str | None = None

    @property
    def name(self) -> str:
        """The treatment in words: `d1 25, SNV`."""
        parts = [f"arPLS {self.stiffness:g}"] if self.stiffness else []
        parts += [self.standard] if self.standard else []
        parts += [f"d{self.deriv} {self.window:g}"]
        parts += [self.scatter] if self.scatter else []
        return ", ".join(parts)

    def over(self, grid: Grid) -> Pipeline | None:
        """Return the recipe on a grid, None where the grid has not what it needs."""
        band = STANDARDS[self.standard] if self.standard else None
        if band and not (grid.kind == AxisKind.RAMAN_SHIFT and grid.covers(band)):
            return None
        axis, window = grid.values, grid.window(self.window, min_channels=MIN_WINDOW)
        steps: list[tuple[str, TransformerMixin]] = [("resample", Resample(grid.axis, axis))]
        if self.stiffness:
            steps.append(
                ("baseline", ArPLS(grid.window(self.stiffness, min_channels=MIN_WINDOW), axis))
            )
        if self.standard and band:
            steps.append((self.standard, BandNormalise(band, axis)))
        steps.append(("savgol", SavitzkyGolay(window, 2, deriv=self.deriv, axis=axis)))
        if self.scatter:
            steps.append(("scatter", SCATTER[self.scatter](axis)))
        return Pipeline(steps)


SCATTER: dict[str, Callable[[FloatArray], TransformerMixin]] = {
    "SNV": lambda axis: SNV(),
    "MSC": lambda axis: MSC(),
    "EMSC": lambda axis: EMSC(2, axis),
}
