"""The command `pat`: arguments in, one command's run() out, errors as one clear message."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from pat.errors import InputError, PatError
from pipelines.options import (
    Backend,
    CampaignArgument,
    ColumnsOption,
    DropFormat,
    Effort,
    FaultOption,
    FileNameOption,
    JsonOption,
    MendAxisOption,
    MessOption,
    ReportOption,
    SensorArgument,
    TrackingOption,
    VesselMapOption,
    numbers,
)

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # plants are air-gapped

app = typer.Typer(
    name="pat",
    help="Raman process analytics: from a campaign to validated, streaming soft sensors.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich's help costs 0.3 s
    pretty_exceptions_enable=False,
)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="folder for the run's files")] = Path("demo"),
    tracking_uri: TrackingOption = None,
) -> None:
    """Train, register, promote and stream on the sample campaign, and say how good it is."""
    from pipelines import demo as command

    command.run(out=out, tracking_uri=tracking_uri)


@app.command()
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


@app.command()
def check(
    campaign: CampaignArgument,
    json: JsonOption = None,
    report: ReportOption = None,
    mend_axis: MendAxisOption = False,
) -> None:
    """Show what a campaign holds, what pairs with what and why not; train nothing."""
    from pipelines import check as command

    command.run(campaign, json=json, report=report, mend_axis=mend_axis)


@app.command(name="import")
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


@app.command()
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


@app.command()
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
    exclude_suspects: Annotated[
        bool,
        typer.Option("--exclude-suspects", help="add bad spectra to exclude.csv, then train"),
    ] = False,
    seed: Annotated[int, typer.Option(help="same seed, same sensor")] = 0,
    backend: Annotated[Backend, typer.Option(help="where the search runs")] = Backend.LOKY,
    no_register: Annotated[
        bool, typer.Option("--no-register", help="log the runs, register no model")
    ] = False,
    tracking_uri: TrackingOption = None,
    json: JsonOption = None,
) -> None:
    """Search, validate by held-out cultures, and register one soft sensor an analyte."""
    del backend  # one choice so far; the option fixes the command line
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
        register=not no_register,
        tracking_uri=tracking_uri,
        json=json,
    )


@app.command()
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
    targets: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="acceptance criteria to judge by")
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
    )


@app.command()
def predict(
    inputs: Annotated[
        list[Path],
        typer.Argument(metavar="INPUT", help="campaign folders, spectra tables, instrument files"),
    ],
    sensor: Annotated[list[str], typer.Option(metavar="SENSOR", help="repeatable")],
    out: Annotated[Path | None, typer.Option(help="FILE.csv or FILE.parquet")] = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Score spectra: one row a spectrum and analyte, in input order."""
    from pipelines import predict as command

    command.run(inputs, sensors=sensor, out=out, tracking_uri=tracking_uri)


@app.command()
def models(tracking_uri: TrackingOption = None) -> None:
    """List the registered sensors, their versions, aliases and errors."""
    from pipelines import models as command

    command.run(tracking_uri=tracking_uri)


@app.command()
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


@app.command()
def export(
    sensor: SensorArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="folder to make")],
    tracking_uri: TrackingOption = None,
) -> None:
    """Write a sensor to a folder that scores without MLflow."""
    from pipelines import export as command

    command.run(sensor, out, tracking_uri=tracking_uri)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="exported sensor")],
) -> None:
    """Check an exported sensor's digests and predict its golden set again."""
    from pipelines import verify as command

    command.run(folder)


@app.command()
def stream(
    watch: Annotated[Path | None, typer.Option(metavar="DIR", help="drop folder")] = None,
    sensor: Annotated[list[str] | None, typer.Option(metavar="SENSOR", help="repeatable")] = None,
    results: Annotated[str | None, typer.Option(metavar="URL", help="results database")] = None,
    vessels: VesselMapOption = None,
    name: Annotated[
        str | None, typer.Option(metavar="REGEX", help="named groups vessel, time, sample, kind")
    ] = None,
    settle: Annotated[
        float | None, typer.Option(metavar="S", help="seconds a file must hold still; 5")
    ] = None,
    expect_every: Annotated[
        float | None,
        typer.Option(metavar="MIN", help="a vessel's value turns bad without a spectrum so long"),
    ] = None,
    opcua: Annotated[
        str | None, typer.Option(metavar="URL", help="serve OPC UA: opc.tcp://HOST:PORT/PATH")
    ] = None,
    mqtt: Annotated[
        str | None, typer.Option(metavar="URL", help="publish by MQTT: mqtt://HOST:PORT/TOPIC")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="score what is there and end")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="test every connection and sensor, and end")
    ] = False,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="settings; options count more")
    ] = None,
    tracking_uri: TrackingOption = None,
) -> None:
    """Score spectra as they are dropped; nothing is lost and nothing doubled."""
    from pipelines import stream as command

    command.run(
        watch,
        sensors=tuple(sensor or ()),
        config=config,
        results=results,
        vessels=vessels,
        name=name,
        settle=settle,
        expect_every=expect_every,
        opcua=opcua,
        mqtt=mqtt,
        once=once,
        check=check,
        tracking_uri=tracking_uri,
    )


@app.command()
def spectrometer(
    campaign: CampaignArgument,
    drop: Annotated[Path, typer.Option(metavar="DIR", help="drop folder")],
    vessel: Annotated[list[str] | None, typer.Option(help="repeatable; by default all")] = None,
    speed: Annotated[float, typer.Option(help="process seconds a second")] = 3600.0,
    format: Annotated[DropFormat, typer.Option(help="what is written")] = DropFormat.CSV,
) -> None:
    """Drop a campaign's stored spectra in order of time, as a spectrometer would, and end."""
    from pipelines import spectrometer as command

    command.run(campaign, drop=drop, vessels=tuple(vessel or ()), speed=speed, format=format.value)


@app.command()
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


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="port on this machine")] = 5000,
    tracking_uri: TrackingOption = None,
) -> None:
    """Start the MLflow UI, light, and print the address to open."""
    from pipelines import ui as command

    command.run(port=port, tracking_uri=tracking_uri)


def main() -> None:
    """Run the command line; exit 2 for bad input, 1 for what else goes wrong."""
    try:
        app()
    except InputError as error:
        fail(str(error), 2)
    except PatError as error:
        fail(str(error), 1)
    except KeyboardInterrupt:
        fail("stopped; nothing half-written is left", 130)
    except Exception:  # noqa: BLE001 - the last line of defence
        import traceback

        traceback.print_exc()
        fail("this is a fault of pat, not of your files; the lines above say where", 1)


def fail(message: str, code: int) -> None:
    """Print one message to standard error and end with this exit code."""
    print(f"pat: {message}", file=sys.stderr)
    sys.exit(code)
