"""Cells of an export into values, limits, flags and times."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

from pat.readers.analysers.clock import local_times, printed_times
from pat.readers.cells import number
from pat.readers.findings import names_in_words, rows_in_words

#: Columns of cells before anybody asked what they mean: text, "" where there is nothing.
RAW = (
    "source_sample", "vessel", "drawn", "elapsed_h", "analysed", "analyte", "title", "text",
    "unit", "flag", "replicate", "method", "device", "row",
)  # fmt: skip
#: Columns of the values of an export.
COLUMNS = (
    "source_sample", "vessel", "time", "elapsed_h", "measured_at", "measured_local", "analyte",
    "title", "value", "censored", "limit", "unit", "flag", "replicate", "method", "device",
    "source_file", "row",
)  # fmt: skip
#: What is one measurement repeated, if it comes again.
REPEATED = (
    "source_sample", "vessel", "drawn", "elapsed_h", "analyte", "unit", "method", "device",
)  # fmt: skip
#: States of an analyser that say nothing against a value.
NO_FLAG = frozenset(
    {"", "ok", "valid", "pass", "passed", "good", "normal", "complete", "completed"}
)
#: A limit, perhaps with words such as "OOR" around it.
LIMIT = re.compile(r"([^<>≤≥\d]*)([<>≤≥])\s*=?\s*([+-]?[\d.,]+(?:[eE][+-]?\d+)?)(\D*)")
#: 274 000, with any kind of blank.
GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?")
#: 12.3*
STARRED = re.compile(r"(.*\d)\s*([*!#?†]+)")


class Reading(NamedTuple):
    """What one cell says: a value, or a limit and its side; and what the analyser flagged."""

    value: float = np.nan
    censored: str | None = None
    limit: float = np.nan
    flag: str | None = None


def finished(
    raw: pd.DataFrame,
    *,
    decimal: str,
    timezone: str | None,
    exported: datetime | None,
    source_file: str,
) -> tuple[pd.DataFrame, list[str]]:
    """Return the values of cells, columns `COLUMNS`, and warnings.

    Parameters
    ----------
    raw : DataFrame
        Columns `RAW`.
    decimal : str
        The decimal sign of the cells.
    timezone : str or None
        IANA zone of times without an offset.
    exported : datetime or None
        Local time after which nothing in the file can have been measured.
    """
    cells = raw.reset_index(drop=True)
    once = {text: reading_of(text, decimal=decimal) for text in set(cells["text"])}
    read = pd.DataFrame([once[text] for text in cells["text"]], columns=Reading._fields)
    stated = cells["flag"].where(~cells["flag"].str.strip().str.casefold().isin(NO_FLAG))
    elapsed = pd.Series([number(text, decimal=decimal) for text in cells["elapsed_h"]])
    times, warnings = _times(cells, timezone=timezone, exported=exported)
    values = cells.assign(
        **times,
        elapsed_h=elapsed.astype(np.float64),
        value=read["value"].astype(np.float64),
        censored=read["censored"].astype("str"),
        limit=read["limit"].astype(np.float64),
        flag=read["flag"].astype("str").fillna(stated),
        replicate=_numbered(cells),
        source_file=source_file,
    )
    texts = [c for c in COLUMNS if c in RAW and c not in ("row", "elapsed_h")]
    values[texts] = values[texts].astype("str").where(values[texts] != "")
    return values[list(COLUMNS)], [*warnings, *_not_numbers(cells, values)]


def reading_of(text: str, *, decimal: str = ".") -> Reading:
    """Return what a cell says.

    >>> reading_of("0.25").value, reading_of("< 0.10").censored, reading_of("ERROR").flag
    (0.25, '<', 'ERROR')
    """
    bare = re.sub(r"[ \u00a0\u202f]", "", text) if GROUPED.fullmatch(text) else text
    value = number(bare, decimal=decimal)
    if value is not None:
        return Reading(value=value)
    limit = LIMIT.fullmatch(text.strip())
    bound = number(limit[3], decimal=decimal) if limit else None
    if limit and bound is not None:
        words = (limit[1] + limit[4]).strip()
        side = "<" if limit[2] in "<≤" else ">"
        return Reading(censored=side, limit=bound, flag=text.strip() if words else None)
    starred = STARRED.fullmatch(text.strip())
    value = number(starred[1], decimal=decimal) if starred else None
    if starred and value is not None:
        return Reading(value=value, flag=starred[2])
    return Reading(flag=text.strip())


def _times(
    cells: pd.DataFrame, *, timezone: str | None, exported: datetime | None
) -> tuple[dict[str, pd.Series], list[str]]:
    """Return when the samples were drawn and analysed, and what could not be told."""
    analysed, drawn = cells["analysed"].tolist(), cells["drawn"].tolist()
    bound: Sequence[datetime | None] = [exported] * len(cells)
    local, _ = local_times(analysed, latest=bound)
    before = [time if time is not None and time.tzinfo is None else exported for time in local]
    measured_at, not_measured = printed_times(analysed, latest=bound, timezone=timezone)
    time, not_drawn = printed_times(drawn, latest=before, timezone=timezone)
    walls = [None if time is None else time.replace(tzinfo=None) for time in local]
    times = {
        "time": time,
        "measured_at": measured_at,
        "measured_local": pd.Series(walls, dtype="datetime64[us]"),
    }
    warnings = []
    told = {"when samples were drawn": not_drawn, "when they were analysed": not_measured}
    for what, wrong in told.items():
        for message in dict.fromkeys(wrong.values()):
            rows = [int(cells["row"][i]) for i, words in wrong.items() if words == message]
            warnings.append(f"{what} is left empty in {rows_in_words(rows)}: {message}")
    return times, warnings


def _numbered(cells: pd.DataFrame) -> pd.Series:
    """Return the replicates: as the file numbers them, else in its order where one comes again."""
    groups = cells.groupby(list(REPEATED), sort=False)["row"]
    order = (groups.cumcount() + 1).astype("str")
    again = (groups.transform("size") > 1) & (cells["replicate"] == "")
    return cells["replicate"].where(~again, order).astype("str")


def _not_numbers(cells: pd.DataFrame, values: pd.DataFrame) -> list[str]:
    """Return a warning of cells that hold neither number nor limit."""
    empty = values["value"].isna() & values["limit"].isna()
    if not empty.any():
        return []
    texts = names_in_words(repr(text) for text in cells["text"][empty])
    return [
        f"{int(empty.sum())} cells hold no number, kept as flags without a value: {texts} "
        f"in {rows_in_words(cells['row'][empty])}"
    ]
