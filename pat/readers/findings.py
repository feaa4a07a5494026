"""What reading a folder found wrong or doubtful, gathered so that all of it is told at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from pat.errors import Fault

#: Faults of one sort that are spelt out in one file before the rest are only counted.
SPELT_OUT = 10


@dataclass(slots=True)
class Findings:
    """Faults and warnings of one folder, in the order in which they were found."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def fault(
        self, file: str, message: str, *, row: int | None = None, column: str | None = None
    ) -> None:
        """Add one fault."""
        self.faults.append(Fault(file, message, row, column))

    def fault_rows(
        self, file: str, message: str, *, rows: Iterable[int], column: str | None = None
    ) -> None:
        """Add one fault that several rows share; nothing where there are no rows."""
        first, *others = sorted({int(row) for row in rows}) or [0]
        if first:
            also = f" (also in {rows_in_words(others)})" if others else ""
            self.fault(file, message + also, row=first, column=column)

    def fault_each(
        self, file: str, messages: Sequence[tuple[int, str]], *, column: str | None = None
    ) -> None:
        """Add a fault for each (row, message), the first few spelt out and the rest counted."""
        for row, message in messages[:SPELT_OUT]:
            self.fault(file, message, row=int(row), column=column)
        rest = [row for row, _ in messages[SPELT_OUT:]]
        if rest:
            self.fault(file, f"{len(rest)} more like it in {rows_in_words(rest)}", column=column)

    def fault_alike(
        self, file: str, messages: Sequence[tuple[int, str]], *, column: str | None = None
    ) -> None:
        """Add the (row, message) pairs, rows with the same message as one fault."""
        rows_of: dict[str, list[int]] = {}
        for row, message in messages:
            rows_of.setdefault(message, []).append(int(row))
        for message, rows in list(rows_of.items())[:SPELT_OUT]:
            self.fault_rows(file, message, rows=rows, column=column)
        rest = [row for rows in list(rows_of.values())[SPELT_OUT:] for row in rows]
        if rest:
            words = f"{len(rest)} more cells are at fault, in {rows_in_words(rest)}"
            self.fault(file, words, column=column)

    def warn(self, message: str) -> None:
        """Add one warning."""
        self.warnings.append(message)


def rows_in_words(rows: Iterable[int], *, at_most: int = 8) -> str:
    """Return rows as people write them, runs joined.

    >>> rows_in_words([3, 4, 5, 9])
    'rows 3 to 5, 9'
    """
    ordered = sorted(set(rows))
    runs: list[str] = []
    for _, members in groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0]):
        run = [row for _, row in members]
        runs.append(f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}")
    noun = "row" if len(ordered) == 1 else "rows"
    if len(runs) > at_most:
        return f"{noun} {', '.join(runs[:at_most])} ... {ordered[-1]} ({len(ordered)} in all)"
    return f"{noun} {', '.join(runs)}"


def names_in_words(names: Iterable[str], *, at_most: int = 8) -> str:
    """Return names joined by commas, the end of a long list only counted."""
    ordered = list(dict.fromkeys(names))
    shown = ", ".join(ordered[:at_most])
    return shown if len(ordered) <= at_most else f"{shown} and {len(ordered) - at_most} more"
