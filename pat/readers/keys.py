"""What a row belongs to: vessel, time or elapsed_h, sample; read alike in every file."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pat.arrays import BoolArray, FloatArray
from pat.campaign import CampaignInfo
from pat.readers.cells import optional_names, read_names, read_numbers
from pat.readers.findings import Findings, names_in_words
from pat.readers.tables import Table
from pat.readers.times import parse_times

#: The columns of every keyed frame, `row` being the line of the file.
KEYS = ("vessel", "time", "elapsed_h", "sample", "row")


@dataclass(frozen=True, slots=True)
class Reading:
    """What every reader of one folder is told: what campaign.toml says, and where faults go."""

    info: CampaignInfo
    findings: Findings


def read_keys(
    table: Table,
    reading: Reading,
    *,
    source: str,
    places: Sequence[str] = ("time", "elapsed_h", "sample"),
    may_lack: BoolArray | None = None,
) -> pd.DataFrame | None:
    """Return the `KEYS` of a table; None where it lacks the columns.

    Parameters
    ----------
    source : str
        Name of its clock in campaign.toml: spectra, assays, online or events.
    places : sequence of str
        Columns of which every row needs one.
    may_lack : ndarray of bool, shape (n_rows,)
        Rows that need neither vessel nor place: blank, dark and reference spectra.
    """
    findings = reading.findings
    complete = table.require("vessel", findings=findings)
    if not any(table.has(place) for place in places):
        there = ", ".join(map(str, table.cells.columns[:12]))
        words = " or ".join(places)
        findings.fault(table.file, f"expected a column {words}; got {there}", row=1)
        complete = False
    if not complete:
        return None
    keys = pd.DataFrame(
        {
            "vessel": read_names(table, "vessel"),
            "time": _times(table, reading),
            "elapsed_h": _elapsed(table, reading),
            "sample": optional_names(table, "sample"),
            "row": table.rows,
        }
    )
    _require_filled(table, keys, places=places, may_lack=may_lack, findings=findings)
    return shifted(keys, seconds=reading.info.clock_s.get(source, 0.0))


def shifted(keys: pd.DataFrame, *, seconds: float) -> pd.DataFrame:
    """Return keys whose clock runs `seconds` ahead of the one they were read with."""
    if not seconds:
        return keys
    step = pd.Timedelta(round(seconds * 1e6), unit="us").as_unit("us")
    return keys.assign(
        time=(keys["time"] + step).dt.as_unit("us"),
        elapsed_h=keys["elapsed_h"] + seconds / 3600,
    )


def read_time_column(table: Table, column: str, reading: Reading) -> pd.Series:
    """Return one column of times in UTC; cells that are no time are faults."""
    times, wrong = parse_times(table.cells[column], timezone=reading.info.timezone)
    messages = [(int(table.rows[i]), message) for i, message in wrong.items()]
    reading.findings.fault_alike(table.file, messages, column=column)
    return times


def check_vessels(
    frame: pd.DataFrame | None,
    known: Iterable[str],
    *,
    file: str,
    why: str,
    findings: Findings,
) -> None:
    """Fault the vessels of a frame that the campaign does not know."""
    if frame is None:
        return
    names = list(known)
    vessels = frame["vessel"].dropna()
    for vessel, rows in frame.loc[vessels.index].groupby("vessel", sort=False)["row"]:
        if vessel not in names:
            message = f"unknown vessel {str(vessel)!r}: {why}{suggestion(str(vessel), names)}"
            findings.fault_rows(file, message, rows=rows, column="vessel")


def suggestion(name: str, known: Sequence[str]) -> str:
    """Return "; did you mean ...?" for the known name that is nearest, or nothing."""
    plain = {_plain(other): other for other in known}
    if _plain(name) in plain:
        return f"; did you mean {plain[_plain(name)]!r}? (names are compared exactly)"
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {names_in_words(known)}"


def _plain(name: str) -> str:
    """Return a name without case, signs, blanks and leading zeros."""
    return re.sub(r"(?<!\d)0+(?=\d)", "", re.sub(r"[\W_]", "", name.casefold()))


def _times(table: Table, reading: Reading) -> pd.Series:
    if not table.has("time"):
        return pd.Series(pd.DatetimeIndex([pd.NaT] * len(table.rows), tz="UTC").as_unit("us"))
    return read_time_column(table, "time", reading)


def _elapsed(table: Table, reading: Reading) -> FloatArray:
    if not table.has("elapsed_h"):
        return np.full(len(table.rows), np.nan)
    return read_numbers(table, "elapsed_h", findings=reading.findings)


def _require_filled(
    table: Table,
    keys: pd.DataFrame,
    *,
    places: Sequence[str],
    may_lack: BoolArray | None,
    findings: Findings,
) -> None:
    """Fault rows without vessel, or without any of the places (cells at fault count as filled)."""
    optional = np.zeros(len(keys), dtype=bool) if may_lack is None else may_lack
    nameless = keys["vessel"].isna().to_numpy() & ~optional
    findings.fault_rows(
        table.file, "expected a vessel; got an empty cell", rows=table.rows[nameless],
        column="vessel",
    )  # fmt: skip
    there = [place for place in places if table.has(place)]
    nowhere = table.cells[there].isna().all(axis=1).to_numpy() & ~optional
    words = " or ".join(there)
    findings.fault_rows(
        table.file, f"expected {words}; got an empty cell", rows=table.rows[nowhere]
    )
