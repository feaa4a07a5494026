"""Tables whose columns have our names, whatever their maker called them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import pandas as pd

from pat.errors import FileFormatError
from pat.importing.clock import Times, read_times
from pat.importing.column_map import ColumnMap, Role, TableMap
from pat.importing.grids import (
    EXCEL,
    PARQUET,
    TEXT,
    parquet_titles,
    read_parquet,
    read_sheets,
    table_below,
    title_line,
    titles_in,
)
from pat.importing.titles import SPELLINGS, key_of, quantity
from pat.readers.cells import as_names, is_channel, optional_names
from pat.readers.findings import Findings
from pat.readers.tables import Table
from pat.spectra import Kind

#: Columns named by a number that make a table one of spectra.
FEWEST_CHANNELS = 10
#: Words in the name of a file that say what its table holds.
NAMED = {
    Role.ONLINE: ("online", "historian", "process", "trend", "audit", "scada", "sensor"),
    Role.ASSAYS: ("assay", "offline", "reference", "analytic", "hplc", "lab"),
    Role.EVENTS: ("event", "feed", "bolus", "addition"),
    Role.VESSELS: ("vessel", "reactor", "design", "doe"),
}
#: A vessel's tag in the title of a column.
TAG = re.compile(r"[\w-]+[./:|\\]\w.*")
#: Words that make a column of amounts one of events.
EVENT_WORDS = re.compile(r"\b(feed|feeds|feeding|bolus|boluses|base)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class MappedTable:
    """A table with our names for its columns.

    Parameters
    ----------
    table : Table
        Columns are `vessel`, `time` and the other keys of `SPELLINGS`, or quantities.
    map : TableMap
    units : dict
        Units that titles or columns.toml state, by column.
    renamed : dict
        Our names of titles that were others.
    titled : bool
        Whether a key of ours was found among the titles.
    """

    table: Table
    map: TableMap
    units: dict[str, str]
    renamed: dict[str, str]
    titled: bool

    @property
    def name(self) -> str:
        """What the table is called in reports."""
        return self.table.file

    def has(self, *columns: str) -> bool:
        """Return whether it has any of these columns."""
        return any(self.table.has(column) for column in columns)

    def quantities(self) -> list[str]:
        """Return the columns that are no keys of ours."""
        return [str(c) for c in self.table.cells.columns if c not in SPELLINGS]

    def renamed_in_words(self) -> str:
        """Return which titles were taken for keys of ours, empty where none had another name."""
        keys = {title: name for title, name in self.renamed.items() if name in SPELLINGS}
        plain = [f"{title} as {name}" for title, name in keys.items() if title.lower() != name]
        return f" ({', '.join(plain)})" if plain else ""

    def vessels(self) -> pd.Series:
        """Return the vessel of every row, NaN where none is told."""
        if self.map.vessel is not None:
            return pd.Series([self.map.vessel] * len(self.table.rows), dtype="str")
        return optional_names(self.table, "vessel").str.strip()

    def times(self, *, timezone: str | None, series: list[object] | None = None) -> Times:
        """Return the column of times; all NaT where there is none."""
        cells: list[object] = [None] * len(self.table.rows)
        if self.table.has("time"):
            cells = self.table.cells["time"].tolist()
        zone = self.map.timezone or timezone
        return read_times(cells, timezone=zone, dates=self.map.dates, series=series)

    def with_columns(self, cells: pd.DataFrame) -> "MappedTable":
        """Return it with other cells, rows as they were."""
        return replace(self, table=replace(self.table, cells=cells))


def mapped_tables(path: Path, *, name: str, columns: ColumnMap) -> Iterator[MappedTable]:
    """Yield the tables of a file, none where it is of another kind or a table of spectra.

    Raises
    ------
    FileFormatError
        If a file that must be a table cannot be read as one.
    """
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        if not are_channels(parquet_titles(path)):
            yield _mapped(read_parquet(path, name=name), columns.of(name))
        return
    if suffix not in (*TEXT, *EXCEL):
        return
    for sheet in read_sheets(path, name=name):
        entry = columns.of(sheet.name)
        line = entry.titles_in_line or title_line(sheet, is_named=_role_named(name) is not None)
        if line is None and entry == TableMap() and suffix in TEXT:
            return
        if are_channels(titles_in(sheet, line or 1)):
            return
        findings = Findings()
        table = table_below(sheet, line or 1, findings=findings)
        if findings.faults:
            raise FileFormatError("; ".join(str(fault) for fault in findings.faults))
        yield _mapped(table, entry)


def role_of(mapped: MappedTable) -> Role | None:
    """Return what a table holds, by columns.toml, by its columns or by its name; None: unclear."""
    if mapped.map.holds is not None:
        return mapped.map.holds
    dated = mapped.has("time", "elapsed_h")
    by_columns = (
        (Role.LABELS, mapped.has("file")),
        (Role.SAMPLES, mapped.has("source_sample")),
        (Role.ASSAYS, mapped.has("analyte") and mapped.has("value")),
        (Role.ONLINE, (mapped.has("tag") and mapped.has("value")) or _has_tags(mapped)),
        (Role.VESSELS, mapped.has("inoculated") or (mapped.has("vessel") and not dated
                                                    and not mapped.has("sample"))),
        (Role.EVENTS, dated and _has_event_kinds(mapped)),
    )  # fmt: skip
    for role, holds in by_columns:
        if holds:
            return role
    return _role_by_name(mapped)


def are_channels(titles: list[str]) -> bool:
    """Return whether titles are those of spectra, a column a channel."""
    return sum(is_channel(title) or is_channel(title, decimal=",") for title in titles) >= (
        FEWEST_CHANNELS
    )


def _has_tags(mapped: MappedTable) -> bool:
    """Return whether a table without vessels has times and titles such as `V01.pH` alone."""
    tags = mapped.quantities()
    alike = bool(tags) and all(TAG.fullmatch(title) for title in tags)
    return alike and mapped.has("time", "elapsed_h") and not mapped.has("vessel", "sample")


def _has_event_kinds(mapped: MappedTable) -> bool:
    """Return whether a column `kind` holds something else than kinds of spectra."""
    if not mapped.has("kind"):
        return False
    kinds = as_names(mapped.table.cells["kind"]).dropna().str.lower()
    return not kinds.isin([str(kind) for kind in Kind]).all()


def _role_by_name(mapped: MappedTable) -> Role | None:
    named = _role_named(mapped.name)
    if named is not None:
        return named
    if mapped.has("sample"):
        return Role.ASSAYS
    events = [c for c in mapped.quantities() if EVENT_WORDS.search(c)]
    return Role.EVENTS if events and len(events) == len(mapped.quantities()) else None


def _role_named(name: str) -> Role | None:
    """Return what the name of a file says that its table holds; None where it says nothing."""
    stem = PurePosixPath(name).name.casefold()
    named = [role for role, words in NAMED.items() if any(word in stem for word in words)]
    return named[0] if len(named) == 1 else None


def _mapped(table: Table, entry: TableMap) -> MappedTable:
    names: dict[str, str] = {}
    units: dict[str, str] = {}
    for title in map(str, table.cells.columns):
        name, unit = _name(title, entry)
        if name:
            names[title] = name
        if name and unit is not None:
            units[name] = unit
    _check_once(names)
    titled = any(name in SPELLINGS for name in names.values())
    cells = table.cells[list(names)].rename(columns=names)
    joined = _joined(cells)
    return MappedTable(
        table=replace(table, cells=joined),
        map=entry,
        units={**units, **entry.units},
        renamed={title: name for title, name in names.items() if title != name},
        titled=titled,
    )


def _name(title: str, entry: TableMap) -> tuple[str, str | None]:
    """Return our name of a column, empty where it is left out, and the unit in its title."""
    if title in entry.columns:
        return entry.columns[title], quantity(title)[1]
    key = key_of(title)
    if key is not None:
        return key, None
    bare, unit = quantity(title)
    key = key_of(bare) if unit is not None else None
    if key == "time":
        return title, None  # a number of hours or days, and nobody says since when
    return key or bare, unit


def _check_once(names: dict[str, str]) -> None:
    for name in set(names.values()):
        titles = [title for title, given in names.items() if given == name]
        if len(titles) > 1:
            msg = (
                f"expected one column {name}; got {' and '.join(titles)}: say in columns.toml "
                "which counts"
            )
            raise FileFormatError(msg)


def _joined(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells with date and time of day in one column `time`."""
    clock = "clock" if "clock" in cells else "time"
    if "date" not in cells:
        return cells
    if clock not in cells:
        return cells.rename(columns={"date": "time"})
    days = as_names(cells["date"]).str.replace(r"[ T]00:00:00$", "", regex=True)
    whole = days.str.cat(as_names(cells[clock]), sep=" ")
    return cells.drop(columns=["date", clock]).assign(time=whole)
