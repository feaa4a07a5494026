"""The evidence of what a sensor reads as sections of a report, each with its meaning in words."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pat.calibration.merit import Condition, DetectionLimits
from pat.calibration.sample_space.permutations import PermutationTest
from pat.report.page import Section, listing, paragraph, picture, table
from pat.report.specificity import WHOLE, ConditionLeftOut, Specificity

_SIGNIFICANT = 0.05
_WORSE = 1.5  # times the error with the condition known
_HALF = 0.5  # of RMSEP: what another analyte may move the value by over its range
_SEEN = 0.2  # selectivity; sensors that follow what comes and goes with an analyte lie near 0
_WRONG_SIZE = (
    "The sensor sees the shape of the pure spectrum but not its amount: check that the pure "
    "spectra are in the counts, exposure and unit of the campaign before believing the verdict."
)


def specificity_sections(found: Specificity) -> list[Section]:
    """Return the evidence as sections, each table with a sentence of meaning; none where empty."""
    sections = [
        Section("What it reads: additions on paper", _spiking(found)),
        Section("What runs along with the analyte", _correlations(found)),
        Section("Its own signal, and how little it can tell", _signal(found)),
        Section("Does it know this culture, or the calendar?", _permutations(found)),
        Section("By condition of the design", _conditions(found)),
        Section("Where on the axis", _figures(found)),
    ]
    return [one for one in sections if one.blocks]


def _spiking(found: Specificity) -> tuple[str, ...]:
    spiking = found.spiking
    if spiking is None:
        return (paragraph(found.not_spiked),) if found.not_spiked else ()
    names = list(map(str, spiking.response))
    components = [found.analyte, *(name for name in names if name != found.analyte)]
    heads = ["stage", *(f"{name} (per {found.units.get(name, 'unit')})" for name in components)]
    rows = [
        [str(stage), *(f"{share:+.2f}" for share in shares)]
        for stage, shares in zip(
            spiking.response.index, spiking.response[components].to_numpy(), strict=True
        )
    ]
    how = (
        f"Change of the value in {found.unit} for one unit added to real spectra: 1 for the "
        "analyte itself and 0 for the others would be perfect."
    )
    blocks = [paragraph(f"Spiked on paper, {spiking.meaning}."), table(heads, rows)]
    moved = [_moved(found, other, size) for other, size in spiking.moved_by.items()]
    return (*blocks, paragraph(how), *([listing(moved)] if moved else []))


def _moved(found: Specificity, other: str, size: float) -> str:
    assert found.spiking is not None
    span = f"{found.spiking.ranges[other]:.3g} {found.units.get(other, '')}".strip()
    text = f"{other} moves the sensor by {size:.2g} {found.unit} over its range of {span}"
    if found.rmsep is None:
        return text
    much = "more" if size > _HALF * found.rmsep else "less"
    return f"{text}: {much} than half of its error"


def _correlations(found: Specificity) -> tuple[str, ...]:
    known = found.correlations
    if known is None or found.analyte not in known or len(known) < 2:
        return ()
    rows = [
        [str(name), *map(_r, row)]
        for name, row in zip(known.index, known.to_numpy(dtype=np.float64), strict=True)
    ]
    own = known[found.analyte].drop(found.analyte).dropna()
    if own.empty:
        return (table(["", *map(str, known.columns)], rows),)
    closest = str(own.abs().idxmax())
    meaning = (
        f"Of what was measured, {closest} runs most closely along with {found.analyte} "
        f"(r = {own[closest]:+.2f}): where two run together in every culture, no test on these "
        "cultures can tell which of them is read."
    )
    return (paragraph(meaning), table(["", *map(str, known.columns)], rows))


def _signal(found: Specificity) -> tuple[str, ...]:
    blocks = []
    if found.signals:
        rows = [
            (one.member, f"{one.share:.0%}", f"{one.signal.selectivity:.2f}",
             f"{one.signal.recovery:.2f}")
            for one in found.signals
        ]  # fmt: skip
        best = max(max(one.signal.selectivity for one in found.signals), 0.0)
        meaning = (
            f"At best {best:.0%} of the pure spectrum is read as the analyte's alone (selectivity: "
            "the length of its net signal over its own, 1 where nothing overlaps, 0 where the "
            "sensor does not see it). Recovery is what the member finds of an addition."
        )
        heads = ("member", "share", "selectivity", "recovery")
        blocks += [paragraph(meaning), table(heads, rows)]
    if _wrong_size(found):
        blocks.append(paragraph(_WRONG_SIZE))
    if found.detection is not None:
        blocks += _detection(found, found.detection)
    elif found.not_detected:
        blocks.append(paragraph(found.not_detected))
    return tuple(blocks)


def _wrong_size(found: Specificity) -> bool:
    """Return whether the analyte's shape is read but not its amount."""
    seen = any(one.signal.selectivity >= _SEEN for one in found.signals)
    return seen and found.spiking is not None and not found.spiking.is_found


def _detection(found: Specificity, limits: DetectionLimits) -> list[str]:
    unit = found.unit
    low, high = limits.quantitation
    rows = [
        ("noise as an amount", f"{limits.noise:.2g} {unit}", f"one spectrum's, {found.noise_from}"),
        ("limit of detection", f"{limits.low:.2g} to {limits.high:.2g} {unit}",
         "easiest to hardest background of the calibration"),
        ("limit of quantitation", f"{low:.2g} to {high:.2g} {unit}", "10/3.3 times as much"),
    ]  # fmt: skip
    meaning = limits.meaning(found.lowest, unit)
    return [
        table(("figure", "value", "what it is"), rows),
        paragraph(f"{meaning[0].upper()}{meaning[1:]}."),
    ]


def _permutations(found: Specificity) -> tuple[str, ...]:
    if not found.permutations:
        return ()
    rows = [
        (name, f"{test.rmsecv:.3g} {found.unit}", f"{test.usual:.3g} {found.unit}",
         f"{test.p_value:.2g}", _known(name, test))
        for name, test in found.permutations.items()
    ]  # fmt: skip
    how = (
        "Partial least squares with the first member's preprocessing, calibrated again on assays "
        "that do not belong to their spectra. Whole cultures: the courses of the cultures are "
        "exchanged. Within cultures: what culture age leaves unexplained is moved along in time."
    )
    heads = ("permuted", "RMSECV", "when permuted", "p", "meaning")
    return (paragraph(how), table(heads, rows))


def _known(name: str, test: PermutationTest) -> str:
    known = test.p_value <= _SIGNIFICANT
    if name == WHOLE:
        return (
            "it knows this culture from another"
            if known
            else "it does not know this culture from another"
        )
    return (
        "it knows more than the course of time"
        if known
        else "nothing shows that it knows more than the course of time"
    )


def _conditions(found: Specificity) -> tuple[str, ...]:
    unknown = {(one.factor, one.level): one for one in found.left_out}
    rows = []
    for condition in found.conditions:
        p_value = "" if condition.p_value is None else f"{condition.p_value:.2g}"
        for number, level in enumerate(condition.levels):
            first = number == 0
            rows.append(
                (
                    condition.factor if first else "",
                    level.name,
                    str(level.n_cultures),
                    f"{level.rmse:.3g}",
                    f"{level.bias:+.2g}",
                    p_value if first else "",
                    _unknown(unknown.get((condition.factor, level.name))),
                )
            )
    if not rows:
        return ()
    heads = (
        "factor", "level", "cultures", f"RMSE ({found.unit})", "bias", "p", "left out (known)",
    )  # fmt: skip
    meanings = [paragraph(_by_level(found.conditions))]
    if found.left_out:
        meanings.append(paragraph(_extrapolated(found.left_out)))
    return (*meanings, table(heads, rows))


def _unknown(one: ConditionLeftOut | None) -> str:
    return "" if one is None else f"{one.rmse_unknown:.3g} ({one.rmse_known:.3g})"


def _by_level(conditions: Sequence[Condition]) -> str:
    differing = [
        c.factor for c in conditions if c.p_value is not None and c.p_value <= _SIGNIFICANT
    ]
    by_chance = f"of {len(conditions)} factors tested, one in twenty would by chance"
    if differing:
        return (
            f"The bias differs along {', '.join(differing)} ({by_chance}): the error depends on "
            "how a culture is run."
        )
    return f"The bias differs along none of the factors beyond chance ({by_chance})."


def _extrapolated(left_out: Sequence[ConditionLeftOut]) -> str:
    worst = max(left_out, key=lambda one: one.rmse_unknown / one.rmse_known)
    ratio = worst.rmse_unknown / worst.rmse_known
    how = (
        "Left out: partial least squares with the first member's preprocessing, calibrated on "
        "these cultures without a whole level, predicts that level; in brackets with the level "
        "known and single cultures left out."
    )
    if ratio > _WORSE:
        return (
            f"{how} The error grows {ratio:.1f} times where {worst.factor} {worst.level} is "
            "unknown: do not use the sensor where a factor leaves what was calibrated."
        )
    return f"{how} It grows at most {ratio:.1f} times: a new level of these factors does little."


def _figures(found: Specificity) -> tuple[str, ...]:
    pictures = (picture(svg, caption=caption) for caption, svg in found.figures.items())
    return (*pictures, *map(paragraph, found.boosted))


def _r(value: float) -> str:
    return "" if pd.isna(value) else f"{value:+.2f}"
