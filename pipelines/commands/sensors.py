"""Commands that train sensors and decide on them."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.options import (
    Backend,
    BackendOption,
    CampaignArgument,
    Effort,
    ExcludeSuspectsOption,
    FirstOption,
    JsonOption,
    SchedulerOption,
    SensorArgument,
    TargetsOption,
    TrackingOption,
    TransferSamplesOption,
)


def train(
    campaigns: Annotated[list[Path], typer.Argument(metavar="CAMPAIGN", help="campaign folders")],
    name: Annotated[
        str | None, typer.Option(help="sensor name; by default the campaign's id")
    ] = None,
    analyte: Annotated[list[str] | None, typer.Option(help="repeatable; by default all")] = None,
    effort: Annotated[Effort, typer.Option(help="how broad the search is")] = Effort.STANDARD,
    holdout: Annotated[
        list[str] | None,
        typer.Option(metavar="VESSEL|CAMPAIGN/VESSEL|CAMPAIGN/*", help="kept out; repeatable"),
    ] = None,
    resamples: Annotated[
        Path | None, typer.Option(help="CSV with resample, held_out_vessels: the outer folds")
    ] = None,
    with_process_data: Annotated[
        bool, typer.Option("--with-process-data", help="online values as a second block")
    ] = False,
    exclude_suspects: ExcludeSuspectsOption = False,
    seed: Annotated[int, typer.Option(help="same seed, same sensor")] = 0,
    backend: BackendOption = Backend.LOKY,
    scheduler: SchedulerOption = None,
    no_register: Annotated[
        bool, typer.Option("--no-register", help="log the runs, register no model")
    ] = False,
    targets: TargetsOption = None,
    tracking_uri: TrackingOption = None,
    json: JsonOption = None,
) -> None:
    """Search, validate by held-out cultures, and register one soft sensor an analyte."""
    from pipelines import train as command

    command.run(
        campaigns,
        name=name,
        analytes=analyte,
        effort=effort.value,
        holdout=tuple(holdout or ()),
        resamples=resamples,
        with_process_data=with_process_data,
        exclude_suspects=exclude_suspects,
        seed=seed,
        backend=backend.value,
        scheduler=scheduler,
        register=not no_register,
        targets=targets,
        tracking_uri=tracking_uri,
        json=json,
    )


def evaluate(
    sensor: SensorArgument,
    campaign: CampaignArgument,
    against: Annotated[
        str | None, typer.Option(metavar="SENSOR", help="paired comparison by culture")
    ] = None,
    tracking_uri: TrackingOption = None,
    json: JsonOption = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="validation report to sign")
    ] = None,
    targets: TargetsOption = None,
    pure: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="measured pure spectra to spike with, for --report"),
    ] = None,
) -> None:
    """Compare a sensor's predictions with a campaign's assays."""
    from pipelines import evaluate as command

    command.run(
        sensor,
        campaign,
        against=against,
        tracking_uri=tracking_uri,
        json=json,
        report=report,
        targets=targets,
        pure=pure,
    )


def predict(
    inputs: Annotated[
        list[Path],
        typer.Argument(metavar="INPUT", help="campaign folders, spectra tables, instrument files"),
    ],
    sensor: Annotated[list[str], typer.Option(metavar="SENSOR", help="repeatable")],
    out: Annotated[Path | None, typer.Option(help="FILE.csv or FILE.parquet")] = None,
    backend: BackendOption = Backend.LOKY,
    scheduler: SchedulerOption = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Score spectra: one row a spectrum and analyte, in input order."""
    from pipelines import predict as command

    command.run(
        inputs,
        sensors=sensor,
        out=out,
        backend=backend.value,
        scheduler=scheduler,
        tracking_uri=tracking_uri,
    )


def models(tracking_uri: TrackingOption = None) -> None:
    """List the registered sensors, their versions, aliases and errors."""
    from pipelines import models as command

    command.run(tracking_uri=tracking_uri)


def promote(
    name: Annotated[str, typer.Argument(metavar="NAME.ANALYTE")],
    version: Annotated[int, typer.Argument(metavar="VERSION")],
    by: Annotated[str, typer.Option(metavar="WHO", help="who decides")],
    why: Annotated[str, typer.Option(metavar="TEXT", help="why")],
    to: Annotated[str, typer.Option(metavar="ALIAS", help="alias to move")] = "champion",
    waive: Annotated[
        str | None, typer.Option(metavar="WHY", help="promote although the margin is not met")
    ] = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Make a version the champion, beside the evidence against the present one."""
    from pipelines import promote as command

    command.run(name, version, by=by, why=why, alias=to, waive=waive, tracking_uri=tracking_uri)


def export(
    sensor: SensorArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="folder to make")],
    tracking_uri: TrackingOption = None,
) -> None:
    """Write a sensor to a folder that scores without MLflow."""
    from pipelines import export as command

    command.run(sensor, out, tracking_uri=tracking_uri)


def verify(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="exported sensor")],
) -> None:
    """Check an exported sensor's digests and predict its golden set again."""
    from pipelines import verify as command

    command.run(folder)


def transfer(
    sensor: SensorArgument,
    to: Annotated[
        Path, typer.Option("--to", metavar="CAMPAIGN", help="campaign of the new instrument")
    ],
    samples: TransferSamplesOption = None,
    first: FirstOption = False,
    targets: TargetsOption = None,
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="write it there")] = None,
    tracking_uri: TrackingOption = None,
    json: JsonOption = None,
) -> None:
    """Move a sensor to another instrument, or say that nothing helps."""
    from pipelines import transfer as command

    command.run(
        sensor,
        to=to,
        samples=samples,
        first=first,
        targets=targets,
        out=out,
        tracking_uri=tracking_uri,
        json=json,
    )
