"""Commands that make, take in and look at campaigns."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.options import (
    CampaignArgument,
    ColumnsOption,
    DropFormat,
    FaultOption,
    FileNameOption,
    JsonOption,
    MendAxisOption,
    MessOption,
    ReportOption,
    VesselMapOption,
    numbers,
)


def simulate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="campaign folder to make")],
    vessels: Annotated[int, typer.Option(help="number of vessels")] = 24,
    days: Annotated[int, typer.Option(help="length of the culture")] = 14,
    seed: Annotated[int, typer.Option(help="same seed, same campaign")] = 1,
    instrument: Annotated[str, typer.Option(help="spectrometer A, B, C ...")] = "A",
    every: Annotated[
        float | None, typer.Option(metavar="MIN", help="a spectrum every MIN minutes, in rounds")
    ] = None,
    fault: FaultOption = None,
    mess: MessOption = None,
) -> None:
    """Simulate a campaign: cultures, Raman spectra, assays, online values, with the truth known."""
    from pipelines import simulate as command

    command.run(
        out,
        vessels=vessels,
        days=days,
        seed=seed,
        instrument=instrument,
        every=every,
        faults=tuple(fault or ()),
        mess=tuple(mess or ()),
    )


def check(
    campaign: CampaignArgument,
    json: JsonOption = None,
    report: ReportOption = None,
    mend_axis: MendAxisOption = False,
) -> None:
    """Show what a campaign holds, what pairs with what and why not; train nothing."""
    from pipelines import check as command

    command.run(campaign, json=json, report=report, mend_axis=mend_axis)


def import_(
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE", help="folders and files of any make")
    ],
    out: Annotated[Path, typer.Option(metavar="CAMPAIGN", help="campaign folder to make")],
    name: FileNameOption = None,
    vessels: VesselMapOption = None,
    columns: ColumnsOption = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="IANA zone of times without an offset")
    ] = None,
) -> None:
    """Make a campaign folder from spectra, analyser exports, tables and logs; ask nothing."""
    from pipelines import importing as command

    command.run(sources, out=out, name=name, vessels=vessels, columns=columns, timezone=timezone)


def inspect(
    target: Annotated[Path, typer.Argument(metavar="FILE_OR_CAMPAIGN", help="file or folder")],
    png: Annotated[Path | None, typer.Option(metavar="FILE", help="draw it")] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="IANA zone of times without an offset")
    ] = None,
) -> None:
    """Print what is in a file or a campaign, and draw it."""
    from pipelines import inspecting as command

    command.run(target, png=png, timezone=timezone)


def plan(
    vessels: Annotated[
        str | None, typer.Option(metavar="N,...", help="campaign sizes to try; 6,12,24,48")
    ] = None,
    samples_per_day: Annotated[
        str | None, typer.Option(metavar="N,...", help="assays a vessel and day")
    ] = None,
    exposure: Annotated[
        str | None, typer.Option(metavar="S,...", help="seconds of light a spectrum")
    ] = None,
    spike: Annotated[
        str | None, typer.Option(metavar="N,...", help="spiked samples a vessel")
    ] = None,
    campaigns: Annotated[int, typer.Option(help="campaigns of each setting")] = 5,
    days: Annotated[int, typer.Option(help="length of the culture")] = 14,
    seed: Annotated[int, typer.Option(help="same seed, same answer")] = 1,
    png: Annotated[Path | None, typer.Option(help="draw it")] = None,
    json: JsonOption = None,
) -> None:
    """Simulate campaigns of several sizes: how many vessels and assays does a sensor need?"""
    from pipelines import plan as command

    lists = {
        "vessels": numbers(vessels, int, "--vessels"),
        "samples_per_day": numbers(samples_per_day, float, "--samples-per-day"),
        "exposure": numbers(exposure, float, "--exposure"),
        "spike": numbers(spike, int, "--spike"),
    }
    given = {name: values for name, values in lists.items() if values is not None}
    command.run(campaigns=campaigns, days=days, seed=seed, png=png, json=json, **given)


def spectrometer(
    campaign: CampaignArgument,
    drop: Annotated[
        str,
        typer.Option(metavar="DIR", help="drop folder; or opc.tcp://HOST:PORT/, mqtt://HOST/TOPIC"),
    ],
    vessel: Annotated[list[str] | None, typer.Option(help="repeatable; by default all")] = None,
    speed: Annotated[float, typer.Option(help="process seconds a second")] = 3600.0,
    format: Annotated[DropFormat, typer.Option(help="what is written")] = DropFormat.CSV,
) -> None:
    """Drop a campaign's stored spectra in order of time, as a spectrometer would, and end."""
    from pipelines import spectrometer as command

    command.run(campaign, drop=drop, vessels=tuple(vessel or ()), speed=speed, format=format.value)
