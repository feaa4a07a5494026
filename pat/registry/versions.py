"""Which sensor a name means, and which sensors there are."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pat.errors import SensorError
from pat.registry.tracking import Tracking, store_errors
from pat.soft_sensor import SoftSensor, load_sensor

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

CHAMPION = "champion"

_URI = re.compile(r"models:/(?P<name>[^/@]+)(?:/(?P<version>\d+)|@(?P<alias>[\w.-]+))?$")


@dataclass(frozen=True, slots=True)
class SensorVersion:
    """One version of a registered sensor, as a table row."""

    name: str
    version: int
    aliases: tuple[str, ...]
    unit: str
    rmsecv: str
    nested_rmse: str
    created: str
    digest: str
    run_id: str

    @property
    def reference(self) -> str:
        """The address that means this version and no other."""
        return f"models:/{self.name}/{self.version}"


def resolve_sensor(reference: str, tracking: Tracking) -> tuple[SoftSensor, str]:
    """Return the sensor that `reference` means, and the address of exactly that version.

    Parameters
    ----------
    reference : str
        `NAME.ANALYTE` (its champion), `models:/NAME/3`, `models:/NAME@alias` or `models:/m-...`.

    Raises
    ------
    SensorError
        If there is no such sensor; the message says what there is and what to type.
    """
    import mlflow.artifacts

    address = _exact_address(reference, tracking)
    with store_errors(tracking.uri):
        folder = mlflow.artifacts.download_artifacts(f"{address}/artifacts/sensor")
    return load_sensor(Path(folder)), address


def registered_sensors(tracking: Tracking) -> list[SensorVersion]:
    """Return every version of every registered sensor, names in order, newest version first."""
    client = tracking.client
    with store_errors(tracking.uri):
        rows = []
        for model in client.search_registered_models():
            aliases = _aliases_by_version(dict(model.aliases))
            for version in client.search_model_versions(f"name = '{model.name}'"):
                rows.append(_row(version, aliases.get(int(version.version), ())))
    return sorted(rows, key=lambda row: (row.name, -row.version))


def get_version(name: str, version: int, tracking: Tracking) -> SensorVersion:
    """Return one version, or say which there are."""
    versions = [row for row in registered_sensors(tracking) if row.name == name]
    for row in versions:
        if row.version == version:
            return row
    raise SensorError(_unknown(name, versions, tracking, wanted=f"version {version}"))


def version_with_alias(name: str, alias: str, tracking: Tracking) -> SensorVersion | None:
    """Return the version that holds an alias, or None."""
    rows = [r for r in registered_sensors(tracking) if r.name == name and alias in r.aliases]
    return rows[0] if rows else None


def _exact_address(reference: str, tracking: Tracking) -> str:
    if reference.startswith("models:/m-"):
        return reference
    uri = reference if reference.startswith("models:") else f"models:/{reference}@{CHAMPION}"
    match = _URI.fullmatch(uri)
    if match is None:
        msg = (
            f"expected NAME.ANALYTE, models:/NAME/VERSION, models:/NAME@ALIAS or a folder; "
            f"got {reference!r}"
        )
        raise SensorError(msg)
    name, version = match["name"], match["version"]
    if version is not None:
        return get_version(name, int(version), tracking).reference
    alias = match["alias"] or CHAMPION
    found = version_with_alias(name, alias, tracking)
    if found is None:
        versions = [row for row in registered_sensors(tracking) if row.name == name]
        raise SensorError(_unknown(name, versions, tracking, wanted=f"{alias}"))
    return found.reference


def _unknown(name: str, versions: list[SensorVersion], tracking: Tracking, *, wanted: str) -> str:
    if versions:
        newest = versions[0]
        return (
            f"{name} has no {wanted} in {tracking.uri}; its newest version is {newest.version}. "
            f"Use {newest.reference}, or make it the champion:\n"
            f"  pat promote {name} {newest.version} --by WHO --why TEXT"
        )
    known = sorted({row.name for row in registered_sensors(tracking)})
    there = f"registered are: {', '.join(known)}" if known else "nothing is registered there"
    return f"no sensor {name} in {tracking.uri}; {there}"


def _row(version: "ModelVersion", aliases: tuple[str, ...]) -> SensorVersion:
    from datetime import UTC, datetime

    created = datetime.fromtimestamp(version.creation_timestamp / 1000, tz=UTC)
    tags = version.tags
    return SensorVersion(
        name=str(version.name),
        version=int(version.version),
        aliases=aliases,
        unit=tags.get("unit", ""),
        rmsecv=tags.get("cv/rmse", ""),
        nested_rmse=tags.get("nested/rmse", ""),
        created=created.strftime("%Y-%m-%d %H:%M UTC"),
        digest=tags.get("sensor_digest", ""),
        run_id=str(version.run_id or ""),
    )


def _aliases_by_version(aliases: dict[str, str]) -> dict[int, tuple[str, ...]]:
    by_version: dict[int, list[str]] = {}
    for alias, version in sorted(aliases.items()):
        by_version.setdefault(int(version), []).append(alias)
    return {version: tuple(names) for version, names in by_version.items()}
