"""What looks wrong in the spectra to train on: told before any training, excluded only if asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pat.campaign import Campaign
    from pat.diagnostics.suspects import Suspect

WHO = "pat train --exclude-suspects"


def look_for_suspects(
    campaigns: "Sequence[Campaign]", folders: Sequence[Path], *, exclude: bool
) -> "list[Campaign]":
    """Print what is suspect and return the campaigns to train on.

    With `exclude`, spectra that hold too little of the sample (dead, not finite, badly
    collected) are added to their campaign's exclude.csv, and the campaign is read again.
    Vessels that look swapped and saturated channels are for people to judge: they stay.
    """
    return [
        _looked_at(campaign, folder, exclude=exclude)
        for campaign, folder in zip(campaigns, folders, strict=True)
    ]


def _looked_at(campaign: "Campaign", folder: Path, *, exclude: bool) -> "Campaign":
    from pat.alignment import pair
    from pat.diagnostics.suspects import suspects
    from pat.readers import read_campaign
    from pat.readers.add_exclusions import exclude_spectra
    from pipelines.check_facts import suspect_facts
    from pipelines.check_words import suspect_words

    pairing = pair(campaign)
    found = suspects(campaign, pairing)
    for facts in suspect_facts(campaign, found):
        print(f"note: {campaign.id}: {suspect_words(facts)}")
    reasons = _excludable(found)
    if not reasons:
        return campaign
    if not exclude:
        spectra = "1 of these spectra" if len(reasons) == 1 else f"{len(reasons)} of these spectra"
        print(
            f"note: {campaign.id}: {spectra} will be trained on; --exclude-suspects writes them "
            "to exclude.csv instead"
        )
        return campaign
    count = exclude_spectra(folder, campaign, reasons, who=WHO)
    print(f"note: {campaign.id}: {count} suspects were added to {folder / 'exclude.csv'}")
    return read_campaign(folder)


def _excludable(found: "Sequence[Suspect]") -> dict[int, str]:
    """Return the spectra that hold too little of the sample, each with its reason."""
    from pat.diagnostics.suspects import SuspectKind

    kinds = (SuspectKind.DEAD, SuspectKind.NOT_FINITE, SuspectKind.BADLY_COLLECTED)
    return {
        row: f"{suspect.kind}: {suspect.reason}"
        for suspect in found
        if suspect.kind in kinds
        for row in suspect.rows
    }
