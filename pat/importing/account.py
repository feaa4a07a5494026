"""What became of every file that was given: taken, refused, and what is worth knowing."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pat.readers.findings import Findings


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, or a part of one, that is not in the campaign."""

    file: str
    reason: str


@dataclass(slots=True)
class Account:
    """Filled while files are read, in their order."""

    taken: list[tuple[str, str]] = field(default_factory=list)  # file, what it holds
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)  # what to add, and where

    def take(self, file: str, what: str) -> None:
        """Record a file that is used."""
        self.taken.append((file, what))

    def refuse(self, file: str, reason: str) -> None:
        """Record a file or a part of one that is left out."""
        self.refused.append(Refusal(file, reason))

    def refuse_faults(self, file: str, findings: Findings) -> None:
        """Record a file that is left out for its faults."""
        places = [str(fault).removeprefix(f"{fault.file}, ") for fault in findings.faults]
        self.refuse(file, "; ".join(place.removeprefix(f"{file}: ") for place in places))

    def note(self, text: str) -> None:
        """Record what deserves to be known, once."""
        if text not in self.notes:
            self.notes.append(text)

    def want(self, texts: Iterable[str]) -> None:
        """Record what the user must add, once."""
        self.wanted += [text for text in dict.fromkeys(texts) if text not in self.wanted]
