"""exclude.csv: which spectra and assays do not count, why, and who said so."""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pat.arrays import BoolArray
from pat.readers.cells import optional_names
from pat.readers.keys import Reading, read_keys, shifted
from pat.readers.tables import Table, read_table

FILE = "exclude.csv"
FILES = ("spectra", "assays")
#: Beside vessel and place, what narrows an exclusion down; empty means all.
NARROWING = {"spectra": ("scan",), "assays": ("analyte", "method", "replicate")}
UNIQUE_TOGETHER = {
    "spectra": ("vessel", "time", "elapsed_h", "sample", "scan", "kind"),
    "assays": ("vessel", "time", "elapsed_h", "sample", "analyte", "method", "replicate"),
    "online": ("vessel", "time", "elapsed_h"),
}
#: Seconds within which a time in exclude.csv means the time in the file: printing rounds.
SAME_TIME_S = 0.5


def read_exclusions(folder: Path, *, reading: Reading) -> pd.DataFrame | None:
    """Return file, `KEYS`, analyte, scan, method, replicate, reason and who."""
    path = folder / FILE
    findings = reading.findings
    if not path.is_file():
        return None
    table = read_table(path, name=FILE, findings=findings, may_be_empty=True)
    if table is None:
        return None
    complete = table.require("file", "reason", findings=findings)
    keys = read_keys(table, reading, source=FILE, may_lack=np.ones(len(table.rows), dtype=bool))
    if keys is None or not complete:
        return None
    for column in ("file", "analyte", "scan", "method", "replicate", "reason", "who"):
        keys[column] = optional_names(table, column)
    _check_cells(table, keys, reading)
    parts = []
    for name in FILES:
        seconds = reading.info.clock_s.get(name, 0.0)
        parts.append(shifted(keys[keys["file"] == name], seconds=seconds))
    return pd.concat(parts).sort_index()


def marked(
    frame: pd.DataFrame, exclusions: pd.DataFrame | None, *, file: str, reading: Reading
) -> pd.DataFrame:
    """Return a frame of spectra or assays with the reason of its exclusion in `excluded`.

    Where several rows have the same key, each exclusion takes one of them, the oldest first: a
    re-assay is a new row below the old one, and the old one is excluded.
    """
    reason = np.full(len(frame), None, dtype=object)
    own = None if exclusions is None else exclusions[exclusions["file"] == file]
    if own is not None:
        again = _repeats(frame, file=file)
        for line in own.to_dict("records"):
            hits = _hits(frame, line, file=file)
            _tell(line, n_hits=int(hits.sum()), file=file, reading=reading)
            reason = _with_reason(reason, hits, again=again, text=str(line["reason"]))
    return frame.assign(excluded=pd.Series(reason, index=frame.index, dtype="str"))


def key_columns(source: str) -> list[str]:
    """Return the columns that are unique together in a source."""
    return list(UNIQUE_TOGETHER[source])


def _repeats(frame: pd.DataFrame, *, file: str) -> pd.Series:
    """Return for every row the number of its key."""
    return frame.groupby(key_columns(file), dropna=False, sort=False).ngroup()


def _with_reason(
    reason: np.ndarray[tuple[int], np.dtype[np.object_]],
    hits: BoolArray,
    *,
    again: pd.Series,
    text: str,
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Give the reason to the first free row of every key that was hit."""
    free = hits & np.array([given is None for given in reason], dtype=bool)
    first = ~again[free].duplicated()
    reason = reason.copy()
    reason[first.index[first].to_numpy()] = text
    return reason


def _hits(frame: pd.DataFrame, line: Mapping[Hashable, Any], *, file: str) -> BoolArray:
    """Return the rows that an exclusion means; what it leaves empty means all.

    Where one row has exactly the cells of the exclusion, the empty ones too, it is meant alone.
    """
    hits = (frame["vessel"] == line["vessel"]).to_numpy(dtype=bool, na_value=False)
    if not pd.isna(line["time"]):
        hits = _at(hits, seconds_apart=(frame["time"] - line["time"]).dt.total_seconds())
    elif not pd.isna(line["elapsed_h"]):
        hits = _at(hits, seconds_apart=(frame["elapsed_h"] - line["elapsed_h"]) * 3600)
    exact = hits.copy()
    for column in ("sample", *NARROWING[file]):
        if pd.isna(line[column]):
            exact &= frame[column].isna().to_numpy()
            continue
        same = (frame[column] == line[column]).to_numpy(dtype=bool, na_value=False)
        hits, exact = hits & same, exact & same
    return exact if exact.any() else hits


def _at(among: BoolArray, *, seconds_apart: pd.Series) -> BoolArray:
    """Return the rows at exactly this time, else those that print the same."""
    exact: BoolArray = among & (seconds_apart == 0).to_numpy()
    return exact if exact.any() else among & (seconds_apart.abs() <= SAME_TIME_S).to_numpy()


def _tell(line: Mapping[Hashable, Any], *, n_hits: int, file: str, reading: Reading) -> None:
    place = f"{FILE}, row {line['row']}"
    if n_hits == 0:
        reading.findings.warn(f"{place}: nothing in {file} is excluded by it; is its key right?")
    elif pd.isna(line["time"]) and pd.isna(line["elapsed_h"]) and pd.isna(line["sample"]):
        reading.findings.warn(
            f"{place}: without a time or sample it excludes {n_hits} {file} of {line['vessel']}"
        )


def _check_cells(table: Table, keys: pd.DataFrame, reading: Reading) -> None:
    findings = reading.findings
    for column in ("file", "vessel", "reason"):
        empty = keys[column].isna().to_numpy()
        message = f"expected a {column}; got an empty cell"
        findings.fault_rows(FILE, message, rows=table.rows[empty], column=column)
    messages = [
        (int(row), f"expected spectra or assays; got {name!r}")
        for row, name in zip(table.rows, keys["file"], strict=True)
        if isinstance(name, str) and name not in FILES
    ]
    findings.fault_alike(FILE, messages, column="file")
    unknown = [
        (int(row), f"campaign.toml names no analyte {name!r}")
        for row, name in zip(table.rows, keys["analyte"], strict=True)
        if isinstance(name, str) and name not in reading.info.analytes
    ]
    findings.fault_alike(FILE, unknown, column="analyte")
