"""The small tables of a campaign folder, as CSV cells."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pandas as pd

from pat.campaign import Campaign
from pat.readers.assays import no_assays
from pat.readers.exclusions import NARROWING
from pat.readers.times import iso
from pat.readers.write_keys import WrittenKeys


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table in the dialect of a campaign folder; every float64 reads back exactly."""
    columns = [csv_cells(frame[name]) for name in frame.columns]
    names = [str(name) for name in frame.columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        header_writer(file, names).writerow(names)
        csv.writer(file, lineterminator="\n").writerows(zip(*columns, strict=True))


def header_writer(file: TextIO, names: Sequence[str]) -> Any:
    """Return the writer of a header; quoted, no sign in a name is taken for the separator."""
    if any(set(name) & set(";\t") for name in names):
        return csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    return csv.writer(file, lineterminator="\n")


def csv_cells(column: pd.Series) -> list[str]:
    """Return a column as cells: empty where nothing is known, floats with all their digits."""
    values = column.tolist()
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return ["" if pd.isna(value) else iso(value) for value in values]
    if pd.api.types.is_float_dtype(column):
        return ["" if np.isnan(value) else repr(float(value)) for value in values]
    return ["" if pd.isna(value) else str(value) for value in values]


def vessel_table(vessels: pd.DataFrame) -> pd.DataFrame:
    """Return vessels.csv: inoculation and group only where they say something."""
    table = vessels
    if vessels["inoculated"].isna().all():
        table = table.drop(columns="inoculated")
    if (vessels["group"] == vessels["vessel"]).all():
        table = table.drop(columns="group")
    return table


def assay_table(campaign: Campaign, keys: WrittenKeys) -> pd.DataFrame:
    """Return assays.csv, wide: cells that follow one another with the same key share a row."""
    assays = campaign.assays.reset_index(drop=True)
    made = set(no_assays().columns)
    rest = assays[["method", "replicate", *(c for c in assays.columns if c not in made)]]
    rest = rest.loc[:, rest.notna().any()]
    head = pd.concat([keys.of(assays, source="assays"), rest], axis=1)
    names = list(dict.fromkeys([*assays["analyte"], *campaign.info.analytes]))
    starts, line = _lines(head, order=assays["analyte"].map(names.index).to_numpy())
    table = head.iloc[starts].reset_index(drop=True)
    texts = _assay_cells(assays)
    for name in names:
        cells = [""] * len(table)
        for i in np.flatnonzero(assays["analyte"] == name):
            cells[line[i]] = texts[i]
        table[name] = pd.Series(cells, dtype="str")
    return table


def exclusion_table(campaign: Campaign, keys: WrittenKeys) -> pd.DataFrame:
    """Return exclude.csv: a row for every excluded spectrum and assay."""
    parts = []
    frames = {"spectra": campaign.spectra.keys, "assays": campaign.assays}
    for name, frame in frames.items():
        if "excluded" not in frame or not frame["excluded"].notna().any():
            continue
        whole = pd.concat(
            [keys.of(frame, source=name), frame[list(NARROWING[name])].reset_index(drop=True)],
            axis=1,
        ).assign(file=name, reason=frame["excluded"].to_numpy())
        parts.append(whole[frame["excluded"].notna().to_numpy()])
    if not parts:
        return pd.DataFrame()
    table = pd.concat(parts, ignore_index=True)
    order = ("file", "vessel", "time", "elapsed_h", "sample", "scan", "analyte", "method",
             "replicate", "reason")  # fmt: skip
    return table[[name for name in order if name in table and table[name].notna().any()]]


def _lines(head: pd.DataFrame, *, order: np.ndarray) -> tuple[list[int], list[int]]:
    """Return where lines start, and the line of every cell; a line's cells stand in `order`."""
    group = head.groupby(list(head.columns), dropna=False, sort=False).ngroup().to_numpy()
    starts: list[int] = []
    line: list[int] = []
    for i in range(len(head)):
        if i == 0 or group[i] != group[i - 1] or order[i] <= order[i - 1]:
            starts.append(i)
        line.append(len(starts) - 1)
    return starts, line


def _assay_cells(assays: pd.DataFrame) -> list[str]:
    cells = []
    for value, sign, limit in zip(
        assays["value"], assays["censored"], assays["limit"], strict=True
    ):
        cells.append(f"{sign}{float(limit)!r}" if isinstance(sign, str) else repr(float(value)))
    return cells
