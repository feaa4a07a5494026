"""What `pat train` prints at its end: one row an analyte, and what to type next."""

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.tables import print_table

if TYPE_CHECKING:
    from pat.alignment import Unpaired
    from pat.report.facts import TrainingFacts


def print_doubts(warnings: Sequence[str], unpaired: "Mapping[str, Sequence[Unpaired]]") -> None:
    """Print what deserves doubt in the data, and how many assays are not trained on."""
    for warning in warnings:
        print(f"note: {warning}")
    for analyte, left in unpaired.items():
        if left:
            noun = "assay is" if len(left) == 1 else "assays are"
            print(f"note: {analyte}: {len(left)} {noun} not used ({example_of(left)})")


def example_of(unpaired: "Sequence[Unpaired]") -> str:
    """Return an assay that is not used, with the reason that most of them have."""
    reason, _ = Counter(one.reason for one in unpaired).most_common(1)[0]
    example = next(one for one in unpaired if one.reason == reason)
    start = "" if len(unpaired) == 1 else "such as "
    return f"{start}{example.key}: {example.reason}"


def print_notes(notes: Mapping[str, Sequence[str]]) -> None:
    """Print once what the searches left out or could not do, with the analytes it holds for."""
    for note in dict.fromkeys(note for said in notes.values() for note in said):
        analytes = ", ".join(analyte for analyte, said in notes.items() if note in said)
        print(f"note: {analytes}: {note}")


def print_summary(facts: "Sequence[TrainingFacts]", *, address: str) -> None:
    """Print the errors of every sensor, and why an analyte has none."""
    print_table(
        ("analyte", "model", "recipe", "RMSECV", "nested RMSE", "culture age", "sensor"),
        [_row(fact) for fact in facts if fact.skipped is None],
    )
    for fact in facts:
        if fact.skipped is not None:
            print(f"{fact.analyte}: skipped, {fact.skipped}")
        for words, error in (
            ("RMSE by the given resamples", fact.resample_rmse),
            ("RMSEP of held-out cultures", fact.holdout_rmsep),
        ):
            if error is not None:
                print(f"{fact.analyte}: {words} {error:.4g} {fact.unit}")
    print(f"tracking: {address}")


def print_next(facts: "Sequence[TrainingFacts]", *, campaigns: Sequence[Path]) -> None:
    """Print the next two commands to type."""
    reference = next(fact.sensor for fact in facts if fact.sensor is not None)
    print("next:")
    if reference.startswith("models:/m-"):
        sensor = shlex.quote(reference)
        print(f"  pat evaluate {sensor} CAMPAIGN")
        print(f"  pat predict {campaigns[0]} --sensor {sensor} --out predictions.csv")
        return
    name, version = reference.removeprefix("models:/").rsplit("/", 1)
    print("  pat ui")
    print(f'  pat promote {shlex.quote(name)} {version} --by "YOU" --why "REASON"')


def _row(fact: "TrainingFacts") -> tuple[str, ...]:
    return (
        fact.analyte,
        fact.model or "",
        fact.recipe_shown,
        _error(fact.rmsecv, fact.unit),
        _error(fact.nested_rmse, fact.unit),
        _error(fact.nulls.get("culture_age"), fact.unit),
        fact.sensor or "",
    )


def _error(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.3g} {unit}"
