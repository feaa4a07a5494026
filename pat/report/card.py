"""The model card: what a sensor is for, how good it is, and where it must not be used."""

from collections.abc import Sequence
from dataclasses import dataclass

from pat.report.facts import PROMOTION_MARGIN, TrainingFacts

_NULL_NAMES = {
    "mean": "the mean of the training cultures",
    "culture_age": "culture age only",
    "process": "process values only",
    "last_assay": "the last assay carried forward",
}


@dataclass(frozen=True, slots=True)
class CardContext:
    """What the card says beside the figures of merit."""

    campaigns: Sequence[str]  # id: description
    instrument: str
    axis: str  # range, unit and channel count in words
    calibrated_range: tuple[float, float]
    limits: Sequence[str]  # one line a limit, in words
    process_names: Sequence[str] = ()
    held_out: Sequence[str] = ()
    software: str = ""


def model_card(facts: TrainingFacts, context: CardContext) -> str:
    """Return the card in markdown."""
    parts = [
        f"# {facts.analyte} soft sensor",
        _meaning(facts),
        _purpose(facts, context),
        "## How good it is",
        _merit_table(facts),
        "## When to trust a value",
        "\n".join(f"- {line}" for line in context.limits),
        "## Known limits",
        "\n".join(f"- {line}" for line in known_limits(facts, context)),
        "## How it was made",
        _making(facts, context),
    ]
    return "\n\n".join(parts) + "\n"


def known_limits(facts: TrainingFacts, context: CardContext) -> list[str]:
    """Return what a user of this sensor must know before relying on it."""
    low, high = context.calibrated_range
    lines = [
        f"Calibrated from {low:.3g} to {high:.3g} {facts.unit}; values outside are flagged.",
        "Valid for the cell line, medium, probe and instrument of the campaigns below; another "
        "instrument or scale needs transfer and its own evidence.",
    ]
    if facts.n_campaigns < 3:
        noun = "campaign" if facts.n_campaigns == 1 else "campaigns"
        lines.append(
            f"Trained on {facts.n_campaigns} {noun}: how far the next campaign differs is unknown."
        )
    if facts.n_cultures < 19:
        lines.append(
            f"{facts.n_cultures} cultures are too few for a 95 % rank-based interval (19 needed); "
            f"the interval rests on Student's t."
        )
    age = facts.nulls.get("culture_age")
    if age and facts.nested_rmse is not None and facts.nested_rmse > PROMOTION_MARGIN * age:
        lines.append(
            f"Its error is {facts.nested_rmse / age:.0%} of that of guessing from culture age: it "
            f"may read the calendar rather than the analyte. Promotion needs a waiver."
        )
    if context.process_names:
        lines.append(
            f"Leans on process values ({', '.join(context.process_names)}): it follows the recipe "
            f"of the culture as well as the spectrum."
        )
    return lines


def _purpose(facts: TrainingFacts, context: CardContext) -> str:
    rows = [
        ("analyte", f"{facts.analyte} ({facts.unit})"),
        ("range", "{:.3g} to {:.3g} ".format(*context.calibrated_range) + facts.unit),
        ("material", "; ".join(context.campaigns)),
        ("instrument", context.instrument),
        ("axis", context.axis),
        ("model", f"{facts.model}, recipe {facts.recipe}"),
    ]
    return _table(("", ""), rows)


def _merit_table(facts: TrainingFacts) -> str:
    unit = facts.unit
    rows = [
        ("nested RMSE (selection repeated inside each fold)", _with_unit(facts.nested_rmse, unit)),
        ("RMSECV (cultures held out)", _rmsecv(facts)),
        ("bias", _with_unit(facts.bias, unit)),
        ("Q²", _number(facts.q2)),
        ("RPD", _number(facts.rpd)),
    ]
    if facts.holdout_rmsep is not None:
        rows.append(
            ("RMSEP of cultures kept out of everything", _with_unit(facts.holdout_rmsep, unit))
        )
    if facts.resample_rmse is not None:
        rows.append(("RMSE by the given resamples", _with_unit(facts.resample_rmse, unit)))
    if facts.sel is not None:
        rows.append(("of which the reference method (SEL)", _with_unit(facts.sel, unit)))
    for name, error in facts.nulls.items():
        rows.append((f"null model: {_NULL_NAMES.get(name, name)}", _with_unit(error, unit)))
    return _table(("figure", "value"), rows)


def _meaning(facts: TrainingFacts) -> str:
    if facts.nested_rmse is None:
        return "The nested error is undefined for these data."
    text = (
        f"On a culture it has never seen the sensor is typically off by "
        f"**{facts.nested_rmse:.3g} {facts.unit}**"
    )
    age = facts.nulls.get("culture_age")
    if age is not None:
        text += f"; guessing from culture age alone is off by {age:.3g} {facts.unit}"
    return text + f". ({facts.n_samples} samples of {facts.n_cultures} cultures.)"


def _making(facts: TrainingFacts, context: CardContext) -> str:
    settings = ", ".join(f"{key} = {value}" for key, value in facts.parameters.items())
    lines = [
        f"- recipe {facts.recipe}; model {facts.model}; {settings or 'no settings'}",
        f"- {facts.paired} assays paired, {len(facts.unpaired)} not, {facts.censored} censored, "
        f"{facts.excluded} excluded",
    ]
    if context.held_out:
        lines.append(f"- kept out of training: {', '.join(context.held_out)}")
    if context.software:
        lines.append(f"- software: {context.software}")
    return "\n".join(lines)


def _table(head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    lines += [f"| {left} | {_cell(right)} |" for left, right in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _rmsecv(facts: TrainingFacts) -> str:
    text = _with_unit(facts.rmsecv, facts.unit)
    if facts.rmsecv_interval is None:
        return f"{text} (too few cultures for an interval)"
    low, high = facts.rmsecv_interval
    return f"{text} (95 %: {low:.3g} to {high:.3g})"


def _with_unit(value: float | None, unit: str) -> str:
    return "undefined" if value is None else f"{value:.3g} {unit}"


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3g}"
