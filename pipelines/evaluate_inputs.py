"""What `pat evaluate` is asked to judge by, checked before any figure is computed."""

from pathlib import Path
from typing import TYPE_CHECKING

from pat.errors import StoreError

if TYPE_CHECKING:
    from pat.campaign import Campaign
    from pat.readers.pure_spectra import PureSpectra
    from pat.readers.target_profile import TargetProfile
    from pat.soft_sensor import SoftSensor


def check_folders(*, json: Path | None, report: Path | None) -> None:
    """Raise StoreError where a file to write has no folder."""
    for path, what in ((json, "figures"), (report, "report")):
        if path is not None and not path.resolve().parent.is_dir():
            msg = f"{path}: the {what} cannot be written: there is no folder {path.parent}"
            raise StoreError(msg)


def check_evidence(
    sensor: "SoftSensor",
    campaign: "Campaign",
    *,
    profile: "TargetProfile | None",
    pure: "PureSpectra | None",
) -> None:
    """Raise InputError where a profile or pure spectra do not fit the sensor and the campaign."""
    if profile is not None:
        profile.target(sensor.analyte.name, sensor.analyte.unit)
    if pure is not None:
        from pipelines.pure_library import measured_pure

        measured_pure(pure, sensor, axis=campaign.spectra.axis, analytes=campaign.info.analytes)
