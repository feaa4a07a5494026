"""What was fed, added, sampled or changed, from logs of any make."""

import numpy as np
import pandas as pd

from pat.errors import FileFormatError
from pat.importing.account import Account
from pat.importing.tables import EVENT_WORDS, MappedTable
from pat.readers.cells import numbers_of, optional_names
from pat.readers.findings import names_in_words

#: Kinds beside feeds, boluses and base that deserve no word.
KNOWN = ("sample", "temperature_shift", "ph_shift", "inoculation", "harvest", "antifoam")


def read_events_table(
    mapped: MappedTable, *, timezone: str | None, account: Account
) -> pd.DataFrame:
    """Return vessel, time, elapsed_h, kind, amount, unit, sample of every event of a log.

    A log with a column an addition, such as `Feed (mL)`, gives an event for each amount.

    Raises
    ------
    FileFormatError
        If a row cannot be placed: an event that is lost would let spectra pair across it.
    """
    vessels = mapped.vessels()
    times = mapped.times(timezone=timezone, series=vessels.tolist())
    frame = pd.DataFrame(
        {
            "vessel": vessels,
            "time": times.utc,
            "elapsed_h": _hours(mapped),
            "sample": optional_names(mapped.table, "sample"),
            "row": mapped.table.rows,
        }
    )
    _check_placed(frame, times.wrong, mapped)
    for note in times.notes:
        account.note(f"{mapped.name}: {note}")
    events = _long(mapped, frame) if mapped.has("kind") else _from_columns(mapped, frame)
    if events.empty:
        msg = "no event in any row"
        raise FileFormatError(msg)
    events["kind"] = _kinds(events["kind"], mapped, account)
    lacking = events["amount"].notna() & events["unit"].isna()
    if lacking.any():
        kinds = names_in_words(events["kind"][lacking].unique())
        msg = (
            f"the amounts of {kinds} have no unit: add a column unit, or write it in the title, "
            "such as 'amount (mL)'"
        )
        raise FileFormatError(msg)
    return events


def _check_placed(frame: pd.DataFrame, wrong: dict[int, str], mapped: MappedTable) -> None:
    nowhere = frame["time"].isna() & frame["elapsed_h"].isna()
    problems = [f"row {mapped.table.rows[place]}: {words}" for place, words in wrong.items()]
    problems += [
        f"row {row}: expected a time; got an empty cell"
        for place, row in zip(frame.index[nowhere], frame["row"][nowhere], strict=True)
        if place not in wrong
    ]
    problems += [f"row {row}: no vessel" for row in frame["row"][frame["vessel"].isna()]]
    if problems:
        more = f" (and {len(problems) - 3} more)" if len(problems) > 3 else ""
        raise FileFormatError("; ".join(problems[:3]) + more)


def _long(mapped: MappedTable, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the events of a log with a row an event; other columns are kept."""
    table = mapped.table
    amount = np.full(len(frame), np.nan)
    wrong: list[int] = []
    if mapped.has("amount"):
        amount, wrong = numbers_of(table.cells["amount"].astype("str"), decimal=table.decimal)
    if wrong:
        cell = table.cells["amount"].iloc[wrong[0]]
        msg = f"row {table.rows[wrong[0]]}: expected an amount; got {cell!r}"
        raise FileFormatError(msg)
    unit = optional_names(table, "unit")
    stated = mapped.units.get("amount")
    rest = {c: table.cells[c].astype("str") for c in mapped.quantities()}
    return frame.assign(
        kind=optional_names(table, "kind").str.strip(),
        amount=amount,
        unit=unit if stated is None else unit.fillna(stated),
        **rest,
    )


def _from_columns(mapped: MappedTable, frame: pd.DataFrame) -> pd.DataFrame:
    """Return an event for each amount in the columns that name feed, bolus or base."""
    table = mapped.table
    parts = []
    for column in mapped.quantities():
        named = EVENT_WORDS.search(column)
        kind = mapped.map.kinds.get(column) or (named[1].lower() if named else None)
        if kind is None:
            continue
        amount, wrong = numbers_of(table.cells[column].astype("str"), decimal=table.decimal)
        if wrong:
            cell = table.cells[column].iloc[wrong[0]]
            msg = f"row {table.rows[wrong[0]]}, {column}: expected an amount; got {cell!r}"
            raise FileFormatError(msg)
        part = frame.assign(kind=kind, amount=amount, unit=mapped.units.get(column))
        parts.append(part[amount > 0])
    if not parts:
        msg = (
            "expected a column kind, or columns such as 'feed (mL)'; got "
            f"{names_in_words(map(str, table.cells.columns))}"
        )
        raise FileFormatError(msg)
    return pd.concat(parts, ignore_index=True).astype({"unit": "str"})


def _kinds(kinds: pd.Series, mapped: MappedTable, account: Account) -> pd.Series:
    """Return kinds in our words where columns.toml says which, else as they are."""
    if kinds.isna().any():
        msg = f"{int(kinds.isna().sum())} rows have no kind"
        raise FileFormatError(msg)
    meaning = {kind: mapped.map.kinds.get(kind, kind.lower()) for kind in kinds.unique()}
    odd = [
        kind
        for kind, meant in meaning.items()
        if not EVENT_WORDS.search(meant.replace("_", " ")) and meant not in KNOWN
    ]
    if odd:
        account.note(
            f"{mapped.name}: nothing is kept apart by {names_in_words(odd)}; where one of them is "
            f'a feed or bolus, say so in columns.toml: kinds = {{ "{odd[0]}" = "feed" }}'
        )
    return kinds.map(meaning).astype("str")


def _hours(mapped: MappedTable) -> np.ndarray:
    table = mapped.table
    if not mapped.has("elapsed_h"):
        return np.full(len(table.rows), np.nan)
    return numbers_of(table.cells["elapsed_h"].astype("str"), decimal=table.decimal)[0]
