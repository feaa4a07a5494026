"""The sheet of a validation: every statistic with its value and one sentence of meaning."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.calibration.merit import (
    BiasTest,
    Level,
    accuracy_by_level,
    bias_test,
    ccc,
    coverage,
    culture_interval,
    line_test,
    r2,
    repeatability,
    rer,
    rmse,
    rpd,
    rpiq,
    sensor_share,
    sep,
    spread_test,
    sufficiency,
    tolerance,
    variance_components,
)


@dataclass(frozen=True, slots=True)
class Statistic:
    """One line of the sheet.

    Parameters
    ----------
    name, value, meaning : str
        `meaning` says in one sentence what the value tells; "" where it speaks for itself.
    """

    name: str
    value: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """What a validation is judged beside; what is None or empty is left out.

    Parameters
    ----------
    sel : float or None
        Standard deviation of the assay itself.
    calibration : ndarray
        Assays that the sensor learnt from.
    n_components : int or None
        Of its latent model.
    reference : DataFrame or None
        culture, error: the held-out errors of its own validation.
    repeats : DataFrame or None
        sample, value: predictions of single spectra.
    max_bias : float or None
        Largest bias that would not matter.
    """

    sel: float | None = None
    calibration: FloatArray = field(default_factory=lambda: np.empty(0))
    n_components: int | None = None
    reference: pd.DataFrame | None = None
    repeats: pd.DataFrame | None = None
    max_bias: float | None = None


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
            "statistics": [
                {"name": one.name, "value": one.value, "meaning": one.meaning}
                for one in self.statistics
            ],
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
    cultures = samples["culture"].to_numpy(dtype=object)
    errors = predicted - assay
    tested = bias_test(errors, cultures, limit=background.max_bias)
    statistics = (
        *_errors(errors, cultures, unit=unit, background=background),
        *_bias(errors, cultures, tested, background=background),
        *_agreement(assay, predicted, cultures, background=background),
        *_counts(assay, lower, upper, background=background),
    )
    return ValidationSheet(
        unit=unit,
        statistics=statistics,
        levels=accuracy_by_level(assay, predicted, cultures),
        by_culture=_by_culture(samples),
        rmsep=rmse(errors),
        rmsep_interval=culture_interval(errors, cultures),
        bias=tested,
        coverage=coverage(lower, upper, assay),
    )


def _errors(
    errors: FloatArray, cultures: FloatArray, *, unit: str, background: Background
) -> list[Statistic]:
    interval = culture_interval(errors, cultures)
    between = "too few cultures for an interval"
    if interval is not None:
        between = f"95 % interval {interval[0]:.3g} to {interval[1]:.3g}, cultures left out in turn"
    split = sensor_share(rmse(errors), background.sel)
    lines = [
        Statistic("RMSEP", f"{rmse(errors):.3g} {unit}", between),
        Statistic("SEP", _number(sep(errors), unit), "the spread about the bias"),
    ]
    if background.sel is not None:
        lines.append(Statistic("error of the assay", f"{background.sel:.3g} {unit}", split.meaning))
    components = variance_components(errors, cultures)
    if components is not None and components.total > 0:
        share = components.between / components.total
        lines.append(
            Statistic(
                "between cultures",
                f"{share:.0%} of the variance",
                "what a culture's own bias makes of the error: it does not average out in time",
            )
        )
        limits = tolerance(components, share=0.95)
        lines.append(
            Statistic("limits of agreement", _range(limits.low, limits.high), limits.meaning)
        )
    return lines


def _bias(
    errors: FloatArray, cultures: FloatArray, tested: BiasTest | None, *, background: Background
) -> list[Statistic]:
    if tested is None:
        return [
            Statistic("bias", f"{errors.mean():+.3g}", "one culture alone: it cannot be tested")
        ]
    lines = [Statistic("bias", f"{tested.bias:+.3g}", tested.meaning)]
    if background.reference is not None:
        grown = spread_test(
            errors,
            cultures,
            reference_errors=background.reference["error"].to_numpy(dtype=np.float64),
            reference_cultures=background.reference["culture"].to_numpy(dtype=object),
        )
        if grown is not None:
            value = f"{grown.sep / grown.reference:.2f} times"
            lines.append(Statistic("SEP against its validation", value, grown.meaning))
    return lines


def _agreement(
    assay: FloatArray, predicted: FloatArray, cultures: FloatArray, *, background: Background
) -> list[Statistic]:
    lines = []
    line = line_test(assay, predicted, cultures, sel=background.sel)
    if line is not None:
        value = f"{line.slope:.3g}, {line.intercept:+.3g}"
        lines.append(Statistic("slope and intercept", value, line.meaning))
    ratios = (
        ("R²", r2(assay, predicted), "shared variance; forgives bias and slope"),
        ("concordance (CCC)", ccc(assay, predicted), "R less what bias and slope cost"),
        ("RPD", rpd(assay, predicted), "spread of the assays over SEP"),
        ("RER", rer(assay, predicted), "range of the assays over SEP"),
        ("RPIQ", rpiq(assay, predicted), "interquartile range of the assays over SEP"),
    )
    return lines + [Statistic(name, _number(value), text) for name, value, text in ratios]


def _counts(
    assay: FloatArray, lower: FloatArray, upper: FloatArray, *, background: Background
) -> list[Statistic]:
    lines = []
    held = coverage(lower, upper, assay)
    if held is not None:
        text = "share of assays inside their 95 % interval"
        lines.append(Statistic("coverage", f"{held:.1%}", text))
    if background.repeats is not None:
        again = repeatability(
            background.repeats["value"].to_numpy(dtype=np.float64),
            background.repeats["sample"].to_numpy(dtype=object),
        )
        if again is not None:
            lines.append(Statistic("repeatability", f"{again.sd:.3g}", again.meaning))
    if background.calibration.size and background.n_components is not None:
        enough = sufficiency(background.calibration, assay, n_components=background.n_components)
        lines.append(Statistic("sample sufficiency", str(len(assay)), enough.meaning))
    return lines


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
        "rmse": level.rmse,
        "bias": level.bias,
        "total_error_90": None if held is None else [held.low, held.high],
    }


def _number(value: float | None, unit: str = "") -> str:
    return "undefined" if value is None else f"{value:.3g} {unit}".rstrip()


def _range(low: float, high: float) -> str:
    return f"{low:+.3g} to {high:+.3g}"
