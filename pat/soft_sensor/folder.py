"""A sensor's folder: written whole or not at all, checked byte by byte before it is used."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pat.errors import SensorError, StoreError
from pat.soft_sensor.document import (
    Document,
    as_text,
    checked,
    document,
    member_measures,
    sensor_from,
    sha256,
)
from pat.soft_sensor.domain_file import stored_domain
from pat.soft_sensor.members import Member, dissected_with
from pat.soft_sensor.sensor import SoftSensor
from pat.soft_sensor.trusted import loaded

DESCRIPTION = "sensor.json"
MODEL = "model.skops"
GOLDEN = "golden.csv"
SAMPLES = "samples.csv"
CALIBRATION = "calibration.npz"
LEFT_OUT = "left_out.csv"
DOMAIN = "domain.npz"
COEFFICIENTS = "coefficients.csv"
REQUIREMENTS = "requirements.txt"
CARD = "card.md"


def save_sensor(sensor: SoftSensor, folder: Path) -> None:
    """Write a sensor to a new folder that scores without a registry.

    Raises
    ------
    SensorError
        If the folder exists and is not empty.
    StoreError
        If it cannot be written; nothing half-written is left.
    """
    check_new(folder)
    files = {**sensor.contents, DESCRIPTION: as_text(document(sensor)).encode()}
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}.", dir=folder.parent, ignore_cleanup_errors=True
        ) as scratch:
            whole = Path(scratch) / "sensor"
            _write(files, whole)
            if folder.is_dir():
                folder.rmdir()
            whole.replace(folder)
    except OSError as error:
        msg = f"{folder}: the sensor cannot be written: {error}"
        raise StoreError(msg) from error


def check_new(folder: Path) -> None:
    """Raise SensorError if a folder to be written exists and is not empty."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        msg = f"expected a new or empty folder for the sensor; {folder} exists: name another"
        raise SensorError(msg)


def load_sensor(folder: Path | str) -> SoftSensor:
    """Return the sensor in a folder, after every file's SHA-256 and every type was checked.

    Raises
    ------
    SensorError
        If the folder is missing, foreign, incomplete, changed, or of another schema; the
        message names the file and what to do.
    """
    place = Path(folder)
    described = _description(place)
    contents = _contents(place, described)
    model = str(place / MODEL)
    stored = loaded(contents[MODEL], place=model)
    try:
        measures = member_measures(described)
        pipelines, beside = stored[0], stored[1]
        members = [
            Member(pipeline, dissected_with(pipeline, latent), *measure)
            for pipeline, latent, measure in zip(pipelines, beside, measures, strict=True)
        ]
        domain = stored_domain(contents[DOMAIN]) if DOMAIN in contents else None
        return sensor_from(described, members=members, contents=contents, domain=domain)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        msg = f"{place / DESCRIPTION}: does not describe a sensor ({error!r}); export it again"
        raise SensorError(msg) from error


def _description(place: Path) -> Document:
    path = place / DESCRIPTION
    if not path.is_file():
        what = "no such folder" if not place.exists() else f"no {DESCRIPTION} in it"
        msg = f"expected the folder of an exported sensor; got {place}: {what}"
        raise SensorError(msg)
    try:
        parsed = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path}: expected the description of a sensor; got {error}"
        raise SensorError(msg) from error
    return checked(parsed, place=str(path))


def _contents(place: Path, described: Document) -> dict[str, bytes]:
    """Return the listed files, each of them as it was when the sensor was made."""
    listed = described.get("files")
    if not isinstance(listed, dict) or MODEL not in listed:
        msg = f"{place / DESCRIPTION}: lists no {MODEL}; export the sensor again"
        raise SensorError(msg)
    return {name: _checked_file(place, name, expected) for name, expected in listed.items()}


def _checked_file(place: Path, name: str, expected: str) -> bytes:
    path = place / name
    if Path(name).name != name:
        msg = f"{place / DESCRIPTION}: lists {name!r}, which is not a file of the folder"
        raise SensorError(msg)
    try:
        stored = path.read_bytes()
    except OSError as error:
        msg = f"{path}: is missing or cannot be read ({error}); export the sensor again"
        raise SensorError(msg) from error
    if sha256(stored) != expected:
        msg = (
            f"{path}: was changed after the sensor was made (its SHA-256 does not fit) and is "
            "not loaded; export the sensor again"
        )
        raise SensorError(msg)
    return stored


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir()
    for name, stored in files.items():
        with (folder / name).open("wb") as handle:
            handle.write(stored)
            handle.flush()
            os.fsync(handle.fileno())
