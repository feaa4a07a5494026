"""The texts that MLflow's pages show, cut to what its tables hold."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pat.registry.promotion import Promotion

# SQLite would take more, Postgres refuses it.
_LONGEST_NOTE = 8000
_LONGEST_DESCRIPTION = 5000

#: Moves that a sensor's description shows.
_SHOWN = 20


def run_note(card: str) -> str:
    """Return a run's description: the card."""
    return _cut(card, _LONGEST_NOTE)


def version_description(card: str) -> str:
    """Return a version's description: the card from its first sentence on, which lists show."""
    first = card.split("\n\n", 1)[-1] if card.startswith("# ") else card
    return _cut(first, _LONGEST_DESCRIPTION)


def with_waiver(card: str, move: "Promotion") -> str:
    """Return a version's description with the waiver of a promotion on top of its card."""
    said = (
        f"**Promoted on a waiver** by {_cell(move.by)}, {move.at[:10]}: {_cell(move.waived or '')}"
    )
    return _cut(f"{said}\n\n{card}", _LONGEST_DESCRIPTION)


def sensor_description(analyte: str, unit: str, *, moves: Sequence["Promotion"] = ()) -> str:
    """Return a registered sensor's description: what it is, and who promoted what and why.

    `moves` are in order of time; the newest are shown, first.
    """
    lines = [f"Soft sensor for {analyte} ({unit})."]
    if moves:
        lines += ["", "| when | alias | version | by | why |", "|---|---|---|---|---|"]
    lines += [_row(move) for move in reversed(moves[-_SHOWN:])]
    while len("\n".join(lines)) > _LONGEST_DESCRIPTION:
        lines.pop()
    return "\n".join(lines)


def _row(move: "Promotion") -> str:
    before = "" if move.from_version is None else f" (was {move.from_version})"
    waived = "" if move.waived is None else f"; margin waived: {move.waived}"
    when = f"{move.at[:10]} {move.at[11:16]} UTC"
    cells = (when, move.alias, f"{move.to_version}{before}", move.by, move.why + waived)
    # MLflow's page sets no space between columns.
    return "| " + " &emsp; | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _cut(text: str, most: int) -> str:
    end = " ... (whole in report.html)"
    return text if len(text) <= most else text[: most - len(end)] + end
