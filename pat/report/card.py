"""The model card: what a sensor is for, how good it is, and where it must not be used."""

from collections.abc import Sequence
from dataclasses import dataclass

from pat.report.counted import counted
from pat.report.criteria import Criterion
from pat.report.facts import PROMOTION_MARGIN, FurtherFigures, TrainingFacts
from pat.report.guesses import guess_rows
from pat.report.learning_figure import learning_words

#: Cultures that a distribution-free 95 % interval needs.
_ENOUGH_CULTURES = 19


@dataclass(frozen=True, slots=True)
class CardContext:
    """What the card says beside the figures of merit."""

    campaigns: Sequence[str]  # id: description
    instrument: str
    axis: str  # range, unit and channel count in words
    calibrated_range: tuple[float, float]
    n_independent: int  # groups of cultures that were held out together
    limits: Sequence[str]  # one line a limit, in words
    process_names: Sequence[str] = ()
    held_out: Sequence[str] = ()
    software: str = ""
    criteria: Sequence[Criterion] = ()
    specificity: Sequence[str] = ()


def model_card(facts: TrainingFacts, further: FurtherFigures, *, context: CardContext) -> str:
    """Return the card in markdown."""
    parts = [
        f"# {_plain(facts.analyte)} soft sensor",
        _meaning(facts),
        _purpose(facts, context),
        "## How good it is",
        _merit_table(facts, further),
        *_strategies(facts, further),
        *_learning(facts, further),
        *criteria_part(context.criteria),
        *(("## What it reads", _bullets(context.specificity)) if context.specificity else ()),
        "## When to trust a value",
        _bullets(context.limits),
        "## Known limits",
        _bullets(known_limits(facts, further, context=context)),
        "## How it was made",
        _bullets(_making(facts, context)),
    ]
    return "\n\n".join(parts) + "\n"


def _learning(facts: TrainingFacts, further: FurtherFigures) -> list[str]:
    if further.learning is None:
        return []
    words = learning_words(further.learning, unit=facts.unit)
    return [f"{words[0].upper()}{words[1:]}, by a learning curve of its first member."]


def criteria_part(criteria: Sequence[Criterion]) -> list[str]:
    """Return the acceptance criteria that were stated before the test in markdown, if any were."""
    if not criteria:
        return []
    lines = ["| criterion | demand | found | verdict |", "|---|---|---|---|"]
    for one in criteria:
        cells = [*map(_cell, (one.name, one.demand, one.found)), f"**{one.verdict}**"]
        lines.append(f"| {' &emsp; | '.join(cells)} |")
    return ["## Acceptance criteria", "\n".join(lines)]


def known_limits(
    facts: TrainingFacts, further: FurtherFigures, *, context: CardContext
) -> list[str]:
    """Return what a user of this sensor must know before relying on it."""
    low, high = context.calibrated_range
    lines = [
        f"Calibrated from {low:.3g} to {high:.3g} {facts.unit}; values outside are flagged.",
        "Valid for the cell line, medium, probe and instrument of the campaigns above; another "
        "instrument or scale needs transfer and its own evidence.",
        *_few(facts, context.n_independent),
    ]
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
    if further.split is not None and further.split.sensor is None:
        lines.append(f"{further.split.meaning[0].upper()}{further.split.meaning[1:]}.")
    return [*lines, *(f"{note[0].upper()}{note[1:]}." for note in further.notes)]


def _few(facts: TrainingFacts, n_independent: int) -> list[str]:
    lines = []
    if facts.n_campaigns < 3:
        noun = "campaign" if facts.n_campaigns == 1 else "campaigns"
        lines.append(
            f"Trained on {facts.n_campaigns} {noun}: how far the next campaign differs is unknown."
        )
    if n_independent < _ENOUGH_CULTURES:
        lines.append(
            f"{n_independent} independent cultures are too few for a 95 % rank-based interval "
            f"({_ENOUGH_CULTURES} needed); the interval rests on Student's t."
        )
    return lines


def _meaning(facts: TrainingFacts) -> str:
    of = f"({counted(facts.n_samples, 'sample')} of {counted(facts.n_cultures, 'culture')}.)"
    if facts.nested_rmse is None:
        return f"How far it is off on a culture it has never seen is unknown. {of}"
    text = (
        f"On a culture it has never seen the sensor is typically off by "
        f"**{facts.nested_rmse:.3g} {facts.unit}**"
    )
    age = facts.nulls.get("culture_age")
    if age is not None:
        text += f"; guessing from culture age alone is off by {age:.3g} {facts.unit}"
    return f"{text}. {of}"


def _purpose(facts: TrainingFacts, context: CardContext) -> str:
    low, high = context.calibrated_range
    rows = [
        ("analyte", f"{facts.analyte} ({facts.unit})"),
        ("range", f"{low:.3g} to {high:.3g} {facts.unit}"),
        ("material", "; ".join(context.campaigns)),
        ("instrument", context.instrument),
        ("axis", context.axis),
        ("model", f"{facts.model}, recipe {facts.recipe_shown}"),
    ]
    return _table(("property", "value"), rows)


def _merit_table(facts: TrainingFacts, further: FurtherFigures) -> str:
    unit = facts.unit
    errors = [
        ("nested RMSE: cultures held out, choice repeated inside each fold", facts.nested_rmse),
        *_split_rows(further),
        ("RMSEP of cultures kept out of everything", facts.holdout_rmsep),
        ("nested RMSE with whole campaigns held out", further.leave_campaign_out),
    ]
    lesser = [
        ("optimism: nested RMSE less RMSECV", further.optimism),
        ("RMSE by the given resamples, smallest over all settings", facts.resample_rmse),
        ("the same, choice made inside each resample", further.nested_resample_rmse),
        ("RMSE on the samples it was fitted to", further.fit_rmse),
        ("bias", facts.bias),
    ]
    nulls = guess_rows(facts.nulls, further.null_tests, unit=unit)
    rows = [
        *_with_unit(errors, unit),
        ("RMSECV: cultures held out, chosen by this number", _rmsecv(facts)),
        *_with_unit(lesser, unit),
        ("Q²", _number(facts.q2)),
        ("RPD", _number(facts.rpd)),
        *((f"null model: {name}", text) for name, text in nulls),
    ]
    return _table(("figure", "value"), rows)


def _split_rows(further: FurtherFigures) -> list[tuple[str, float | None]]:
    if further.split is None or further.split.sensor is None:
        return []
    return [
        ("of it, the reference method's own", further.split.analyser),
        ("of it, the sensor's", further.split.sensor),
    ]


def _strategies(facts: TrainingFacts, further: FurtherFigures) -> list[str]:
    """Return what the ways to choose reached, where several competed."""
    if len(further.strategies) < 2:
        return []
    head = f"| way to choose &emsp; | members &emsp; | RMSECV &emsp; | nested RMSE ({facts.unit}) |"
    rows = [
        f"| {one.strategy}{', chosen' if one.is_champion else ''} &emsp; | {one.n_members} &emsp; "
        f"| {one.rmsecv:.3g} &emsp; | {_number(one.nested_rmse)} |"
        for one in further.strategies
    ]
    told = (
        "The single best candidate and the means of several competed inside every fold; the nested "
        "RMSE above is that of the competition, those below of each way taken alone."
    )
    return [told, "\n".join([head, "|---|---|---|---|", *rows])]


def _members(facts: TrainingFacts) -> list[str]:
    """Return what the value is made of: one recipe and model, or the members of a consensus."""
    if "members" not in facts.parameters:
        settings = ", ".join(f"{key} = {value}" for key, value in facts.parameters.items())
        return [f"recipe {facts.recipe}; model {facts.model}; {settings or 'no settings'}"]
    n_members = int(facts.parameters["members"])
    each = [str(facts.parameters[f"member_{number}"]) for number in range(1, n_members + 1)]
    told = (
        f"consensus: the value is the weighted mean of {n_members} members; these are their shares"
    )
    return [told, *(f"member {number}: {words}" for number, words in enumerate(each, start=1))]


def _making(facts: TrainingFacts, context: CardContext) -> list[str]:
    lines = [
        *_members(facts),
        f"{facts.paired} assays paired, {len(facts.unpaired)} not, {facts.censored} censored, "
        f"{facts.excluded} excluded",
    ]
    if context.held_out:
        lines.append(f"kept out of training: {', '.join(context.held_out)}")
    if context.software:
        lines.append(f"software: {context.software}")
    return lines


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {_plain(line)}" for line in lines)


def _table(head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    # MLflow's page sets no space between columns.
    lines += [f"| {left} &emsp; | {_cell(right)} |" for left, right in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """Return text on one line that markdown takes as it stands."""
    line = " ".join(text.split())
    return line.replace("<", "&lt;").replace("*", "\\*").replace("`", "'")


def _with_unit(rows: Sequence[tuple[str, float | None]], unit: str) -> list[tuple[str, str]]:
    """Return the defined rows with their unit."""
    return [(name, f"{value:.3g} {unit}") for name, value in rows if value is not None]


def _rmsecv(facts: TrainingFacts) -> str:
    text = "undefined" if facts.rmsecv is None else f"{facts.rmsecv:.3g} {facts.unit}"
    if facts.rmsecv_interval is None:
        return f"{text} (too few cultures for an interval)"
    low, high = facts.rmsecv_interval
    return f"{text} (95 %: {low:.3g} to {high:.3g})"


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3g}"
