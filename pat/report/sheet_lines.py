"""The lines of a validation's sheet: each statistic, its interval or p-value, and its meaning."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.calibration.merit import (
    BiasTest,
    Scale,
    Spread,
    VarianceComponents,
    ccc,
    coverage,
    culture_interval,
    jackknife_interval,
    line_test,
    linearity,
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
from pat.calibration.merit.bias_tests import SIGNIFICANT
from pat.calibration.merit.jackknife import Figure


@dataclass(frozen=True, slots=True)
class Statistic:
    """One line of the sheet.

    Parameters
    ----------
    name, value, meaning : str
        `meaning` says in one sentence what the value tells.
    interval : str
        95 %, or a p-value; empty where there is none.
    """

    name: str
    value: str
    meaning: str
    interval: str = ""


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
    reference : Spread or None
        Of the held-out errors of its own validation.
    repeats : DataFrame or None
        sample, value: predictions of single spectra; None: not asked for.
    max_bias : float or None
        Largest bias that would not matter.
    """

    sel: float | None = None
    calibration: FloatArray = field(default_factory=lambda: np.empty(0))
    n_components: int | None = None
    reference: Spread | None = None
    repeats: pd.DataFrame | None = None
    max_bias: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Samples of cultures that the sensor has not seen, each array (n_samples,)."""

    assay: FloatArray
    predicted: FloatArray
    lower: FloatArray
    upper: FloatArray
    cultures: "np.ndarray[tuple[int], np.dtype[np.object_]]"

    @property
    def errors(self) -> FloatArray:
        """Prediction minus assay."""
        return self.predicted - self.assay

    def interval(self, figure: Figure, scale: Scale) -> str:
        """Return the interval of a figure in words."""
        found = jackknife_interval(figure, self.assay, self.predicted, self.cultures, scale=scale)
        return "" if found is None else f"{found[0]:.3g} to {found[1]:.3g}"


def error_lines(held: Held, *, unit: str, background: Background) -> list[Statistic]:
    """Return how large errors are, and whose they are."""
    errors = held.errors
    interval = culture_interval(errors, held.cultures)
    between = "too few cultures" if interval is None else f"{interval[0]:.3g} to {interval[1]:.3g}"
    typical = "how far a value is typically off"
    lines = [
        Statistic("RMSEP", _number(rmse(errors), unit), typical, between),
        Statistic(
            "SEP", _number(sep(errors), unit), "the spread of the errors about the bias",
            held.interval(lambda a, p: sep(p - a), Scale.LOG),
        ),
    ]  # fmt: skip
    if background.sel is not None:
        split = sensor_share(rmse(errors), background.sel)
        lines.append(Statistic("error of the assay", f"{background.sel:.3g} {unit}", split.meaning))
    components = variance_components(errors, held.cultures)
    if components is not None and components.total > 0:
        if components.p_value is not None:
            lines.append(_between_cultures(components, components.p_value))
        limits = tolerance(components, share=0.95)
        span = f"{limits.low:+.3g} to {limits.high:+.3g}"
        lines.append(Statistic("limits of agreement", span, limits.meaning))
    return lines


def _between_cultures(components: VarianceComponents, p_value: float) -> Statistic:
    share = components.between / components.total
    more = "more than chance explains" if p_value <= SIGNIFICANT else "within chance"
    return Statistic(
        "between cultures",
        f"{share:.0%} of the variance",
        f"what a culture's own bias makes of the error, {more}: it does not average out in time",
        f"p = {p_value:.2g}",
    )


def bias_lines(held: Held, tested: BiasTest | None, *, background: Background) -> list[Statistic]:
    """Return whether there is a bias, and whether the spread has grown since the validation."""
    if tested is None:
        text = "one culture alone: it cannot be tested"
        return [Statistic("bias", f"{held.errors.mean():+.3g}", text)]
    span = f"{tested.low:+.3g} to {tested.high:+.3g}"
    lines = [Statistic("bias", f"{tested.bias:+.3g}", tested.meaning, span)]
    if background.reference is not None:
        grown = spread_test(held.errors, held.cultures, reference=background.reference)
        if grown is not None:
            value = f"{grown.sep / grown.reference:.2f} times"
            lines.append(
                Statistic(
                    "SEP against its validation", value, grown.meaning, f"p = {grown.p_value:.2g}"
                )
            )
    return lines


def agreement_lines(held: Held, *, background: Background) -> list[Statistic]:
    """Return how well predictions follow the assays."""
    lines = []
    line = line_test(held.assay, held.predicted, held.cultures, sel=background.sel)
    if line is not None:
        value = f"{line.slope:.3g}, {line.intercept:+.3g}"
        lines.append(
            Statistic("slope and intercept", value, line.meaning, f"p = {line.p_value:.2g}")
        )
    bent = linearity(held.assay, held.predicted, held.cultures)
    if bent is not None:
        span = f"{bent.low:+.3g} to {bent.high:+.3g}"
        lines.append(Statistic("linearity", f"{bent.bend:+.3g}", bent.meaning, span))
    ratios: tuple[tuple[str, Figure, Scale, str], ...] = (
        ("R²", r2, Scale.SQUARED_CORRELATION, "shared variance; forgives bias and slope"),
        ("concordance (CCC)", ccc, Scale.CORRELATION, "R less what bias and slope cost"),
        ("RPD", rpd, Scale.LOG, "spread of the assays over SEP"),
        ("RER", rer, Scale.LOG, "range of the assays over SEP"),
        ("RPIQ", rpiq, Scale.LOG, "interquartile range of the assays over SEP"),
    )
    return lines + [
        Statistic(
            name, _number(figure(held.assay, held.predicted)), text, held.interval(figure, scale)
        )
        for name, figure, scale, text in ratios
    ]


def count_lines(held: Held, *, background: Background) -> list[Statistic]:
    """Return coverage, repeatability and whether the samples are enough."""
    lines = []
    share = coverage(held.lower, held.upper, held.assay)
    if share is not None:
        text = "share of assays inside their 95 % interval"
        lines.append(Statistic("coverage", f"{share:.1%}", text, _coverage_interval(held)))
    if background.repeats is not None:
        lines.append(_repeatability(background.repeats))
    if background.calibration.size and background.n_components is not None:
        enough = sufficiency(
            background.calibration, held.assay, n_components=background.n_components
        )
        lines.append(Statistic("sample sufficiency", str(len(held.assay)), enough.meaning))
    return lines


def _coverage_interval(held: Held) -> str:
    inside = (held.lower <= held.assay) & (held.assay <= held.upper)
    known = np.isfinite(held.lower) & np.isfinite(held.upper)
    found = jackknife_interval(
        lambda _, values: float(np.mean(values)),
        held.assay[known], inside[known].astype(np.float64), held.cultures[known],
    )  # fmt: skip
    return "" if found is None else f"{max(found[0], 0):.1%} to {min(found[1], 1):.1%}"


def _repeatability(repeats: pd.DataFrame) -> Statistic:
    again = repeatability(
        repeats["value"].to_numpy(dtype=np.float64), repeats["sample"].to_numpy(dtype=object)
    )
    if again is None:
        text = "no sample has two spectra: take six of one to know it"
        return Statistic("repeatability", "not measured", text)
    low, high = again.interval
    return Statistic("repeatability", f"{again.sd:.3g}", again.meaning, f"{low:.3g} to {high:.3g}")


def _number(value: float | None, unit: str = "") -> str:
    return "undefined" if value is None else f"{value:.3g} {unit}".rstrip()
