"""vessels.csv: which cultures there are, when they were inoculated, and their factors."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from pat.readers.cells import read_names, read_plain
from pat.readers.findings import rows_in_words
from pat.readers.keys import Reading, read_time_column
from pat.readers.tables import read_table

FILE = "vessels.csv"
OWN_COLUMNS = ("vessel", "inoculated", "group")


def read_vessels(folder: Path, *, reading: Reading) -> pd.DataFrame | None:
    """Return vessel, inoculated, group and factors; None where there is no such file."""
    path = folder / FILE
    findings = reading.findings
    if not path.is_file():
        return None
    table = read_table(path, name=FILE, findings=findings)
    if table is None or not table.require("vessel", findings=findings):
        return None
    vessel = read_names(table, "vessel")
    findings.fault_rows(
        FILE, "expected a vessel; got an empty cell", rows=table.rows[vessel.isna().to_numpy()],
        column="vessel",
    )  # fmt: skip
    rows = pd.Series(table.rows)
    for name, members in rows.groupby(vessel):
        if len(members) > 1:
            words = f"expected each vessel once; got {name!r} in {rows_in_words(members)}"
            findings.fault(FILE, words, row=int(members.iloc[1]), column="vessel")
    start = read_time_column(table, "inoculated", reading) if table.has("inoculated") else None
    group = read_names(table, "group") if table.has("group") else None
    factors = {c: read_plain(table, c) for c in table.cells.columns if c not in OWN_COLUMNS}
    frame = vessels_frame(vessel, inoculated=start, group=group)
    return pd.concat([frame, pd.DataFrame(factors, index=frame.index)], axis=1)


def vessels_frame(
    names: Iterable[object],
    *,
    inoculated: pd.Series | None = None,
    group: pd.Series | None = None,
) -> pd.DataFrame:
    """Return the vessels of a campaign; each is its own group where none is given."""
    vessel = pd.Series(list(names), dtype="str")
    never = pd.Series(pd.DatetimeIndex([pd.NaT] * len(vessel), tz="UTC").as_unit("us"))
    return pd.DataFrame(
        {
            "vessel": vessel,
            "inoculated": never if inoculated is None else inoculated,
            "group": vessel if group is None else group.fillna(vessel),
        }
    )
