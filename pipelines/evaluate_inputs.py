"""What `pat evaluate` is asked to judge by, checked before any figure is computed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pat.campaign import Campaign
    from pat.readers.pure_spectra import PureSpectra
    from pat.readers.target_profile import TargetProfile
    from pat.soft_sensor import SoftSensor


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
