"""One section of a TOML file, asked key by key, with the line to blame."""

import difflib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pat.readers.findings import Findings

FILE = "campaign.toml"


@dataclass(frozen=True, slots=True)
class Section:
    """The values under one heading of a TOML file."""

    values: dict[str, object]
    text: str
    findings: Findings
    path: tuple[str, ...] = ()
    file: str = FILE

    def check_keys(self, known: Sequence[str]) -> None:
        """Fault keys that look like a slip of a known one; warn of other unknown keys."""
        for key in self.values:
            if key in known:
                continue
            near = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.75)
            if near and near[0] not in self.values:
                self.fault(key, f"unknown key; did you mean {near[0]}?")
            else:
                place = ".".join((*self.path, key))
                self.findings.warn(
                    f"{self.file}: the key {place} means nothing here and is left out; "
                    f"known are {', '.join(known)}"
                )

    def fault(self, key: str | None, message: str) -> None:
        """Add a fault about one key, or about the whole section."""
        name = ".".join((*self.path, key) if key else self.path) or None
        self.findings.fault(self.file, message, row=self._line(key), column=name)

    def section(self, key: str) -> "Section":
        """Return the section under `key`, an empty one where there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.fault(key, f"expected a section [{'.'.join((*self.path, key))}]; got {value!r}")
            value = {}
        return Section(
            value, text=self.text, findings=self.findings, path=(*self.path, key), file=self.file
        )

    def sections(self, key: str) -> Iterator[tuple[str, "Section"]]:
        """Yield name and section of everything under `key`."""
        parent = self.section(key)
        for name in parent.values:
            yield name, parent.section(name)

    def read_text(self, key: str, *, required: str | None = None) -> str | None:
        """Return a text that is not blank; `required` says what a missing one looks like."""
        value = self.values.get(key)
        if value is None or value == "":
            if required is not None:
                self.fault(key, f"missing; expected {required}")
            return None
        if not isinstance(value, str):
            self.fault(key, f"expected text in quotes; got {value!r}")
            return None
        return value

    def texts(self, key: str, *, example: str) -> tuple[str, ...] | None:
        """Return several texts, none of them blank; None where the key is missing."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
            return tuple(value)
        self.fault(key, f'expected a list such as ["{example}"]; got {value!r}')
        return None

    def number(
        self, key: str, *, above: float | None = None, at_least: float | None = None
    ) -> float | None:
        """Return a finite number within its bounds."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or not _is_number(value):
            self.fault(key, f"expected a number; got {value!r}")
            return None
        if above is not None and not value > above:
            self.fault(key, f"expected a number above {above:g}; got {value!r}")
            return None
        if at_least is not None and not value >= at_least:
            self.fault(key, f"expected {at_least:g} or more; got {value!r}")
            return None
        return float(value)

    def interval(self, key: str) -> tuple[float, float] | None:
        """Return two numbers, the lower first."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)):
            low, high = map(float, value)
            if low < high:
                return low, high
        self.fault(key, f"expected [low, high], such as [0.0, 12.0]; got {value!r}")
        return None

    def numbers(self, key: str, *, at_least: int) -> tuple[float, ...] | None:
        """Return several numbers, at least so many."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, list) and len(value) >= at_least and all(map(_is_number, value)):
            return tuple(map(float, value))
        self.fault(key, f"expected {at_least} numbers or more, such as [-1.0, 1.0]; got {value!r}")
        return None

    def _line(self, key: str | None) -> int | None:
        """Return the line where a key of this section stands, or its heading."""
        heading = self._heading_line()
        lines = self.text.splitlines()
        if key is None:
            return heading
        for number, line in enumerate(lines[heading or 0 :], start=(heading or 0) + 1):
            if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return number
            if line.lstrip().startswith("["):
                break
        return heading

    def _heading_line(self) -> int | None:
        if not self.path:
            return None
        keys = r"\s*\.\s*".join(rf"[\"']?{re.escape(part)}[\"']?" for part in self.path)
        for number, line in enumerate(self.text.splitlines(), start=1):
            if re.match(rf"\s*\[\s*{keys}\s*\]", line):
                return number
        return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
