"""The sheet of a validation: every statistic with its value and one sentence of meaning."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from pat.calibration.merit import (
    BiasTest,
    Level,
    accuracy_by_level,
    bias_test,
    coverage,
    culture_interval,
    rmse,
)
from pat.report.sheet_lines import (
    Background,
    Held,
    Statistic,
    agreement_lines,
    bias_lines,
    count_lines,
    error_lines,
)

__all__ = ["Background", "Statistic", "ValidationSheet", "validation_sheet"]


@dataclass(frozen=True, slots=True, eq=False)
class ValidationSheet:
    """Statistics, accuracy by level and figures by culture.

    Parameters
    ----------
    unit : str
    statistics : tuple of Statistic
    levels : tuple of Level
    by_culture : DataFrame
        culture, n, rmse, bias, coverage: the worst culture first.
    rmsep, coverage : float
    rmsep_interval : (float, float) or None
    bias : BiasTest or None
    """

    unit: str
    statistics: tuple[Statistic, ...]
    levels: tuple[Level, ...]
    by_culture: pd.DataFrame
    rmsep: float
    rmsep_interval: tuple[float, float] | None
    bias: BiasTest | None
    coverage: float | None

    def as_json(self) -> dict[str, object]:
        """Return the sheet for a file: texts as they are printed, numbers where they are few."""
        return {
            "statistics": [asdict(one) for one in self.statistics],
            "levels": [_level_json(level) for level in self.levels],
            "by_culture": self.by_culture.replace({np.nan: None}).to_dict("records"),
        }


def validation_sheet(
    samples: pd.DataFrame, *, unit: str, background: Background
) -> ValidationSheet:
    """Return the sheet of held-out samples.

    Parameters
    ----------
    samples : DataFrame
        One row a sample of a culture the sensor has not seen: culture, assay, prediction,
        lower, upper; every assay and prediction finite, at least one row.
    unit : str
    background : Background
    """
    assay, predicted, lower, upper = (
        samples[name].to_numpy(dtype=np.float64)
        for name in ("assay", "prediction", "lower", "upper")
    )
    held = Held(assay, predicted, lower, upper, samples["culture"].to_numpy(dtype=object))
    tested = bias_test(held.errors, held.cultures, limit=background.max_bias)
    return ValidationSheet(
        unit=unit,
        statistics=(
            *error_lines(held, unit=unit, background=background),
            *bias_lines(held, tested, background=background),
            *agreement_lines(held, background=background),
            *count_lines(held, background=background),
        ),
        levels=accuracy_by_level(held.assay, held.predicted, held.cultures),
        by_culture=_by_culture(samples),
        rmsep=rmse(held.errors),
        rmsep_interval=culture_interval(held.errors, held.cultures),
        bias=tested,
        coverage=coverage(held.lower, held.upper, held.assay),
    )


def _by_culture(samples: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for culture, own in samples.groupby("culture", sort=True):
        error = (own["prediction"] - own["assay"]).to_numpy(dtype=np.float64)
        bounds = (own[name].to_numpy(dtype=np.float64) for name in ("lower", "upper", "assay"))
        rows.append((culture, error.size, rmse(error), float(error.mean()), coverage(*bounds)))
    table = pd.DataFrame(rows, columns=["culture", "n", "rmse", "bias", "coverage"])
    return table.sort_values("rmse", ascending=False, ignore_index=True)


def _level_json(level: Level) -> Mapping[str, object]:
    held = level.total_error
    return {
        "low": level.low,
        "high": level.high,
        "n_samples": level.n_samples,
        "n_cultures": level.n_cultures,
        "mean_assay": level.mean_measured,
        "mean_predicted": level.mean_predicted,
        "rmse": level.rmse,
        "rmse_interval": None if level.rmse_interval is None else list(level.rmse_interval),
        "bias": level.bias,
        "total_error_90": None if held is None else [held.low, held.high],
    }
