"""Vessels that the names of samples and tags begin with."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VesselPrefix:
    """Finds a known vessel at the beginning of a longer name, with a sign behind it."""

    known: tuple[str, ...]

    @classmethod
    def of(cls, vessels: Iterable[str]) -> "VesselPrefix":
        """Return one for these vessels."""
        return cls(tuple(sorted(set(vessels), key=lambda name: (-len(name), name))))

    def split(self, name: str) -> tuple[str, str] | None:
        """Return vessel and rest of a name; None where no known vessel begins it.

        >>> VesselPrefix.of(["V1", "V10"]).split("V10-D03")
        ('V10', 'D03')
        """
        for vessel in self.known:
            rest = name.removeprefix(vessel)
            if rest != name and re.match(r"[\W_]+\S", rest):
                return vessel, re.sub(r"^[\W_]+", "", rest)
        return None


def split_by(pattern: re.Pattern[str] | None, name: str) -> tuple[str, str] | None:
    """Return the groups vessel and the other one of a pattern; None where it does not fit."""
    match = pattern.search(name) if pattern is not None else None
    if match is None or not match["vessel"]:
        return None
    told = {key: text for key, text in match.groupdict().items() if key != "vessel"}
    return match["vessel"], next((text for text in told.values() if text), name)
