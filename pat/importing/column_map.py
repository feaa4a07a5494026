"""columns.toml: what tables mean whose titles, times or samples are their maker's own."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from pat.errors import CampaignError, Fault, FileFormatError
from pat.readers.tables import decoded
from pat.readers.times import is_timezone

FILE = "columns.toml"


class Role(StrEnum):
    """What a table holds."""

    ONLINE = "online"
    EVENTS = "events"
    ASSAYS = "assays"
    VESSELS = "vessels"
    LABELS = "labels"  # what each file of spectra is
    SAMPLES = "samples"  # vessel and time of samples by their name at the analyser
    IGNORE = "ignore"


class DateOrder(StrEnum):
    """What comes first in dates such as 3/4/2024."""

    DAY = "day first"
    MONTH = "month first"


@dataclass(frozen=True, slots=True)
class TableMap:
    """What columns.toml says of the tables whose name fits; None or empty: nothing."""

    files: str = "*"
    holds: Role | None = None
    titles_in_line: int | None = None
    timezone: str | None = None
    dates: DateOrder | None = None
    vessel: str | None = None
    tag: re.Pattern[str] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    good: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """All of columns.toml."""

    tables: tuple[TableMap, ...] = ()
    spectra_timezone: str | None = None
    sample_name: re.Pattern[str] | None = None
    drawn_min_before: float | None = None  # minutes from drawing a sample to its measurement

    def of(self, name: str) -> TableMap:
        """Return the first entry whose pattern fits a name, or the last part of it."""
        for table in self.tables:
            if fnmatchcase(name, table.files) or fnmatchcase(name.split("/")[-1], table.files):
                return table
        return TableMap()


_TABLE_KEYS = (
    "files", "holds", "titles_in_line", "timezone", "dates", "vessel", "tag", "columns", "units",
    "kinds", "good",
)  # fmt: skip


def read_column_map(path: Path) -> ColumnMap:
    """Return the map in a file.

    Raises
    ------
    CampaignError
        With everything that is wrong with it.
    """
    checks = _Checks()
    try:
        content = tomllib.loads(decoded(path.read_bytes()))
    except (OSError, FileFormatError, tomllib.TOMLDecodeError) as error:
        raise CampaignError(str(path.parent), [Fault(path.name, f"cannot be read: {error}")]) from (
            error
        )
    checks.keys("", content, ("spectra", "samples", "table"))
    spectra = checks.section(content, "spectra", ("timezone",))
    samples = checks.section(content, "samples", ("name", "drawn_min_before"))
    entries = content.get("table", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        checks.fault("table", "expected sections [[table]]")
        entries = []
    found = ColumnMap(
        tables=tuple(_table(entry, checks) for entry in entries),
        spectra_timezone=checks.timezone("spectra", spectra),
        sample_name=checks.pattern("samples", samples, "name", ("vessel", "sample")),
        drawn_min_before=checks.minutes("samples", samples, "drawn_min_before"),
    )
    if checks.faults:
        raise CampaignError(str(path.parent), checks.faults)
    return found


def _table(entry: Mapping[str, object], checks: "_Checks") -> TableMap:
    files = checks.text("table", entry, "files")
    if files is None:
        checks.fault("table", 'every [[table]] needs files, such as files = "historian*.csv"')
    where = f"table {files}"
    checks.keys(where, entry, _TABLE_KEYS)
    line = entry.get("titles_in_line")
    if line is not None and (isinstance(line, bool) or not isinstance(line, int) or line < 1):
        checks.fault(where, f"titles_in_line: expected the number of a line; got {line!r}")
        line = None
    good = entry.get("good", [])
    if not isinstance(good, list):
        checks.fault(where, f"good: expected a list of texts; got {good!r}")
        good = []
    holds = checks.one_of(where, entry, "holds", [str(role) for role in Role])
    dates = checks.one_of(where, entry, "dates", [str(order) for order in DateOrder])
    return TableMap(
        files=files or "",
        holds=None if holds is None else Role(holds),
        titles_in_line=line,
        timezone=checks.timezone(where, entry),
        dates=None if dates is None else DateOrder(dates),
        vessel=checks.text(where, entry, "vessel"),
        tag=checks.pattern(where, entry, "tag", ("vessel", "tag")),
        columns=checks.texts(where, entry, "columns"),
        units=checks.texts(where, entry, "units"),
        kinds=checks.texts(where, entry, "kinds"),
        good=tuple(str(code) for code in good),
    )


class _Checks:
    """Reads values and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, where: str, message: str) -> None:
        self.faults.append(Fault(f"{FILE}, {where}" if where else FILE, message))

    def keys(self, where: str, values: Mapping[str, object], known: tuple[str, ...]) -> None:
        unknown = [key for key in values if key not in known]
        if unknown:
            words = f"expected keys out of {', '.join(known)}; got {', '.join(unknown)}"
            self.fault(where, words)

    def section(
        self, content: Mapping[str, object], key: str, known: tuple[str, ...]
    ) -> Mapping[str, object]:
        value = content.get(key, {})
        if not isinstance(value, dict):
            self.fault(key, f"expected a section [{key}]; got {value!r}")
            return {}
        self.keys(key, value, known)
        return value

    def text(self, where: str, values: Mapping[str, object], key: str) -> str | None:
        value = values.get(key)
        if value is None or isinstance(value, str):
            return value or None
        self.fault(where, f"{key}: expected text in quotes; got {value!r}")
        return None

    def texts(self, where: str, values: Mapping[str, object], key: str) -> dict[str, str]:
        value = values.get(key, {})
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return dict(value)
        self.fault(where, f'{key}: expected texts such as {{ "Temp.PV" = "temperature" }}')
        return {}

    def one_of(
        self, where: str, values: Mapping[str, object], key: str, known: list[str]
    ) -> str | None:
        value = values.get(key)
        if value is None or value in known:
            return None if value is None else str(value)
        self.fault(where, f"{key}: expected one of {', '.join(known)}; got {value!r}")
        return None

    def timezone(self, where: str, values: Mapping[str, object]) -> str | None:
        name = self.text(where, values, "timezone")
        if name is None or is_timezone(name):
            return name
        self.fault(where, f"timezone: expected an IANA name such as Europe/Zurich; got {name!r}")
        return None

    def minutes(self, where: str, values: Mapping[str, object], key: str) -> float | None:
        value = values.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return float(value)
        self.fault(where, f"{key}: expected minutes, 0 or more; got {value!r}")
        return None

    def pattern(
        self, where: str, values: Mapping[str, object], key: str, groups: tuple[str, ...]
    ) -> re.Pattern[str] | None:
        text = self.text(where, values, key)
        if text is None:
            return None
        example = "".join(f"(?P<{group}>...)" for group in groups)
        try:
            pattern = re.compile(text)
        except re.error as error:
            self.fault(where, f"{key}: expected a regular expression; got {text!r} ({error})")
            return None
        if "vessel" in pattern.groupindex and set(pattern.groupindex) <= set(groups):
            return pattern
        self.fault(where, f"{key}: expected named groups as in {example}; got {text!r}")
        return None
