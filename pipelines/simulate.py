"""`pat simulate`: a campaign folder with its truth, out of a seed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pat.errors import InputError
from pat.report.counted import counted
from pat.simulator.campaign import SimulatedCampaign, campaign_truth, simulate_campaign
from pat.simulator.culture import simulate_cultures
from pat.simulator.design import VesselPlan, design
from pat.simulator.faults import SIZES, Fault, parse_fault
from pat.simulator.files import expect_absent, write_simulated_campaign
from pat.simulator.instrument import instrument_named
from pat.simulator.mess import MEANING, MessKind, mess_kinds
from pat.simulator.settings import AUTUMN_START, START, CampaignSettings

#: More than any campaign has; they would run for minutes and fill the memory.
MOST_VESSELS = 480

#: Kinds of mess that need the night in which clocks are put back.
AUTUMN = frozenset({MessKind.SUMMER_TIME, MessKind.LOCAL_TIME})

#: Days after which the first daily sample comes after that night.
DAYS_TO_CHANGE = 7


def run(
    out: Path,
    *,
    vessels: int = 24,
    days: int = 14,
    seed: int = 1,
    instrument: str = "A",
    every: float | None = None,
    faults: Sequence[str] = (),
    mess: Sequence[str] = (),
) -> None:
    """Write the campaign folder `out`, and `out`-2 where a second campaign is asked for.

    Raises
    ------
    InputError
        If an argument is out of its range, or a folder exists; nothing is then written.
    """
    if vessels > MOST_VESSELS:
        msg = f"expected at most {MOST_VESSELS} vessels; got {vessels}"
        raise InputError(msg)
    kinds = mess_kinds(mess)
    check_change(kinds, days=days)
    instrument_named(instrument)
    first = CampaignSettings(
        seed=seed,
        instrument=instrument,
        every_min=every,
        start=AUTUMN_START if AUTUMN & set(kinds) else START,
        mess=kinds,
    )
    campaigns = {out: first}
    if MessKind.SECOND_CAMPAIGN in kinds:
        campaigns[out.with_name(f"{out.name}-2")] = replace(first, seed=seed + 1)
    for folder in campaigns:
        expect_absent(folder)
    wanted = [parse_fault(text) for text in faults]
    made = {
        folder: simulated(
            design(vessels, days=days, seed=settings.seed),
            settings=replace(settings, id=campaign_id(folder)),
            faults=wanted,
        )
        for folder, settings in campaigns.items()
    }
    for folder, (campaign, calm) in made.items():
        write_simulated_campaign(campaign, folder, mess=kinds, without_fault=calm)
        print(summary(campaign, folder=folder))
    name = f" --name {campaign_id(out)}" if len(campaigns) > 1 else ""
    for line in remarks(first, n_vessels=vessels, faults=wanted):
        print(line)
    print(f"next: pat check {out}\n      pat train {' '.join(map(str, campaigns))}{name}")


def check_change(kinds: Sequence[MessKind], *, days: float) -> None:
    """Check that a run that should see the clocks put back is long enough to see it.

    Raises
    ------
    InputError
        If no daily sample comes after the change.
    """
    if MessKind.SUMMER_TIME in kinds and days < DAYS_TO_CHANGE:
        msg = (
            f"mess {MessKind.SUMMER_TIME}: expected at least {DAYS_TO_CHANGE} days, since the "
            f"clocks are put back in the sixth night; got {days}"
        )
        raise InputError(msg)


def campaign_id(folder: Path) -> str:
    """Return the folder's name as an id that sensors can be named after; it may be empty."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", folder.resolve().name).strip("-_")


def simulated(
    plans: Sequence[VesselPlan], *, settings: CampaignSettings, faults: Sequence[Fault]
) -> tuple[SimulatedCampaign, pd.DataFrame | None]:
    """Return the campaign of these plans and, where there are faults, the truth without them."""
    cultures = simulate_cultures(plans, seed=settings.seed, faults=faults)
    campaign = simulate_campaign(cultures, settings=settings)
    if not faults:
        return campaign, None
    calm = simulate_cultures(plans, seed=settings.seed)
    return campaign, campaign_truth(calm, settings=settings)


def summary(simulated: SimulatedCampaign, *, folder: Path) -> str:
    """Return in one line what was written."""
    campaign = simulated.campaign
    megabytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    return (
        f"{folder}: campaign {campaign.id}, {counted(len(campaign.vessels), 'vessel')}, "
        f"{counted(len(campaign.spectra), 'spectrum', 'spectra')} of "
        f"{campaign.spectra.n_channels} channels, "
        f"{counted(len(campaign.assays), 'assay')} of {', '.join(campaign.info.analytes)}; "
        f"{megabytes:.1f} MB, the truth in truth.parquet"
    )


def remarks(settings: CampaignSettings, *, n_vessels: int, faults: Sequence[Fault]) -> list[str]:
    """Return one line for each thing that is not as usual."""
    lines = []
    if settings.every_min is not None:
        visit_s = min(settings.every_min * 60.0 / n_vessels, settings.acquisition.duration_s)
        lines.append(
            f"one analyser is at each vessel every {settings.every_min:g} min and can stay for "
            f"{visit_s:g} s; spectra of samples take {settings.acquisition.duration_s:g} s"
        )
    lines += [
        f"fault in {fault.vessel} from hour {fault.hour:g}: {fault.kind}, "
        f"{SIZES[fault.kind].meaning}: {fault.size:g}; truth_without_fault.parquet has the run "
        "without"
        for fault in faults
    ]
    lines += [f"mess {kind}: {MEANING[kind]}" for kind in settings.mess]
    return lines
