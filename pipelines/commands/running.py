"""Commands that run sensors and show what there is."""

from pathlib import Path
from typing import Annotated

import typer

from pipelines.options import (
    TrackingOption,
    VesselMapOption,
)


def demo(
    out: Annotated[Path, typer.Option(help="folder for the run's files")] = Path("demo"),
    tracking_uri: TrackingOption = None,
) -> None:
    """Train, register, promote and stream on the sample campaign, and say how good it is."""
    from pipelines import demo as command

    command.run(out=out, tracking_uri=tracking_uri)


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
    web: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="serve the live page for browsers")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="a promotion takes effect between two spectra")
    ] = False,
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
        web=web,
        follow=follow,
        once=once,
        check=check,
        tracking_uri=tracking_uri,
    )


def ui(
    port: Annotated[int, typer.Option(help="port on this machine")] = 5000,
    tracking_uri: TrackingOption = None,
) -> None:
    """Start the MLflow UI, light, and print the address to open."""
    from pipelines import ui as command

    command.run(port=port, tracking_uri=tracking_uri)


def results(
    results: Annotated[str, typer.Argument(metavar="URL", help="results database of a stream")],
    out: Annotated[Path, typer.Option(metavar="FILE.parquet", help="file to make")],
    before: Annotated[
        str | None, typer.Option(metavar="TIME", help="only what was published before")
    ] = None,
    delete: Annotated[
        bool, typer.Option("--delete", help="delete it once it is in the file")
    ] = False,
) -> None:
    """Export a stream's predictions to Parquet; delete old ones where asked."""
    from pipelines import results as command

    command.run(results, out=out, before=before, delete=delete)
