"""`pat stream --follow`: the sensors of a stream, and those that take over from them."""

import hashlib
import logging
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pat.errors import InputError, SensorError, StoreError
from pat.soft_sensor import SoftSensor, Verification, load_sensor, save_sensor, verify_sensor
from pat.stream.promotions import Promotions
from pipelines.sensors import open_sensor

log = logging.getLogger("pat.stream")

#: Seconds between two looks at the registry.
FOLLOW_EVERY_S = 10.0

_PINNED = re.compile(r"models:/[^@]+")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A sensor and the reference that named it."""

    reference: str
    sensor: SoftSensor


@dataclass(frozen=True, slots=True)
class LastGood:
    """The last sensors that were good, in folders: a registry that is away stops no start."""

    folder: Path

    def keep(self, loaded: Loaded) -> None:
        """Write a sensor, and let go of the one before."""
        place = self._place(loaded.reference)
        try:
            if (place / "sensor.json").is_file() and load_sensor(place).digest == (
                loaded.sensor.digest
            ):
                return
        except SensorError:
            log.warning("%s is damaged; it is written anew", place)
        with tempfile.TemporaryDirectory(dir=self._made(), ignore_cleanup_errors=True) as scratch:
            save_sensor(loaded.sensor, Path(scratch) / "sensor")
            if place.exists():
                place.rename(Path(scratch) / "before")
            (Path(scratch) / "sensor").rename(place)

    def find(self, reference: str) -> SoftSensor:
        """Return the last good sensor of a reference; SensorError where there is none."""
        return load_sensor(self._place(reference))

    def _made(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder

    def _place(self, reference: str) -> Path:
        name = re.sub(r"[^\w.@-]+", "-", reference).strip("-.")
        return self.folder / f"{name}-{hashlib.sha256(reference.encode()).hexdigest()[:8]}"


def load_followed(
    references: Sequence[str], *, tracking_uri: str | None, last_good: LastGood
) -> list[Loaded]:
    """Return the sensors that references mean now, or meant when the registry answered last.

    Raises
    ------
    InputError
        If none of the references can come to mean another sensor, or one means none.
    """
    if not any(can_move(reference) for reference in references):
        msg = (
            "--follow: expected a sensor that can be promoted, NAME.ANALYTE or "
            f"models:/NAME@ALIAS; got {', '.join(references)}"
        )
        raise InputError(msg)
    return [_loaded(each, tracking_uri=tracking_uri, last_good=last_good) for each in references]


def can_move(reference: str) -> bool:
    """Return whether a reference may mean another sensor tomorrow.

    >>> can_move("cho.glucose"), can_move("models:/cho.glucose@champion")
    (True, True)
    >>> can_move("models:/cho.glucose/3"), can_move("models/glucose")
    (False, False)
    """
    if Path(reference).is_dir() or _PINNED.fullmatch(reference):
        return False
    return "@" in reference or not ("/" in reference or "\\" in reference)


def promotions(
    loaded: Sequence[Loaded], *, tracking_uri: str | None, last_good: LastGood
) -> Promotions:
    """Return what looks for promotions of these sensors; not yet started."""
    followed = {each.reference: each.sensor for each in loaded if can_move(each.reference)}
    tags = {name for each in loaded for name in each.sensor.process_names}

    def find_newer(reference: str, digest: str) -> SoftSensor | None:
        sensor = _newer(reference, digest, tracking_uri=tracking_uri)
        if sensor is not None:
            _check_fits(sensor, followed[reference], tags=tags)
            proved(sensor)
            last_good.keep(Loaded(reference, sensor))
        return sensor

    digests = {reference: sensor.digest for reference, sensor in followed.items()}
    return Promotions(digests, find_newer=find_newer, every_s=FOLLOW_EVERY_S)


def followed_desk(references: Sequence[str]) -> str:
    """Return what a followed set of sensors is known by, whichever versions it has.

    A promotion then does not have the whole folder scored again at the next start.
    """
    return hashlib.sha256("\n".join(["followed", *sorted(references)]).encode()).hexdigest()


def proved(sensor: SoftSensor) -> Verification:
    """Return what predicting a sensor's golden set again gave; SensorError where it differs."""
    with tempfile.TemporaryDirectory() as scratch:
        save_sensor(sensor, Path(scratch) / "sensor")
        return verify_sensor(Path(scratch) / "sensor")


def _newer(reference: str, digest: str, *, tracking_uri: str | None) -> SoftSensor | None:
    from pat.registry.tracking import open_tracking
    from pat.registry.versions import resolve_sensor, resolve_version

    tracking = open_tracking(tracking_uri)
    if resolve_version(reference, tracking).digest == digest:
        return None
    sensor, _ = resolve_sensor(reference, tracking)
    return sensor


def _check_fits(sensor: SoftSensor, before: SoftSensor, *, tags: set[str]) -> None:
    """Refuse a sensor that gives another value, or takes what this run does not read."""
    told, expected = sensor.analyte, before.analyte
    if (told.name, told.unit) != (expected.name, expected.unit):
        msg = (
            f"expected a sensor for {expected.name} in {expected.unit}; "
            f"got {told.name} in {told.unit}"
        )
        raise SensorError(msg)
    if missing := sorted(set(sensor.process_names) - tags):
        msg = (
            f"the promoted sensor takes {', '.join(missing)}, which this run does not read; "
            "start it again"
        )
        raise SensorError(msg)


def _loaded(reference: str, *, tracking_uri: str | None, last_good: LastGood) -> Loaded:
    try:
        sensor, _ = open_sensor(reference, tracking_uri=tracking_uri)
    except SensorError:
        raise
    except (StoreError, InputError) as error:
        if not can_move(reference):
            raise
        try:
            sensor = last_good.find(reference)
        except SensorError:
            raise error from None
        log.warning("%s: %s; the last good sensor goes on", reference, error)
        return Loaded(reference, sensor)
    loaded = Loaded(reference, sensor)
    if can_move(reference):
        last_good.keep(loaded)
    return loaded
