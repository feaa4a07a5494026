"""What a training was asked for, checked before any work is done."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pat.errors import CalibrationError, CampaignError, Fault, InputError
from pat.report.counted import counted
from pipelines.training_summary import example_of

if TYPE_CHECKING:
    from pat.calibration import CalibrationSet
    from pat.campaign import Campaign
    from pat.readers.target_profile import TargetProfile

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """What the command line asked for."""

    name: str
    effort: str
    holdout: tuple[str, ...]
    resamples: Path | None
    with_process_data: bool
    seed: int
    register: bool
    targets: "TargetProfile | None" = None
    backend: str = "loky"
    scheduler: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """Every paired sample, those that are trained on, and those kept out of everything.

    `suspects` tells what looked wrong before the training, in words.
    """

    paired: "CalibrationSet"
    training: "CalibrationSet"
    held_out: "CalibrationSet"
    suspects: tuple[str, ...] = ()


def check_targets(profile: "TargetProfile | None", cal: "CalibrationSet") -> None:
    """Raise InputError where a profile asks for an analyte that is not trained, or by another unit.

    Before the search: criteria that are found to be missing after it were not stated before.
    """
    for name in () if profile is None else profile.targets:
        if name not in cal.analytes:
            known = ", ".join(cal.analytes)
            msg = f"target profile: expected analytes that are trained ({known}); got {name}"
            raise InputError(msg)
        profile.target(name, cal.analytes[name].unit)


def read_campaigns(folders: Sequence[Path]) -> "list[Campaign]":
    """Return the campaigns of all folders, or every fault of all of them at once."""
    from pat.readers import read_campaign

    if len(folders) == 1:
        return [read_campaign(folders[0])]
    found: list[Campaign] = []
    faults: list[Fault] = []
    for folder in folders:
        try:
            found.append(read_campaign(folder))
        except CampaignError as error:
            faults += [_placed(fault, folder) for fault in error.faults]
    if faults:
        raise CampaignError(", ".join(map(str, folders)), faults)
    return found


def _placed(fault: Fault, folder: Path) -> Fault:
    """Return a fault whose file says in which campaign folder it is."""
    is_folder = fault.file == folder.name
    return replace(fault, file=str(folder) if is_folder else f"{folder}/{fault.file}")


def sensor_name(name: str | None, campaigns: "Sequence[Campaign]") -> str:
    """Return the name of the sensor family: the one asked for, or the campaign's id."""
    if name is None and len(campaigns) > 1:
        msg = "expected --name NAME, since several campaigns have several ids; got none"
        raise InputError(msg)
    wanted = campaigns[0].id if name is None else name
    if not _NAME.fullmatch(wanted):
        where = "as the campaign's id; choose another with --name" if name is None else "as --name"
        msg = f"expected a sensor name of letters, digits, - and _; got {wanted!r} {where}"
        raise InputError(msg)
    return wanted


def training_data(
    campaigns: "Sequence[Campaign]", analytes: Sequence[str] | None, *, options: TrainingOptions
) -> TrainingData:
    """Return the samples to train on and those kept out.

    Raises
    ------
    InputError
        If an analyte, a holdout or a resample is not of these campaigns, or nothing is left to
        train on.
    """
    from pat.calibration import calibration_set
    from pat.calibration.splitters import require_groups, resample_folds

    wanted = process_names(campaigns) if options.with_process_data else ()
    paired = calibration_set(campaigns, analytes=analytes, process_names=wanted)
    held = paired.holdout_mask(options.holdout)
    data = TrainingData(paired, training=paired.select(~held), held_out=paired.select(held))
    try:
        require_groups(len(set(data.training.groups)))
    except CalibrationError as error:
        msg = f"{error}{_lost(paired)}"
        raise CalibrationError(msg) from error
    if options.resamples is not None:
        resample_folds(options.resamples, data.training)
    return data


def _lost(paired: "CalibrationSet") -> str:
    """Return what else could have been trained on; empty where every assay is used."""
    lost = [one for left in paired.unpaired.values() for one in left]
    return f". {counted(len(lost), 'assay')} cannot be used ({example_of(lost)})" if lost else ""


def process_names(campaigns: "Sequence[Campaign]") -> tuple[str, ...]:
    """Return the online values that every campaign has."""
    keys = {"vessel", "time", "elapsed_h", "campaign"}
    shared = [name for name in campaigns[0].online.columns if name not in keys]
    for campaign in campaigns[1:]:
        shared = [name for name in shared if name in campaign.online.columns]
    if not shared:
        msg = (
            "expected online values in every campaign (online.csv) for --with-process-data; "
            "got none that all share"
        )
        raise InputError(msg)
    return tuple(shared)


def check_files(*, resamples: Path | None, json: Path | None) -> None:
    """Raise InputError where a file that is read or written at the end cannot be.

    A training takes minutes or hours; this is asked before.
    """
    if resamples is not None and not resamples.is_file():
        msg = f"expected the file of --resamples; got {resamples}: no such file"
        raise InputError(msg)
    if json is None:
        return
    folder = json.absolute().parent
    if not folder.is_dir() or json.is_dir() or not os.access(folder, os.W_OK):
        what = "is a folder" if json.is_dir() else f"{folder} is no folder that can be written"
        msg = f"expected a file to write for --json; got {json}: {what}"
        raise InputError(msg)
