"""Moving an alias: who moved it and why, and every move before."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from pat.errors import InputError, SensorError
from pat.registry.descriptions import sensor_description, with_waiver
from pat.registry.margin import Margin, margin
from pat.registry.store_errors import none_if_missing, store_errors
from pat.registry.tracking import Tracking
from pat.registry.versions import SensorVersion, get_version, version_with_alias

#: Each move is a tag of the registered model: `promotion.2026-05-01T10:00:00.000000Z`.
_HISTORY = "promotion."

_ALIAS = re.compile(r"(?!latest$|v\d+$)[\w-]+", re.IGNORECASE)  # the rest is MLflow's own


@dataclass(frozen=True, slots=True)
class Promotion:
    """One move of an alias."""

    alias: str
    from_version: int | None  # None: nobody held it
    to_version: int
    by: str
    why: str
    waived: str | None  # why the margin was waived; None: it was not
    at: str  # UTC


def promote(
    name: str,
    version: int,
    *,
    alias: str,
    by: str,
    why: str,
    waive: str | None = None,
    tracking: Tracking,
) -> Promotion:
    """Give `alias` to a version and record who did it and why.

    Raises
    ------
    InputError
        If who, why or the waiver is empty, or the alias cannot be one.
    SensorError
        If there is no such version, or its margin over guessing or its acceptance criteria are
        not met, or not shown, and nobody waives it. A version that held the alias
        before needs no margin again: rolling back is always possible.
    """
    _check_words(alias, (by, why, *(() if waive is None else (waive,))))
    target = get_version(name, version, tracking=tracking)
    current = version_with_alias(name, alias, tracking=tracking)
    found = margin(target, tracking)
    if not found.is_met and waive is None and not _held_before(target, alias, tracking=tracking):
        raise SensorError(_refusal(target, found))
    move = Promotion(
        alias=alias,
        from_version=current.version if current else None,
        to_version=version,
        by=by.strip(),
        why=why.strip(),
        waived=None if waive is None else waive.strip(),
        at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
    )
    _record(name, move, tracking=tracking)
    _describe(target, tracking)
    return move


def history(name: str, tracking: Tracking) -> list[Promotion]:
    """Return every promotion of a registered sensor, oldest first."""
    with store_errors(tracking.address):
        model = none_if_missing(lambda: tracking.client.get_registered_model(name))
    tags = {} if model is None else model.tags
    moves = [json.loads(text) for key, text in tags.items() if key.startswith(_HISTORY)]
    return sorted((Promotion(**move) for move in moves), key=lambda move: move.at)


def _held_before(version: SensorVersion, alias: str, *, tracking: Tracking) -> bool:
    moves = history(version.name, tracking)
    return any(move.to_version == version.version and move.alias == alias for move in moves)


def _check_words(alias: str, words: tuple[str, ...]) -> None:
    if not _ALIAS.fullmatch(alias):
        msg = (
            f"expected an alias of letters, digits, - and _ other than latest and v1; got {alias!r}"
        )
        raise InputError(msg)
    if not all(text.strip() for text in words):
        msg = "expected who promotes (--by), why (--why) and any waiver in words; got an empty text"
        raise InputError(msg)


def _record(name: str, move: Promotion, *, tracking: Tracking) -> None:
    """Write the record first: a move that nobody can explain must not exist."""
    client = tracking.client
    key = f"{_HISTORY}{move.at}"
    with store_errors(tracking.address, consequence=f"{move.alias} was not moved"):
        client.set_registered_model_tag(name, key, json.dumps(asdict(move)))
        try:
            client.set_registered_model_alias(name, move.alias, str(move.to_version))
        except BaseException:
            client.delete_registered_model_tag(name, key)
            raise


def _describe(version: SensorVersion, tracking: Tracking) -> None:
    """Show the newest moves on the sensor's page, waivers on the card of the version too."""
    moves = history(version.name, tracking)
    text = sensor_description(version.analyte, version.unit, moves=moves)
    client, number = tracking.client, str(version.version)
    with store_errors(tracking.address, consequence="the alias was moved and recorded"):
        client.update_registered_model(version.name, description=text)
        if moves[-1].waived is not None:
            card = client.get_model_version(version.name, number).description or ""
            waived = with_waiver(card, moves[-1])
            client.update_model_version(version.name, number, description=waived)


def _refusal(version: SensorVersion, found: Margin) -> str:
    return (
        f"{version.name} version {version.version} is not promoted: {found.doubt(version.unit)}. "
        f"Improve the sensor, or say why it is good enough: --waive WHY"
    )
