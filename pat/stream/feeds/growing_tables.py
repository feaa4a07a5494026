"""The tables of a drop folder that grow as a campaign is replayed: online.csv and assays.csv."""

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pat.arrays import FloatArray
from pat.campaign import Campaign
from pat.errors import InputError
from pat.readers.write_tables import csv_cells

#: Inoculation of every culture whose campaign tells hours alone: files are named by a time.
EPOCH = pd.Timestamp("2000-01-01T00:00:00Z")


@dataclass(slots=True)
class Appendix:
    """A CSV file of the drop folder that grows as time goes by."""

    path: Path
    header: str
    lines: list[str]
    seconds: FloatArray  # when each line may be known, rising; infinite: at the end
    written: int = 0

    def advance(self, until: float) -> None:
        """Append the lines known at `until`, in one write."""
        end = int(np.searchsorted(self.seconds, until, side="right"))
        if end <= self.written:
            return
        text = "".join(self.lines[self.written : end])
        if not self.path.exists() or self.path.stat().st_size == 0:
            text = self.header + text
        with self.path.open("a", encoding="utf-8", newline="") as file:
            file.write(text)
        self.written = end

    def take_up(self) -> None:
        """See that a file that is there has the same columns; what it has of ours is not repeated.

        Raises
        ------
        InputError
            If it has others.
        """
        if not self.path.exists() or not self.path.stat().st_size:
            return
        header, _, body = self.path.read_text(encoding="utf-8").partition("\n")
        if header.strip() != self.header.strip():
            msg = f"{self.path}: expected the columns {self.header.strip()}; got {header}"
            raise InputError(msg)
        there = body.splitlines(keepends=True)
        if there == self.lines[: len(there)]:
            self.written = len(there)


def online_table(campaign: Campaign, vessels: set[str], path: Path) -> Appendix:
    """Return online.csv of some vessels."""
    online = campaign.online[campaign.online["vessel"].isin(vessels)]
    tags = [c for c in online.columns if c not in ("vessel", "time", "elapsed_h")]
    return _appendix(online, ["vessel", *_scale(online), *tags], path=path)


def assay_table(campaign: Campaign, vessels: set[str], path: Path) -> Appendix:
    """Return assays.csv in long form, with units; those that were excluded are left out."""
    assays = campaign.assays
    assays = assays[assays["vessel"].isin(vessels) & assays["excluded"].isna()]
    texts = [
        repr(value) if pd.isna(sign) else f"{sign}{limit!r}"
        for value, sign, limit in zip(
            assays["value"].tolist(), assays["censored"], assays["limit"].tolist(), strict=True
        )
    ]
    units = {name: analyte.unit for name, analyte in campaign.info.analytes.items()}
    table = assays.assign(value=texts, unit=assays["analyte"].map(units))
    told = [c for c in ("sample", "method", "replicate") if table[c].notna().any()]
    columns = ["vessel", *_scale(table), *told, "analyte", "value", "unit"]
    return _appendix(table, columns, path=path)


def _scale(table: pd.DataFrame) -> list[str]:
    """Return which of time and elapsed_h place the rows: one where one does."""
    if table["time"].notna().all():
        return ["time"]
    return ["elapsed_h"] if table["time"].isna().all() else ["time", "elapsed_h"]


def _appendix(table: pd.DataFrame, columns: Sequence[str], *, path: Path) -> Appendix:
    seconds = seconds_of(table)
    order = np.argsort(seconds, kind="stable")
    cells = [csv_cells(table[column].iloc[order]) for column in columns]
    lines = [_csv_line(row) for row in zip(*cells, strict=True)]
    return Appendix(path, _csv_line(columns), lines, seconds[order])


def _csv_line(cells: Sequence[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def seconds_of(keys: pd.DataFrame) -> FloatArray:
    """Return when each row was, in seconds from 1970; infinite where nobody tells."""
    elapsed = EPOCH + pd.to_timedelta(keys["elapsed_h"], unit="h")
    times = keys["time"].fillna(elapsed)
    seconds = (times - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1)
    known: FloatArray = np.asarray(seconds.fillna(math.inf), dtype=np.float64)
    return known
