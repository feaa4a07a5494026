"""How often the detectives of late clocks and carry-over are right, on simulated campaigns.

Sound campaigns give their rate of false alarms; the same campaigns with the clock of their assays
moved, or with a share of the vessel before mixed into every spectrum, their power by size.
"""

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from pat.alignment import pair
from pat.campaign import Campaign
from pat.diagnostics.carry_over import vessel_before
from pat.diagnostics.held_out_errors import carried_over, clock_of_assays, held_out_values
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures

LATE_H = (0.5, 1.0, 2.0, -2.0, 4.0)
SHARES = (0.02, 0.05, 0.10)
AXIS = np.arange(450.0, 1801.0, 2.0)
N_VESSELS, DAYS, EVERY_MIN = 12, 10, 60.0


def main() -> None:
    """Print false alarms and power."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=40, help="campaigns")
    parser.add_argument("--vessels", type=int, default=N_VESSELS)
    args = parser.parse_args()
    late = {0.0: 0} | dict.fromkeys(LATE_H, 0)
    right = dict.fromkeys(LATE_H, 0)
    mixed = {0.0: 0} | dict.fromkeys(SHARES, 0)
    seen = {share: [] for share in mixed}
    for seed in range(1, args.seeds + 1):
        sound = simulated(seed, args.vessels)
        for hours in late:
            found = clock(moved(sound, hours))
            late[hours] += found is not None
            if hours and found is not None:
                right[hours] += abs(found.late_h - hours) <= max(0.5, 0.5 * abs(hours))
        for share in mixed:
            found = carried(with_carry_over(sound, share))
            mixed[share] += found.is_found
            seen[share].append(found.share)
    heads = f"| the assays' clock is late by | reported, of {args.seeds} | and by about that |"
    print(f"{heads}\n|---|---|---|")
    for hours, count in late.items():
        print(f"| {hours:g} h | {count} | {right.get(hours, '')} |")
    print(f"\n| share of the vessel before | reported, of {args.seeds} | found |\n|---|---|---|")
    for share, count in mixed.items():
        low, high = np.quantile(seen[share], [0.05, 0.95])
        print(f"| {share:.0%} | {count} | {np.mean(seen[share]):.1%} ({low:.1%} to {high:.1%}) |")


def simulated(seed: int, n_vessels: int) -> Campaign:
    """Return a campaign whose analyser goes round the vessels once an hour."""
    cultures = simulate_cultures(design(n_vessels, days=DAYS, seed=seed), seed=seed)
    settings = CampaignSettings(seed=seed, axis=AXIS, every_min=EVERY_MIN)
    return simulate_campaign(cultures, settings=settings).campaign


def moved(campaign: Campaign, hours: float) -> Campaign:
    """Return the campaign with the clock of its assays late by some hours."""
    late = pd.Timedelta(hours=hours)
    assays = campaign.assays.assign(
        time=campaign.assays["time"] + late, elapsed_h=campaign.assays["elapsed_h"] + hours
    )
    info = replace(campaign.info, pair_within_min=0.5 * EVERY_MIN)
    return replace(campaign, info=info, assays=assays)


def with_carry_over(campaign: Campaign, share: float) -> Campaign:
    """Return the campaign with a share of the spectrum before mixed into each."""
    spectra = campaign.spectra
    before = vessel_before(spectra.keys, spectra.keys["elapsed_h"].to_numpy(dtype=np.float64))
    source = np.where(before >= 0, before, np.arange(len(spectra)))
    mixed = spectra.intensities + share * (spectra.intensities[source] - spectra.intensities)
    return replace(campaign, spectra=replace(spectra, intensities=mixed))


def clock(campaign: Campaign):
    """Return what the detective of clocks says."""
    return clock_of_assays(_held_out(campaign))


def carried(campaign: Campaign):
    """Return what the detective of carry-over says."""
    return carried_over(campaign, _held_out(campaign))


def _held_out(campaign: Campaign):
    all_good = np.ones(len(campaign.spectra), dtype=bool)
    channels = np.ones(campaign.spectra.n_channels, dtype=bool)
    return held_out_values(campaign, pair(campaign), good=all_good, channels=channels)


if __name__ == "__main__":
    main()
