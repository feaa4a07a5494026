"""The disorder of real campaigns, each kind by its name."""

from collections.abc import Sequence
from enum import StrEnum

from pat.errors import InputError


class MessKind(StrEnum):
    """What may be put in disorder; all off unless asked for."""

    CENSORED = "censored"
    MISSING = "missing"
    REPLICATES = "replicates"
    SECOND_METHOD = "second_method"
    MMOL = "mmol"
    CLOCK_OFFSET = "clock_offset"
    SUMMER_TIME = "summer_time"
    LOCAL_TIME = "local_time"
    SWAPPED_VESSELS = "swapped_vessels"
    CAROUSEL = "carousel"
    BLANKS = "blanks"
    SPIKES = "spikes"
    EXPOSURE_CHANGE = "exposure_change"
    AXIS_SHIFT = "axis_shift"
    BAD_COLLECTION = "bad_collection"
    DEAD_DUPLICATE = "dead_duplicate"
    LATE_FILE = "late_file"
    SECOND_CAMPAIGN = "second_campaign"


#: What each kind does, in one line.
MEANING = {
    MessKind.CENSORED: "assays below the limit of quantification are written as <limit",
    MessKind.MISSING: "a twentieth of the assay cells and one sample in fifty are missing",
    MessKind.REPLICATES: "every sample is assayed three times",
    MessKind.SECOND_METHOD: "a third of the glucose assays were repeated by a biased method",
    MessKind.MMOL: "lactate comes in mmol/L from the middle of the campaign on",
    MessKind.CLOCK_OFFSET: "the clocks of assays, events and online values differ by minutes",
    MessKind.SUMMER_TIME: "the spectrometer's clock was not put back in the night of the change",
    MessKind.LOCAL_TIME: "assays and events carry local times, across a night of change",
    MessKind.SWAPPED_VESSELS: "the spectra of two vessels carry each other's name",
    MessKind.CAROUSEL: "one analyser visits the vessels and carries 1-2 % over to the next",
    MessKind.BLANKS: "blank, dark and reference spectra stand between the others",
    MessKind.SPIKES: "some samples were spiked with glucose and lactate",
    MessKind.EXPOSURE_CHANGE: "the exposure is halved in the middle of the campaign",
    MessKind.AXIS_SHIFT: "bands lie 1 cm-1 higher from the middle on, the axis says nothing",
    MessKind.BAD_COLLECTION: "one spectrum in twenty got a fraction of the sample's light",
    MessKind.DEAD_DUPLICATE: "two spectra of a vessel are the same dead one",
    MessKind.LATE_FILE: "one spectrum was stored days late, out of order",
    MessKind.SECOND_CAMPAIGN: "a second campaign with another medium lot has the same vessels",
}


def mess_kinds(names: Sequence[str]) -> tuple[MessKind, ...]:
    """Return the kinds of these names, once each.

    Raises
    ------
    InputError
        If a name is no kind.
    """
    known = {kind.value for kind in MessKind}
    unknown = [name for name in names if name not in known]
    if unknown:
        msg = f"expected a kind of mess among {', '.join(sorted(known))}; got {', '.join(unknown)}"
        raise InputError(msg)
    return tuple(dict.fromkeys(MessKind(name) for name in names))
