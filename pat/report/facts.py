"""TrainingFacts: what a training found out about one sensor, as `pat train --json` prints it."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pat.calibration.learning_curve import LearningCurve
from pat.calibration.merit import ErrorSplit, PairedTest

SCHEMA = 1

#: The null models that a training reports; one that does not apply is null.
NULL_MODELS = ("mean", "culture_age", "process", "last_assay")

#: A nested error above this share of the culture-age null needs a waiver to be promoted.
PROMOTION_MARGIN = 0.8


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """The evidence of one analyte; None where a figure is undefined.

    Errors (rmsecv, nested_rmse, bias, nulls ...) are in `unit`. `n_samples` counts what the
    sensor learnt from, `paired` the held-out cultures too. `seconds` is the whole training:
    its analytes are searched together.
    """

    analyte: str
    unit: str
    sensor: str | None = None
    run_id: str | None = None
    n_samples: int = 0
    n_cultures: int = 0
    n_campaigns: int = 0
    paired: int = 0
    unpaired: tuple[tuple[str, str], ...] = ()  # key, reason
    censored: int = 0
    excluded: int = 0
    sel: float | None = None
    model: str | None = None
    recipe: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    rmsecv: float | None = None
    rmsecv_interval: tuple[float, float] | None = None
    q2: float | None = None
    bias: float | None = None
    rpd: float | None = None
    nested_rmse: float | None = None
    resample_rmse: float | None = None
    holdout_rmsep: float | None = None
    nulls: Mapping[str, float | None] = field(default_factory=lambda: dict.fromkeys(NULL_MODELS))
    skipped: str | None = None  # why no sensor could be trained
    seconds: float = 0.0

    @property
    def recipe_shown(self) -> str:
        """The recipe; of a consensus the first, and how many more there are."""
        first, *more = (self.recipe or "").split(" | ")
        return f"{first} and {len(more)} more" if more else first

    @property
    def beats_nulls(self) -> bool | None:
        """Whether the nested error lies below every null model's; None where undefined."""
        errors = [error for error in self.nulls.values() if error is not None]
        if self.nested_rmse is None or not errors:
            return None
        return self.nested_rmse < min(errors)

    def as_json(self) -> dict[str, Any]:
        """Return the facts with the keys of the command line's contract."""
        facts = {"schema": SCHEMA, **asdict(self)}
        facts["unpaired"] = [{"key": key, "reason": reason} for key, reason in self.unpaired]
        facts["beats_nulls"] = self.beats_nulls
        return {key: without_nan(value) for key, value in facts.items()}


@dataclass(frozen=True, slots=True)
class StrategyFigures:
    """One way to choose a sensor, the single best candidate or a mean, and what it reached."""

    strategy: str
    n_members: int
    rmsecv: float
    nested_rmse: float | None
    is_champion: bool


@dataclass(frozen=True, slots=True)
class FurtherFigures:
    """Figures that explain those of the contract; None where undefined.

    Parameters
    ----------
    fit_rmse : float
        On the samples that the sensor was fitted to; says nothing of new cultures.
    optimism : float or None
        Nested RMSE less RMSECV: what choosing by RMSECV hides.
    leave_campaign_out : float or None
        Nested RMSE with whole campaigns held out.
    nested_resample_rmse : float or None
        As `resample_rmse`, with the choice made inside each resample.
    split : ErrorSplit or None
        The nested error, or RMSECV without one, as the analyser's part and the sensor's.
    strategies : tuple of StrategyFigures
        The ways to choose that competed.
    notes : tuple of str
        What the search left out or could not do.
    learning : LearningCurve or None
        Error by how many cultures were learnt from; None: too few cultures.
    null_tests : mapping of str to PairedTest
        The sensor against each null model, by culture, on the rows of the nested error.
    """

    fit_rmse: float
    optimism: float | None = None
    leave_campaign_out: float | None = None
    nested_resample_rmse: float | None = None
    split: ErrorSplit | None = None
    strategies: tuple[StrategyFigures, ...] = ()
    notes: tuple[str, ...] = ()
    learning: LearningCurve | None = None
    null_tests: Mapping[str, PairedTest] = field(default_factory=dict)


def without_nan(value: Any) -> Any:
    """Return `value` with NaN and infinite numbers as None, tuples as lists, at any depth."""
    if isinstance(value, Mapping):
        return {str(key): without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
