"""Everything that can go wrong, as one tree.

PatError
├── InputError            the user's files or arguments; commands exit with 2
│   ├── CampaignError     a campaign folder with faults, all of them at once
│   ├── FileFormatError   a file that holds something else, or in a form we cannot read
│   ├── AxisError         spectra whose axis is not the one expected
│   ├── CalibrationError  too few samples or cultures, or nothing to learn from
│   └── SensorError       a sensor that is missing, foreign, tampered with or refused
└── StoreError            a database, tracking server, disk or worker that does not answer
"""

from collections.abc import Sequence
from dataclasses import dataclass


class PatError(Exception):
    """Base of every error this library raises on purpose."""


class InputError(PatError):
    """The user's files or arguments are at fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in one file."""

    file: str
    message: str
    row: int | None = None  # line of the file, the header being line 1; None: the whole file
    column: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        return f"{place}: {self.message}"


class CampaignError(InputError):
    """A campaign folder cannot be used; carries every fault found in it."""

    def __init__(self, folder: str, faults: Sequence[Fault]) -> None:
        self.folder = folder
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        noun = "fault" if len(self.faults) == 1 else "faults"
        super().__init__(f"{folder}: {len(self.faults)} {noun}\n{lines}")


class FileFormatError(InputError):
    """A file holds something else than expected, or is not in a form that can be read."""


class AxisError(InputError):
    """Spectra lie on another axis than the one expected."""


class CalibrationError(InputError):
    """A calibration set gives nothing to learn from."""


class SensorError(InputError):
    """A sensor is missing, foreign, tampered with, or refused."""


class StoreError(PatError):
    """A database, tracking server, disk or worker does not do what it should."""
