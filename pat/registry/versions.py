"""Which sensor a name means, and which sensors there are."""

import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from pat.errors import SensorError
from pat.registry.flavour import SENSOR_FILES
from pat.registry.store_errors import none_if_missing, store_errors
from pat.registry.tracking import Tracking
from pat.soft_sensor import SoftSensor, load_sensor

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion, RegisteredModel

CHAMPION = "champion"
#: Tag of a version: the acceptance criteria that it does not meet, in words.
CRITERIA_FAILED = "criteria_failed"
#: Tags of a version, by campaign: the criteria that it missed when it was evaluated there.
FAILED_ON, NONE_MISSED = "criteria_failed_on.", "none"
#: Tag of a version: why its error on new vessels is not shown.
NOT_SHOWN = "not_shown"
#: What is tagged of a version, so that its promotion can be judged where its run is gone.
MARGIN_METRICS = (
    "nested/rmse",
    "null/culture_age",
    "null/mean",
    "test/rmsep",
    "test/culture_age",
    "test/mean",
)

_URI = re.compile(r"models:/(?P<name>[^/]+)(?:/(?P<version>\d+)|@(?P<alias>[\w-]+))")
_LOGGED = re.compile(r"models:/(?P<id>m-\w+)")


@dataclass(frozen=True, slots=True)
class SensorVersion:
    """One version of a registered sensor; a figure is empty where it is undefined.

    `failed_on` holds the criteria that it missed in an evaluation, by campaign;
    `margin_metrics` are those of `MARGIN_METRICS` that it has, to the digits of a tag.
    """

    name: str
    version: int
    aliases: tuple[str, ...]
    analyte: str
    unit: str
    rmsecv: str
    nested_rmse: str
    created: str
    digest: str
    run_id: str
    criteria_failed: str = ""
    failed_on: Mapping[str, str] = field(default_factory=dict)
    not_shown: str = ""
    margin_metrics: Mapping[str, float] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """The address that means this version and no other."""
        return f"models:/{self.name}/{self.version}"


def resolve_sensor(reference: str, tracking: Tracking) -> tuple[SoftSensor, str]:
    """Return the sensor that `reference` means, and the address of exactly that one.

    Parameters
    ----------
    reference : str
        `NAME.ANALYTE` (its champion), `models:/NAME/3`, `models:/NAME@alias` or `models:/m-...`.
    tracking : Tracking

    Raises
    ------
    SensorError
        If there is no such sensor (the message says what there is and what to type), or it is
        foreign or was changed since it was registered.
    StoreError
        If the store does not give it out.
    """
    unregistered = logged_id(reference)
    if unregistered is not None:
        return _logged_sensor(unregistered, tracking), reference
    version = resolve_version(reference, tracking)
    with store_errors(tracking.address):
        place = tracking.client.get_model_version_download_uri(version.name, str(version.version))
    sensor = _download(place, tracking)
    if sensor.digest != version.digest:
        msg = (
            f"{version.reference} was changed after it was registered: its digest is "
            f"{sensor.digest[:12]}, registered was {version.digest[:12]}; train it again"
        )
        raise SensorError(msg)
    return sensor, version.reference


def logged_id(reference: str) -> str | None:
    """Return the id of a sensor that was logged without being registered, None for any other."""
    logged = _LOGGED.fullmatch(reference)
    return None if logged is None else logged["id"]


def resolve_version(reference: str, tracking: Tracking) -> SensorVersion:
    """Return the registered version that `NAME.ANALYTE` or a `models:/` address means.

    Raises
    ------
    SensorError
        If there is none.
    """
    uri = reference if reference.startswith("models:") else f"models:/{reference}@{CHAMPION}"
    match = _URI.fullmatch(uri)
    if match is None:
        msg = (
            f"expected NAME.ANALYTE, models:/NAME/VERSION, models:/NAME@ALIAS or the folder of "
            f"an exported sensor; got {reference!r}"
        )
        raise SensorError(msg)
    name, version, alias = match["name"], match["version"], match["alias"]
    if version is not None:
        return get_version(name, int(version), tracking=tracking)
    found = version_with_alias(name, alias, tracking=tracking)
    if found is None:
        wanted = alias if alias == CHAMPION else f"alias {alias}"
        raise SensorError(_unknown(name, tracking, wanted=wanted))
    return found


def registered_sensors(tracking: Tracking) -> list[SensorVersion]:
    """Return every version of every registered sensor, names in order, newest version first.

    Models of other makes that share the registry are left out.
    """
    client = tracking.client
    with store_errors(tracking.address):
        models = {model.name: model for model in _pages(client.search_registered_models)}
        rows = [
            _row(version, models[version.name])
            for version in _pages(client.search_model_versions)
            if version.name in models and _is_ours(version)
        ]
    return sorted(rows, key=lambda row: (row.name, -row.version))


def get_version(name: str, version: int, *, tracking: Tracking) -> SensorVersion:
    """Return one version, or say which there are."""
    client = tracking.client
    with store_errors(tracking.address):
        found = none_if_missing(partial(client.get_model_version, name, str(version)))
        model = none_if_missing(partial(client.get_registered_model, name))
    if found is None or model is None:
        raise SensorError(_unknown(name, tracking, wanted=f"version {version}"))
    if not _is_ours(found):
        msg = f"models:/{name}/{version} is a model of another make, not a soft sensor of pat"
        raise SensorError(msg)
    return _row(found, model)


def version_with_alias(name: str, alias: str, *, tracking: Tracking) -> SensorVersion | None:
    """Return the version that holds an alias, or None."""
    with store_errors(tracking.address):
        model = none_if_missing(partial(tracking.client.get_registered_model, name))
    held = None if model is None else dict(model.aliases).get(alias)
    return None if held is None else get_version(name, int(held), tracking=tracking)


def _logged_sensor(model_id: str, tracking: Tracking) -> SoftSensor:
    """Return a sensor that was logged without being registered."""
    with store_errors(tracking.address):
        model = none_if_missing(partial(tracking.client.get_logged_model, model_id))
    if model is None:
        msg = f"no sensor models:/{model_id} in {tracking.address}"
        raise SensorError(msg)
    return _download(model.artifact_location, tracking)


def _download(model_uri: str, tracking: Tracking) -> SoftSensor:
    """Return the sensor inside the model files at `model_uri`; copies of them do not stay."""
    import mlflow.artifacts

    with store_errors(tracking.address), tempfile.TemporaryDirectory() as folder:
        place = mlflow.artifacts.download_artifacts(
            f"{model_uri}/{SENSOR_FILES}",
            dst_path=folder,
            tracking_uri=tracking.uri,
            registry_uri=tracking.uri,
        )
        return load_sensor(place)


def _unknown(name: str, tracking: Tracking, *, wanted: str) -> str:
    """Return what to say where a name, version or alias is not there."""
    every = registered_sensors(tracking)
    versions = [row for row in every if row.name == name]
    if versions:
        newest = versions[0]
        return (
            f"{name} has no {wanted} in {tracking.address}; its newest version is "
            f"{newest.version}. Use {newest.reference}, or make it the champion:\n"
            f"  pat promote {shlex.quote(name)} {newest.version} --by WHO --why TEXT"
        )
    known = sorted({row.name for row in every})
    there = f"registered are: {', '.join(known)}" if known else "nothing is registered there"
    return f"no sensor {name} in {tracking.address}; {there}"


def _pages(search: Any) -> Iterator[Any]:
    """Yield all that a search of the registry finds, page by page."""
    token = None
    while True:
        page = search(page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _is_ours(version: "ModelVersion") -> bool:
    return "sensor_digest" in version.tags


def _row(version: "ModelVersion", model: "RegisteredModel") -> SensorVersion:
    created = datetime.fromtimestamp(version.creation_timestamp / 1000, tz=UTC)
    tags = version.tags
    aliases = dict(model.aliases).items()  # those of the version itself come back empty
    return SensorVersion(
        name=str(version.name),
        version=int(version.version),
        aliases=tuple(sorted(a for a, held in aliases if int(held) == int(version.version))),
        analyte=tags.get("analyte", ""),
        unit=tags.get("unit", ""),
        rmsecv=tags.get("cv/rmse", ""),
        nested_rmse=tags.get("nested/rmse", ""),
        created=f"{created:%Y-%m-%d %H:%M} UTC",
        digest=tags.get("sensor_digest", ""),
        run_id=str(version.run_id or ""),
        criteria_failed=tags.get(CRITERIA_FAILED, ""),
        failed_on={
            name.removeprefix(FAILED_ON): text
            for name, text in sorted(tags.items())
            if name.startswith(FAILED_ON) and text != NONE_MISSED
        },
        not_shown=tags.get(NOT_SHOWN, ""),
        margin_metrics={name: float(tags[name]) for name in MARGIN_METRICS if name in tags},
    )
