"""Arguments and options that several commands share, and what they may be."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from pat.errors import InputError


class Effort(StrEnum):
    """How broad the search is."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"


class DropFormat(StrEnum):
    """What the simulated spectrometer writes."""

    CSV = "csv"
    SPC = "spc"


class Backend(StrEnum):
    """Where the work runs."""

    LOKY = "loky"
    DASK = "dask"


Number = TypeVar("Number", int, float)

CampaignArgument = Annotated[Path, typer.Argument(metavar="CAMPAIGN", help="campaign folder")]
ColumnsOption = Annotated[
    Path | None, typer.Option(metavar="MAP.toml", help="what columns of tables mean")
]
FaultOption = Annotated[
    list[str] | None, typer.Option(metavar="KIND:VESSEL:HOUR[:SIZE]", help="repeatable")
]
FileNameOption = Annotated[
    str | None,
    typer.Option(metavar="REGEX", help="named groups vessel, time, sample, kind, channel"),
]
JsonOption = Annotated[Path | None, typer.Option("--json", help="write the facts as JSON")]
MendAxisOption = Annotated[
    bool, typer.Option("--mend-axis", help="add the corrected axis to campaign.toml")
]
MessOption = Annotated[
    list[str] | None, typer.Option(metavar="KIND", help="disorder of real campaigns; repeatable")
]
ReportOption = Annotated[Path | None, typer.Option(help="write a page that opens offline (.html)")]
BackendOption = Annotated[Backend, typer.Option(help="processes here, or a Dask cluster")]
SchedulerOption = Annotated[
    str | None, typer.Option(metavar="URL", help="Dask scheduler, such as tcp://HOST:8786")
]
SensorArgument = Annotated[
    str,
    typer.Argument(
        metavar="SENSOR",
        help="NAME.ANALYTE (its champion), models:/NAME/3, models:/NAME@ALIAS or a folder",
    ),
]
TargetsOption = Annotated[
    Path | None, typer.Option(metavar="FILE.toml", help="acceptance criteria to judge by")
]
TransferSamplesOption = Annotated[
    int | None, typer.Option("--samples", metavar="N", help="assayed samples to use; 0: none; all")
]
ExcludeSuspectsOption = Annotated[
    bool, typer.Option("--exclude-suspects", help="add bad spectra to exclude.csv, then train")
]
FirstOption = Annotated[
    bool, typer.Option("--first", help="the first N, not those spread over the spectra")
]
TrackingOption = Annotated[
    str | None,
    typer.Option(
        envvar="MLFLOW_TRACKING_URI",
        help="MLflow store; by default SQLite in mlruns/",
        show_envvar=False,
    ),
]
VesselMapOption = Annotated[
    Path | None, typer.Option(metavar="MAP.csv", help="probe or carousel position to culture")
]


def numbers(text: str | None, kind: type[Number], option: str) -> tuple[Number, ...] | None:
    """Return the numbers of a list such as "6,12,24"; None where the option was not given."""
    if text is None:
        return None
    try:
        return tuple(kind(part) for part in text.split(","))
    except ValueError:
        msg = f"expected {option} as numbers with commas between, such as 6,12; got {text!r}"
        raise InputError(msg) from None
