"""Spiking on paper: what a sensor makes of a known amount added to real spectra.

A sensor that reads its analyte answers an addition one to one and does not answer to others.
One that reads what merely comes and goes with the analyte does not, however small its error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import InputError

#: Recovery within this of one: the sensor reads the analyte itself.
_DIRECT = 0.15
#: And at each stage of the culture within this of one: too little early and too much late is a mean
#: of one, and no direct reading.
_DIRECT_AT_A_STAGE = 0.30
#: Recovery further than this from one: what it reads is mostly something else.
_INDIRECT = 0.50
#: Share of the assays' variance that culture age explains, from which on the two cannot be told
#: apart in the calibration: what the sensor learnt of one may be the other.
_TIED_TO_AGE = 0.65


class Specificity(StrEnum):
    """What a sensor reads."""

    DIRECT = "direct"
    PARTLY_INDIRECT = "partly indirect"
    INDIRECT = "indirect"


@dataclass(frozen=True, slots=True, eq=False)
class Spiking:
    """How predictions answer to additions.

    Parameters
    ----------
    analyte : str
    response : DataFrame of shape (n_stages, n_components)
        Change of the prediction over the amount added; the analyte's own column is its
        recovery, the others' are cross-sensitivities.
    ranges : mapping of component to float
        How far each runs in the cultures, in the unit of its addition.
    explained_by_age : float or None
        Share of the assays' variance that a guess from culture age explains in cultures held
        out; None where ages are not known.
    """

    analyte: str
    response: pd.DataFrame
    ranges: Mapping[str, float]
    explained_by_age: float | None = None

    @property
    def recovery(self) -> float:
        """Share of an addition that is found, mean over the stages of the culture."""
        return float(self.response[self.analyte].mean())

    @property
    def is_found(self) -> bool:
        """Whether at least half of an addition is found, and not half as much again."""
        return abs(self.recovery - 1) <= _INDIRECT

    @property
    def is_found_whole(self) -> bool:
        """Whether all of an addition is found, on the whole and at each stage of the culture."""
        stages = np.abs(self.response[self.analyte] - 1)
        return bool(abs(self.recovery - 1) <= _DIRECT and stages.max() <= _DIRECT_AT_A_STAGE)

    @property
    def tied_to_age(self) -> bool:
        """Whether the assays follow culture age too closely to be told from it."""
        return self.explained_by_age is not None and self.explained_by_age >= _TIED_TO_AGE

    @property
    def verdict(self) -> Specificity:
        """Indirect where half of an addition is missed, direct where all of it is found throughout.

        What is found whole but was calibrated on assays tied to culture age is partly
        indirect: a culture off the usual course is then the first to show the difference.
        """
        if not self.is_found:
            return Specificity.INDIRECT
        if not self.is_found_whole or self.tied_to_age:
            return Specificity.PARTLY_INDIRECT
        return Specificity.DIRECT

    @property
    def moved_by(self) -> dict[str, float]:
        """By how much each other component moves the sensor over its own range, largest first."""
        others = self.response.drop(columns=self.analyte)
        moved = {
            str(name): float(np.abs(others[name]).mean() * self.ranges.get(str(name), np.nan))
            for name in others
        }
        known = {name: size for name, size in moved.items() if np.isfinite(size)}
        return dict(sorted(known.items(), key=lambda item: -item[1]))

    @property
    def meaning(self) -> str:
        """The outcome in one sentence."""
        found = f"{self.recovery:.0%} of an addition is found"
        stages = ", ".join(
            f"{stage}: {share:.0%}" for stage, share in self.response[self.analyte].items()
        )
        text = f"the sensor reads its analyte {_ADVERBS[self.verdict]}: {found} ({stages})"
        if self.tied_to_age:
            return (
                f"{text}, but culture age explains {self.explained_by_age:.0%} of the assays it "
                "learnt from, which cannot tell the two apart"
            )
        return text


_ADVERBS = {
    Specificity.DIRECT: "directly",
    Specificity.PARTLY_INDIRECT: "partly through what comes and goes with it",
    Specificity.INDIRECT: "through what comes and goes with it, not by its own signal",
}


def spiking(
    predict: Callable[[FloatArray], FloatArray],
    spectra: FloatArray,
    stages: pd.Series,
    *,
    pure: pd.DataFrame,
    analyte: str,
    ranges: Mapping[str, float],
    explained_by_age: float | None = None,
) -> Spiking:
    """Return how predictions answer to additions at each stage of the culture.

    Parameters
    ----------
    predict : callable
        From intensities (n, n_channels) to values (n,).
    spectra : ndarray of shape (n_spectra, n_channels)
        Real spectra to add to.
    stages : Series of n_spectra texts
        The stage of the culture each belongs to.
    pure : DataFrame of shape (n_components, n_channels)
        What one unit of each component adds to a spectrum, in its intensity.
    analyte : str
        The component that the sensor is for.
    ranges : mapping of component to float
        How far each runs in the cultures; a tenth of it is added and taken away.
    explained_by_age : float, optional
        As in `Spiking`.

    Raises
    ------
    InputError
        If there is no pure spectrum of the analyte, or the pure spectra have other channels.
    """
    _check(spectra, pure, analyte)
    columns = {}
    for component, spectrum in pure.iterrows():
        amount = 0.1 * ranges.get(str(component), 1.0)
        step = amount * spectrum.to_numpy(dtype=np.float64)
        change = (predict(spectra + step) - predict(spectra - step)) / (2 * amount)
        columns[str(component)] = pd.Series(change).groupby(stages.to_numpy(), sort=False).mean()
    return Spiking(
        analyte=analyte,
        response=pd.DataFrame(columns),
        ranges=dict(ranges),
        explained_by_age=explained_by_age,
    )


def _check(spectra: FloatArray, pure: pd.DataFrame, analyte: str) -> None:
    if analyte not in pure.index:
        known = ", ".join(map(str, pure.index)) or "none"
        msg = f"expected a pure spectrum of {analyte}; got those of {known}"
        raise InputError(msg)
    if pure.shape[1] != spectra.shape[1]:
        msg = (
            f"expected pure spectra on the sensor's axis of {spectra.shape[1]} channels; got "
            f"{pure.shape[1]}"
        )
        raise InputError(msg)
