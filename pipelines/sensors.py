"""Which sensor a reference means: an exported folder, or a name in the registry."""

import sys
from pathlib import Path

from pat.errors import SensorError
from pat.soft_sensor import SoftSensor, load_sensor


def open_sensor(reference: str, *, tracking_uri: str | None = None) -> tuple[SoftSensor, str]:
    """Return the sensor and the address of exactly that one.

    A folder needs no registry, and loads none.

    Raises
    ------
    SensorError
        If there is no such sensor, or it is refused.
    """
    place = Path(reference)
    if place.is_dir():
        return load_sensor(place), str(place)
    if _is_path(reference):
        msg = (
            "expected a registered NAME.ANALYTE, models:/NAME.ANALYTE/VERSION or an exported "
            f"folder; got {reference}: no such folder"
        )
        raise SensorError(msg)
    from pat.registry.tracking import open_tracking
    from pat.registry.versions import resolve_sensor

    tracking = open_tracking(tracking_uri)
    print(f"tracking: {tracking.uri}", file=sys.stderr)
    return resolve_sensor(reference, tracking)


def _is_path(reference: str) -> bool:
    """Return whether a reference can only mean a folder."""
    if reference.startswith("models:"):
        return False
    return "/" in reference or "\\" in reference or reference.startswith(".")
