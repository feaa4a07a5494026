"""What looks wrong in the spectra to train on: told before any training, excluded only if asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pat.campaign import Campaign
    from pat.diagnostics.suspect import Suspect

WHO = "pat train --exclude-suspects"


def look_for_suspects(
    campaigns: "Sequence[Campaign]", folders: Sequence[Path], *, exclude: bool
) -> "list[Campaign]":
    """Print what is suspect and return the campaigns to train on.

    With `exclude`, spectra that were not well collected (dead, not finite, saturated, too little
    light) are added to their campaign's exclude.csv, and the campaign is read again. Vessels that
    look swapped, and channels that saturate in most spectra, are for people to judge: they stay.
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
        print(f"note: {campaign.id}: {_left_in(campaign, list(reasons))}")
        return campaign
    count = exclude_spectra(folder, campaign, reasons, who=WHO)
    added = "1 suspect was" if count == 1 else f"{count} suspects were"
    print(f"note: {campaign.id}: {added} added to {folder / 'exclude.csv'}")
    return read_campaign(folder)


def _left_in(campaign: "Campaign", rows: Sequence[int]) -> str:
    """Return how many of these spectra have something to train on, and what to type."""
    import numpy as np

    spectra = campaign.spectra.intensities[list(rows)]
    count = int(np.sum(np.isfinite(spectra).all(axis=1) & (np.ptp(spectra, axis=1) > 0)))
    if count == 0:
        return "nothing can be learnt from these spectra; --exclude-suspects lists them for good"
    some = "1 of these spectra" if count == 1 else f"{count} of these spectra"
    return f"{some} will be trained on; --exclude-suspects writes suspects to exclude.csv instead"


def _excludable(found: "Sequence[Suspect]") -> dict[int, str]:
    """Return the spectra that were not well collected, each with its reason.

    A finding without a vessel is of channels that saturate whatever is measured.
    """
    from pat.diagnostics.suspect import SuspectKind

    kinds = (
        SuspectKind.DEAD,
        SuspectKind.NOT_FINITE,
        SuspectKind.SATURATED,
        SuspectKind.BADLY_COLLECTED,
    )
    return {
        row: f"{suspect.kind}: {suspect.reason}"
        for suspect in found
        if suspect.kind in kinds and suspect.vessels
        for row in suspect.rows
    }
