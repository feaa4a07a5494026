"""What a sensor reads: the evidence for and against its own analyte."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from pat.calibration.merit import Condition, DetectionLimits
from pat.calibration.sample_space.permutations import PermutationTest
from pat.diagnostics.net_signal import NetSignal
from pat.diagnostics.spiking import Spiking
from pat.report.facts import without_nan

#: The two permutation tests, by what is permuted.
WHOLE, WITHIN = "whole cultures", "within cultures"


@dataclass(frozen=True, slots=True)
class MemberSignal:
    """The net analyte signal of one member of a sensor."""

    member: str  # in words
    share: float
    signal: NetSignal


@dataclass(frozen=True, slots=True)
class ConditionLeftOut:
    """The error on a condition that the model has not seen, beside that with it known."""

    factor: str
    level: str
    n_cultures: int
    rmse_unknown: float
    rmse_known: float


@dataclass(frozen=True, slots=True, eq=False)
class Specificity:
    """The evidence; what could not be had is empty or None.

    Parameters
    ----------
    analyte, unit : str
    rmsep : float or None
    spiking : Spiking or None
    units : mapping of component to unit
        Of the components that were spiked.
    not_spiked : str
        Why there is no spiking.
    correlations : DataFrame or None
        Of the reference values with each other and with culture age.
    signals : tuple of MemberSignal
    detection : DetectionLimits or None
    not_detected : str
        Why there are no limits of detection.
    noise_from : str
        Where the noise of a spectrum was taken from.
    lowest : float
        The lowest assay of the calibration.
    permutations : mapping of what is permuted to PermutationTest
    conditions : tuple of Condition
    left_out : tuple of ConditionLeftOut
    boosted : tuple of str
        What boosted trees lean on, in words.
    figures : mapping of caption to SVG text
    """

    analyte: str
    unit: str
    rmsep: float | None = None
    spiking: Spiking | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    not_spiked: str = ""
    correlations: pd.DataFrame | None = None
    signals: tuple[MemberSignal, ...] = ()
    detection: DetectionLimits | None = None
    not_detected: str = ""
    noise_from: str = ""
    lowest: float = 0.0
    permutations: Mapping[str, PermutationTest] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    left_out: tuple[ConditionLeftOut, ...] = ()
    boosted: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the facts for a file; undefined is None."""
        spiking = self.spiking
        found = {
            "verdict": None if spiking is None else spiking.verdict.value,
            "meaning": self.not_spiked if spiking is None else spiking.meaning,
            "recovery": None if spiking is None else spiking.recovery,
            "response": None if spiking is None else spiking.response.to_dict(),
            "moved_by": None if spiking is None else spiking.moved_by,
            "correlations": None if self.correlations is None else self.correlations.to_dict(),
            "net_signals": [asdict(one) for one in self.signals],
            "detection": self._detection(),
            "permutations": {
                name: {"rmsecv": t.rmsecv, "permuted": t.usual, "p_value": t.p_value}
                for name, t in self.permutations.items()
            },
            "conditions": [asdict(one) for one in self.conditions],
            "left_out": [asdict(one) for one in self.left_out],
            "boosted": self.boosted,
        }
        cleaned: dict[str, Any] = without_nan(found)
        return cleaned

    def _detection(self) -> dict[str, Any] | None:
        if self.detection is None:
            return None
        return {**asdict(self.detection), "quantitation": list(self.detection.quantitation)}
