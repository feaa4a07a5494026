"""Vessels that the names of samples, tags and files hold."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from pat.importing.account import Account
from pat.importing.tables import MappedTable


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


def vessel_named(name: str, known: Iterable[str]) -> str | None:
    """Return the one known vessel that is a word of a file's name; None where none or several are.

    Vessels called by a number are not looked for: names hold dates.

    >>> vessel_named("historian_V01_May.csv", ["V0", "V01"]), vessel_named("1 May.csv", ["1"])
    ('V01', None)
    """
    words = [
        vessel
        for vessel in known
        if not vessel.isdigit() and re.search(rf"(?<![^\W_]){re.escape(vessel)}(?![^\W_])", name)
    ]
    return words[0] if len(words) == 1 else None


def of_named_vessel(mapped: MappedTable, known: Iterable[str], *, account: Account) -> MappedTable:
    """Return a table that tells no vessel as one of the vessel that its name holds, if any."""
    told = mapped.map.vessel is not None or mapped.map.tag is not None
    vessel = vessel_named(PurePosixPath(mapped.name).name, known)
    if told or vessel is None or mapped.has("vessel", "tag"):
        return mapped
    account.note(f"{mapped.name}: every row is of {vessel}, as its name says")
    return replace(mapped, map=replace(mapped.map, vessel=vessel))


def split_by(pattern: re.Pattern[str] | None, name: str) -> tuple[str, str] | None:
    """Return the groups vessel and the other one of a pattern; None where it does not fit."""
    match = pattern.search(name) if pattern is not None else None
    if match is None or not match["vessel"]:
        return None
    told = {key: text for key, text in match.groupdict().items() if key != "vessel"}
    return match["vessel"], next((text for text in told.values() if text), name)
