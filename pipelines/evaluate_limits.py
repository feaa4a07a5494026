"""Where a sensor must not be believed: applicability, limits, failures, faults of the test."""

import re
from collections import Counter

import pandas as pd

from pat.alignment import pair
from pat.calibration.merit import BiasTest
from pat.campaign import Campaign
from pat.diagnostics.suspects import suspects
from pat.report.counted import counted
from pat.report.validation_sheet import ValidationSheet
from pat.soft_sensor.evaluation import Evaluation
from pat.soft_sensor.quality import Quality
from pipelines.check_facts import suspect_facts
from pipelines.check_words import suspect_words

_REASONS = 6
#: A culture is a failure above this many times RMSEP, or with fewer of its assays inside.
_FAR, _FEW_INSIDE, _MOST_FAILURES = 1.5, 0.75, 6
_BLIND = (
    "A new interferent or another medium that stays below the limits of T² and Q is not flagged."
)


def what_looks_wrong(campaign: Campaign) -> tuple[str, ...]:
    """Return what looks wrong in the campaign itself, which may be what the errors come of."""
    found = suspect_facts(campaign, suspects(campaign, pair(campaign)))
    return tuple(suspect_words(one) for one in found)


def applicability(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the shares of quality, and why spectra were flagged."""
    n_spectra = len(evaluation.predictions)
    lines = [
        f"{share:.1%} of {counted(n_spectra, 'spectrum', 'spectra')} {quality.value}"
        for quality in Quality
        if (share := evaluation.share(quality)) is not None
    ]
    said = evaluation.predictions.loc[evaluation.predictions["reasons"] != "", "reasons"]
    texts = said.str.split("; ").explode()
    kinds = Counter(re.sub(r"(?<![A-Za-z\d-])[-+]?\d[\d.]*", "…", text) for text in texts)
    lines += [f"{count} flagged: {text}" for text, count in kinds.most_common(_REASONS)]
    if evaluation.n_censored:
        agree = f"{evaluation.n_censored_agree} of {evaluation.n_censored}"
        lines.append(f"{agree} censored assays are not contradicted by the interval")
    return tuple(lines)


def known_limits(evaluation: Evaluation) -> tuple[str, ...]:
    """Return where the sensor must not be used or believed."""
    sensor, known = evaluation.sensor, evaluation.trained_on
    low, high = sensor.calibrated_range
    lines = [
        f"Calibrated from {low:.3g} to {high:.3g} {sensor.analyte.unit}; values outside are "
        "flagged.",
        "Valid for the material, probe and instrument it was trained and tested on.",
        _BLIND,
    ]
    if known:
        lines.append(
            f"It learnt from {len(known)} of the cultures tested here ({', '.join(known[:3])}"
            f"{' ...' if len(known) > 3 else ''}): their errors are smaller than those of new ones."
        )
    if sensor.process_names:
        names = ", ".join(sensor.process_names)
        lines.append(
            f"Leans on process values ({names}): it follows the recipe of the culture too."
        )
    return tuple(lines)


def failures(samples: pd.DataFrame, sheet: ValidationSheet | None) -> tuple[str, ...]:
    """Return where the sensor was seen to fail on cultures that it had not seen.

    Parameters
    ----------
    samples : DataFrame
        culture, elapsed_h, assay, prediction, lower, upper; quality where it is known, and then
        a value that was not called good is no failure.
    sheet : ValidationSheet or None
        Of these samples.
    """
    if sheet is None:
        return ()
    own, unit = sheet.by_culture, sheet.unit
    far = own[(own["rmse"] > _FAR * sheet.rmsep) | (own["coverage"] < _FEW_INSIDE)]
    bias = sheet.bias
    lines = [] if bias is None or bias.low <= 0 <= bias.high else [_biased(bias, unit)]
    lines += [
        f"{row.culture}: off by {row.rmse:.3g} {unit}{_inside(row.coverage)}"
        for row in far.head(_MOST_FAILURES).itertuples()
    ]
    good, said = samples, ""
    if "quality" in samples:
        good, said = samples[samples["quality"] == Quality.GOOD.value], "called good and yet "
    outside = (good["assay"] < good["lower"]) | (good["assay"] > good["upper"])
    worst = good.assign(off=(good["prediction"] - good["assay"]).abs())[outside]
    lines += [
        f"{said}furthest outside its interval: {row.culture}"
        f"{'' if pd.isna(row.elapsed_h) else f' at {row.elapsed_h:.0f} h'}, {row.prediction:.3g} "
        f"for {row.assay:.3g} {unit}"
        for row in worst.nlargest(3, "off").itertuples()
    ]
    return tuple(lines) or ("None was seen on these cultures.",)


def _inside(share: float) -> str:
    return "" if pd.isna(share) else f", {share:.0%} of its assays inside their interval"


def _biased(bias: BiasTest, unit: str) -> str:
    return (
        f"biased: {bias.bias:+.3g} {unit} on the mean of {bias.n_cultures} cultures "
        f"(95 % interval {bias.low:+.3g} to {bias.high:+.3g})"
    )
