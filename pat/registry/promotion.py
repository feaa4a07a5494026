"""Moving an alias: the margin it needs, who moved it and why, and every move before."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from pat.errors import InputError, SensorError
from pat.registry.descriptions import sensor_description, with_waiver
from pat.registry.store_errors import none_if_missing, store_errors
from pat.registry.tracking import Tracking
from pat.registry.versions import SensorVersion, get_version, version_with_alias
from pat.report.facts import PROMOTION_MARGIN

#: Each move is a tag of the registered model: `promotion.2026-05-01T10:00:00.000000Z`.
_HISTORY = "promotion."

_ALIAS = re.compile(r"(?!latest$|v\d+$)[\w-]+", re.IGNORECASE)  # the rest is MLflow's own


@dataclass(frozen=True, slots=True)
class Margin:
    """The honest error of a version beside what guessing from culture age reaches.

    Parameters
    ----------
    nested_rmse : float or None
        None: the cultures were too few to nest, or the evidence is gone.
    culture_age_rmse : float or None
        None: the samples have no culture age, so there is nothing to be above of.
    criteria_failed : str
        The acceptance criteria of its target profile that are not met, in words; empty where
        all are, or none were stated.
    """

    nested_rmse: float | None
    culture_age_rmse: float | None
    criteria_failed: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the sensor does what was asked and clearly knows more than the calendar."""
        if self.nested_rmse is None or self.criteria_failed:
            return False
        age = self.culture_age_rmse
        return age is None or self.nested_rmse <= PROMOTION_MARGIN * age


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


def margin(version: SensorVersion, tracking: Tracking) -> Margin:
    """Return the promotion margin of a version, from its run or, where that is gone, its tags."""
    with store_errors(tracking.address):
        run = none_if_missing(lambda: tracking.client.get_run(version.run_id))
    failed = version.criteria_failed
    if run is None:
        nested, age = _number(version.nested_rmse), _number(version.culture_age_rmse)
        return Margin(nested, age, failed)
    metrics = run.data.metrics
    return Margin(metrics.get("nested/rmse"), metrics.get("null/culture_age"), failed)


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
        If there is no such version, or the margin of the culture-age null or the acceptance
        criteria of its training are not met and nobody waives it. A version that held the alias
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


def _number(text: str) -> float | None:
    return float(text) if text else None


def _refusal(version: SensorVersion, found: Margin) -> str:
    age, unit = found.culture_age_rmse, version.unit
    if found.criteria_failed:
        reason = f"acceptance criteria are not met: {found.criteria_failed}"
    elif found.nested_rmse is None:
        reason = "its nested error is unknown, so nobody can say how good it is on new cultures"
    else:
        reason = (
            f"its nested error {found.nested_rmse:.3g} {unit} is above {PROMOTION_MARGIN:g} times "
            f"that of guessing from culture age ({age:.3g} {unit}), so it may read the calendar "
            f"rather than the analyte"
        )
    return (
        f"{version.name} version {version.version} is not promoted: {reason}. "
        f"Improve the sensor, or say why it is good enough: --waive WHY"
    )
