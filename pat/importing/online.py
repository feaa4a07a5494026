"""Online values of historians and bioreactor systems, wide or long, into one table."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.errors import FileFormatError
from pat.importing.account import Account
from pat.importing.clock import gaps
from pat.importing.tables import MappedTable
from pat.importing.vessel_names import VesselPrefix, split_by
from pat.readers.cells import numbers_of
from pat.readers.findings import names_in_words, rows_in_words
from pat.readers.times import iso

#: A gap is worth telling when it is this many times the usual spacing ...
GAP_SPACINGS = 5
#: ... and longer than process values are used for: then no value is at hand.
GAP_MIN = 30.0

KEYS = ["vessel", "time", "elapsed_h"]


@dataclass(frozen=True, slots=True, eq=False)
class Online:
    """One table of values: vessel, time, elapsed_h, a column a tag; and units that are stated."""

    values: pd.DataFrame
    units: dict[str, str]


def read_online_table(
    mapped: MappedTable, *, timezone: str | None, known: VesselPrefix, account: Account
) -> Online:
    """Return the values of one table in long form: vessel, time, elapsed_h, tag, value.

    Rows whose time cannot be read are left out, counted and told.

    Raises
    ------
    FileFormatError
        If it has no time, no vessel or no value.
    """
    if not mapped.has("time", "elapsed_h"):
        msg = f"expected a column time or elapsed_h; got {names_in_words(_titles(mapped))}"
        raise FileFormatError(msg)
    tagged = mapped.has("tag")
    long = _tagged(mapped, known, account) if tagged else _melted(mapped, known, account)
    of_row = long.drop_duplicates("row").set_index("row")["series"].to_dict()
    series = [of_row.get(row) for row in range(len(mapped.table.rows))]
    times = mapped.times(timezone=timezone, series=series)
    for note in times.notes:
        account.note(f"{mapped.name}: {note}")
    rows = long["row"].to_numpy()
    long = long.assign(time=times.utc.array[rows], elapsed_h=_hours(mapped)[rows])
    _tell_wrong(mapped, times.wrong, account)
    placed = long[long["time"].notna() | long["elapsed_h"].notna()]
    if placed.empty:
        msg = "no row has a time that can be read" + _first(times.wrong)
        raise FileFormatError(msg)
    _tell_order(mapped, placed, account)
    return Online(placed[[*KEYS, "tag", "value"]], dict(mapped.units))


def joined_online(parts: list[Online], *, account: Account) -> Online:
    """Return all values in one wide table, by vessel and time; nothing is averaged.

    What is told twice alike counts once; two different values of one moment are both left out.
    """
    long = pd.concat([part.values for part in parts], ignore_index=True)
    long = long.dropna(subset=["value"]).drop_duplicates()
    keys = [*KEYS, "tag"]
    twice = long.duplicated(keys, keep=False)
    if twice.any():
        moments = long[twice].drop_duplicates(keys)
        first = moments.iloc[0]
        when = f"{first['elapsed_h']:g} h" if pd.isna(first["time"]) else iso(first["time"])
        account.note(
            f"online: {len(moments)} values come twice and differ, both left out "
            f"(such as {first['tag']} of {first['vessel']} at {when})"
        )
    kept = long[~twice]
    places = [column for column in ("time", "elapsed_h") if kept[column].notna().any()]
    wide = kept.pivot_table(
        index=["vessel", *places], columns="tag", values="value", sort=True, dropna=False,
        observed=True, aggfunc="first",
    )  # fmt: skip
    wide = wide.dropna(how="all")
    units = {tag: unit for part in parts for tag, unit in part.units.items()}
    tags = list(dict.fromkeys(kept["tag"]))
    frame = wide[tags].reset_index()
    frame.columns.name = None
    _tell_gaps(frame, account)
    return Online(frame, {tag: units[tag] for tag in tags if tag in units})


def _melted(mapped: MappedTable, known: VesselPrefix, account: Account) -> pd.DataFrame:
    """Return the rows of a wide table: a column a tag, or a column a vessel's tag."""
    vessels = mapped.vessels()
    parts = []
    for column in mapped.quantities():
        split = split_by(mapped.map.tag, column) or (
            None if vessels.notna().any() else known.split(column)
        )
        if split is None and vessels.isna().all():
            continue
        values = _numbers(mapped, column, account)
        if values is None:
            continue
        part = pd.DataFrame({"row": np.arange(len(values)), "value": values})
        part["vessel"] = vessels if split is None else split[0]
        part["tag"] = column if split is None else split[1]
        part["series"] = part["vessel"]
        parts.append(part)
    if not parts:
        msg = (
            "expected a column vessel, or tags such as V01.pH; got "
            f"{names_in_words(_titles(mapped))}: say vessel or tag for this table in columns.toml"
        )
        raise FileFormatError(msg)
    long = pd.concat(parts, ignore_index=True)
    return long[long["vessel"].notna()]


def _tagged(mapped: MappedTable, known: VesselPrefix, account: Account) -> pd.DataFrame:
    """Return the rows of a long table, a row a value; those of bad quality left out."""
    table = mapped.table
    tags = table.cells["tag"].astype("str").str.strip()
    splits = {
        tag: split_by(mapped.map.tag, tag) or known.split(tag) or (None, tag)
        for tag in tags.dropna().unique()
    }
    own = pd.Series([splits.get(tag, (None, tag))[0] for tag in tags], dtype="str")
    values = _numbers(mapped, "value", account)
    if values is None:
        msg = "the column value holds no numbers"
        raise FileFormatError(msg)
    long = pd.DataFrame(
        {
            "row": np.arange(len(values)),
            "value": values,
            "vessel": mapped.vessels().fillna(own),
            "tag": [splits.get(tag, (None, tag))[1] for tag in tags],
            "series": tags,
        }
    )
    if mapped.map.good and mapped.has("quality"):
        long = long[table.cells["quality"].isin(list(mapped.map.good)).to_numpy()]
    nameless = long["vessel"].isna()
    if nameless.all():
        msg = (
            f"no vessel in the tags, such as {tags.iloc[0]}: say tag for this table in columns.toml"
        )
        raise FileFormatError(msg)
    return long[~nameless]


def _numbers(mapped: MappedTable, column: str, account: Account) -> FloatArray | None:
    """Return a column of numbers, NaN for the odd word; None where most cells are words."""
    table = mapped.table
    cells = table.cells[column].astype("str")
    values, wrong = numbers_of(cells, decimal=table.decimal)
    if not wrong:
        return values
    words = f"{len(wrong)} cells are no numbers, such as {cells.iloc[wrong[0]]!r}"
    if len(wrong) * 2 > int(cells.notna().sum()):
        account.note(f"{mapped.name}: the column {column} is left out: {words}")
        return None
    account.note(f"{mapped.name}, column {column}: {words}, left out")
    return values


def _hours(mapped: MappedTable) -> FloatArray:
    if not mapped.has("elapsed_h"):
        return np.full(len(mapped.table.rows), np.nan)
    table = mapped.table
    values, _ = numbers_of(table.cells["elapsed_h"].astype("str"), decimal=table.decimal)
    return values


def _titles(mapped: MappedTable) -> list[str]:
    return [str(column) for column in mapped.table.cells.columns]


def _first(wrong: dict[int, str]) -> str:
    return f": {next(iter(wrong.values()))}" if wrong else ""


def _tell_wrong(mapped: MappedTable, wrong: dict[int, str], account: Account) -> None:
    if wrong:
        rows = rows_in_words(int(mapped.table.rows[place]) for place in wrong)
        account.refuse(mapped.name, f"{rows} left out: {next(iter(wrong.values()))}")


def _tell_order(mapped: MappedTable, long: pd.DataFrame, account: Account) -> None:
    dated = long["time"].notna().any()
    moment = long["time"].astype("int64") if dated else long["elapsed_h"]
    steps = moment.groupby([long["vessel"], long["tag"]], sort=False).diff()
    back = steps.lt(0).groupby(long["tag"]).sum().max()
    if back:
        account.note(f"{mapped.name}: rows out of order in {int(back)} places, put in order")


def _tell_gaps(frame: pd.DataFrame, account: Account) -> None:
    if "time" not in frame:
        return
    found = []
    for vessel, rows in frame.groupby("vessel"):
        spacing = float(rows["time"].diff().dt.total_seconds().median()) / 60
        limit = max(GAP_MIN, GAP_SPACINGS * spacing) if np.isfinite(spacing) else GAP_MIN
        found += [(str(vessel), *gap) for gap in gaps(rows["time"], longer_than_min=limit)]
    if found:
        vessel, start, end = max(found, key=lambda gap: gap[2] - gap[1])
        hours = (end - start) / pd.Timedelta(hours=1)
        account.note(
            f"online: {len(found)} gaps, the longest {hours:.1f} h in {vessel} from {iso(start)}"
        )
