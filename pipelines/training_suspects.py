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
) -> "tuple[list[Campaign], tuple[str, ...]]":
    """Print what is suspect; return the campaigns to train on, and what was said.

    With `exclude`, spectra that were not well collected (dead, not finite, saturated, too little
    light) are added to their campaign's exclude.csv, and the campaign is read again. Vessels that
    look swapped, and channels that saturate in most spectra, are for people to judge: they stay.
    """
    each = [
        _looked_at(campaign, folder, exclude=exclude)
        for campaign, folder in zip(campaigns, folders, strict=True)
    ]
    told = tuple(line for _, lines in each for line in lines)
    for line in told:
        print(f"note: {line}")
    return [campaign for campaign, _ in each], told


def _looked_at(
    campaign: "Campaign", folder: Path, *, exclude: bool
) -> "tuple[Campaign, list[str]]":
    """Return the campaign to train on, and what is suspect and what became of it in words."""
    from pat.alignment import pair
    from pat.diagnostics.suspects import suspects
    from pat.readers import read_campaign
    from pat.readers.add_exclusions import exclude_spectra
    from pipelines.check_facts import suspect_facts
    from pipelines.check_words import suspect_words

    pairing = pair(campaign)
    found = suspects(campaign, pairing)
    told = [f"{campaign.id}: {suspect_words(one)}" for one in suspect_facts(campaign, found)]
    reasons = _excludable(found)
    if not reasons:
        return campaign, told
    if not exclude:
        return campaign, [*told, f"{campaign.id}: {_left_in(campaign, list(reasons))}"]
    count = exclude_spectra(folder, campaign, reasons, who=WHO)
    added = "1 suspect was" if count == 1 else f"{count} suspects were"
    told.append(f"{campaign.id}: {added} added to {folder / 'exclude.csv'}")
    return read_campaign(folder), told


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
