"""What a dropped spectrum is called: vessel, time, sample and kind, where they are written."""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import pandas as pd

from pat.errors import InputError
from pat.readers.times import parse_times
from pat.spectra import Kind

_KINDS = "|".join(kind.value for kind in Kind)

#: `VESSEL__20240501T100000Z[__SAMPLE][__KIND].ext`; spectra of no vessel may leave it empty.
FILE_NAME = re.compile(
    r"^(?P<vessel>.*?)__(?P<time>\d{8}T\d{4,6}(?:\.\d+)?(?:Z|[+-]\d{4})?)"
    rf"(?:__(?P<sample>(?!(?:{_KINDS})$).+?))?(?:__(?P<kind>{_KINDS}))?$"
)

#: Groups that `--name` may use.
GROUPS = ("vessel", "time", "sample", "kind", "channel")

#: Metadata of a file that say where in the plant it was taken, the clearest first.
PLACES = ("channel", "position", "probe")

_PLAIN_TIME = re.compile(
    r"(\d{4})[-._]?(\d\d)[-._]?(\d\d)[T _-]?(\d\d)[-:._h]?(\d\d)(?:[-:._m]?(\d\d)([.,]\d+)?)?s?"
    r"(Z|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Label:
    """What one place tells of a spectrum; None: it does not tell."""

    vessel: str | None = None
    time: datetime | None = None  # UTC
    elapsed_h: float | None = None
    sample: str | None = None
    scan: str | None = None
    kind: Kind | None = None
    channel: str | None = None  # probe or place in the carousel
    time_problem: str | None = None  # it tells a time that nobody can read
    kind_problem: str | None = None  # it tells a kind that nobody knows


def first_found(*labels: Label) -> Label:
    """Return one label, each of its fields from the first that tells it.

    A time or kind that cannot be read counts only where no label tells one that can.
    """
    found = {
        field.name: next(
            (value for label in labels if (value := getattr(label, field.name)) is not None), None
        )
        for field in fields(Label)
    }
    for field in ("time", "kind"):
        if found[field] is not None:
            found[f"{field}_problem"] = None
    return Label(**found)


def name_pattern(regex: str) -> re.Pattern[str]:
    """Return `--name REGEX`, compiled.

    Raises
    ------
    InputError
        If it is no regular expression, or names no group that we know, or another one.
    """
    try:
        pattern = re.compile(regex)
    except re.error as error:
        msg = f"--name: expected a regular expression; got {regex!r} ({error})"
        raise InputError(msg) from error
    wrong = [group for group in pattern.groupindex if group not in GROUPS]
    if wrong or not pattern.groupindex:
        got = ", ".join(wrong) or "none"
        msg = f"--name: expected named groups out of {', '.join(GROUPS)}; got {got}"
        raise InputError(msg)
    return pattern


def label_from_name(
    path: str, *, pattern: re.Pattern[str] = FILE_NAME, timezone: str | None = None
) -> Label:
    """Return what the name of a file tells.

    Parameters
    ----------
    path : str
        Relative to the drop folder, with forward slashes. The form of the contract and a
        pattern without a slash see the last part only.
    pattern : Pattern
        `FILE_NAME`, or one from `name_pattern`, which may match anywhere in the name.
    timezone : str or None
        IANA zone of a time without an offset.

    >>> label_from_name("V01__20240501T100000Z__S3__spike.csv").sample
    'S3'
    """
    name = PurePosixPath(path)
    if pattern is FILE_NAME:
        match = pattern.match(name.stem)
    else:
        match = pattern.search(path if "/" in pattern.pattern else name.name)
    told = {key: value or None for key, value in match.groupdict().items()} if match else {}
    if pattern is FILE_NAME:
        told = {key: unquote(value) if value else None for key, value in told.items()}
    time, time_problem = _read_time(told.get("time"), timezone)
    kind, kind_problem = read_kind(told.get("kind"))
    return Label(
        vessel=told.get("vessel"),
        time=time,
        sample=told.get("sample"),
        kind=kind,
        channel=told.get("channel"),
        time_problem=time_problem,
        kind_problem=kind_problem,
    )


def label_from_keys(keys: Mapping[Hashable, Any]) -> Label:
    """Return what the header of a file told: one row of `Spectra.keys`.

    Every spectrum has a kind, culture where the header told none, so that culture does not
    count as told.
    """
    kind, kind_problem = read_kind(_text(keys["kind"]))
    return Label(
        vessel=_text(keys["vessel"]),
        time=None if pd.isna(keys["time"]) else pd.Timestamp(keys["time"]).to_pydatetime(),
        elapsed_h=None if pd.isna(keys["elapsed_h"]) else float(keys["elapsed_h"]),
        sample=_text(keys["sample"]),
        scan=_text(keys["scan"]),
        kind=None if kind is Kind.CULTURE else kind,
        channel=next((told for place in PLACES if (told := _text(keys.get(place)))), None),
        time_problem=_local_time_problem(_text(keys.get("time_local"))),
        kind_problem=kind_problem,
    )


def read_kind(text: str | None) -> tuple[Kind | None, str | None]:
    """Return the kind that a text names, or what is wrong with it."""
    if text is None:
        return None, None
    try:
        return Kind(text.strip().lower()), None
    except ValueError:
        return None, f"expected a kind out of {_KINDS.replace('|', ', ')}; got {text!r}"


def dropped_name(label: Label, *, suffix: str) -> str:
    """Return the file name of a spectrum, `VESSEL__20240501T100000Z[__SAMPLE][__KIND].ext`.

    What a file system may not hold, and an underscore that would be mistaken, is written as
    %XX, which `label_from_name` reads: the way back is exact, and no name leaves the folder.

    Raises
    ------
    ValueError
        If the label has no time.
    """
    if label.time is None:
        msg = f"expected a spectrum with a time; got {label}"
        raise ValueError(msg)
    utc = label.time.astimezone(UTC)
    fraction = f".{utc.microsecond:06d}" if utc.microsecond else ""
    parts = [_safe(label.vessel or ""), f"{utc:%Y%m%dT%H%M%S}{fraction}Z"]
    parts += [_safe(label.sample)] if label.sample else []
    parts += [label.kind.value] if label.kind not in (None, Kind.CULTURE) else []
    return "__".join(parts) + suffix


def _safe(text: str) -> str:
    inside = re.sub(r"[^A-Za-z0-9.,+_ -]|^\.", lambda found: _quoted(found[0]), text)
    return re.sub(r"_(?=_)|^_|_$", _quoted("_"), inside)


def _quoted(text: str) -> str:
    """Return every byte of a text as %XX."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _read_time(text: str | None, timezone: str | None) -> tuple[datetime | None, str | None]:
    if text is None:
        return None, None
    found = _PLAIN_TIME.fullmatch(text.strip())
    if found:
        year, month, day, hour, minute, second, fraction, offset = found.groups(default="")
        text = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{fraction}{offset.upper()}"
        if offset:
            try:
                return datetime.fromisoformat(text).astimezone(UTC), None
            except (ValueError, OverflowError):
                pass
    times, wrong = parse_times([text], timezone=timezone)
    return (None, wrong[0]) if wrong else (times[0].to_pydatetime(), None)


def _local_time_problem(time_local: str | None) -> str | None:
    return None if time_local is None else _read_time(time_local, None)[1]


def _text(cell: object) -> str | None:
    if cell is None or pd.isna(cell):  # type: ignore[call-overload]
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() or None
