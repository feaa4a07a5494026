"""How often the detectives of clocks, carry-over and exchanges are right, on simulated campaigns.

Sound campaigns give their rate of false alarms; the same campaigns with the clock of their assays
moved, with a share of the vessel before mixed into every spectrum, or with two vessels exchanged,
their power by size.
"""

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from pat.alignment import pair
from pat.campaign import Campaign
from pat.diagnostics.carry_over import vessel_before
from pat.diagnostics.held_out_errors import carried_over, clock_of_assays, held_out_values
from pat.diagnostics.suspect import SuspectKind
from pat.diagnostics.suspects import suspects
from pat.simulator import CampaignSettings, design, simulate_campaign, simulate_cultures

LATE_H = (0.5, 1.0, 2.0, -2.0, 4.0)
SHARES = (0.02, 0.05, 0.10)
SINCE_H = (0.0, 96.0, 168.0)
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
    print_exchanges(args.seeds, args.vessels)


def print_exchanges(n_seeds: int, n_vessels: int) -> None:
    """Print how often two exchanged vessels are named, and others accused."""
    swaps = {since: [] for since in (None, *SINCE_H)}
    for seed in range(1, n_seeds + 1):
        daily = simulated(seed, n_vessels, every_min=None)
        names = sorted(set(daily.spectra.keys["vessel"]))
        two = frozenset(np.random.default_rng(seed).choice(names, size=2, replace=False))
        for since in swaps:
            told = swapped(daily if since is None else exchanged(daily, two, since))
            swaps[since].append((two in told, bool(told - {two})))
    print("\n| two vessels are exchanged | named | others accused |\n|---|---|---|")
    for since, told in swaps.items():
        right, wrong = np.sum(told, axis=0)
        print(f"| {'never' if since is None else f'from {since:g} h on'} | {right} | {wrong} |")


def simulated(seed: int, n_vessels: int, *, every_min: float | None = EVERY_MIN) -> Campaign:
    """Return a campaign whose analyser goes round the vessels, once an hour or once a day."""
    cultures = simulate_cultures(design(n_vessels, days=DAYS, seed=seed), seed=seed)
    settings = CampaignSettings(seed=seed, axis=AXIS, every_min=every_min)
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


def exchanged(campaign: Campaign, vessels: frozenset[str], since_h: float) -> Campaign:
    """Return the campaign with the spectra of two vessels under each other's name."""
    one, other = sorted(vessels)
    keys = campaign.spectra.keys
    names = keys["vessel"].replace({one: other, other: one})
    keys = keys.assign(vessel=keys["vessel"].where(keys["elapsed_h"] < since_h, names))
    return replace(campaign, spectra=replace(campaign.spectra, keys=keys))


def swapped(campaign: Campaign) -> set[frozenset[str]]:
    """Return the pairs of vessels that the detectives of exchanges name."""
    found = suspects(campaign, pair(campaign))
    return {frozenset(one.vessels) for one in found if one.kind is SuspectKind.SWAPPED}


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
