"""One finding about spectra or vessels: what kind it is, where, and why."""

from dataclasses import dataclass
from enum import StrEnum


class SuspectKind(StrEnum):
    """Why something is suspect."""

    SATURATED = "saturated"
    DEAD = "dead"
    NOT_FINITE = "not finite"
    DUPLICATE = "duplicate"
    BADLY_COLLECTED = "badly collected"
    EXPOSED_OTHERWISE = "exposed otherwise"
    SWAPPED = "swapped"
    LATE_CLOCK = "late clock"
    CARRY_OVER = "carry-over"


@dataclass(frozen=True, slots=True)
class Suspect:
    """Spectra or vessels that look wrong.

    Parameters
    ----------
    kind : SuspectKind
    vessels : tuple of str
        Those concerned; none where the spectra have none.
    rows : tuple of int
        Rows of `campaign.spectra`; none where whole vessels, or all of them, are meant.
    reason : str
    """

    kind: SuspectKind
    vessels: tuple[str, ...]
    rows: tuple[int, ...]
    reason: str
